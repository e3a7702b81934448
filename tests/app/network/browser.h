// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <string>

namespace kith::tests {

/// A person with a browser, on a thread of its own: opens the page, types the name and the password where it asks for them,
/// presses the first button of every form, keeps cookies, and follows until it comes to another host than it began with, which it
/// opens too. Answers the text of that last page. Throws std::runtime_error when it gets nowhere.
std::future<std::string> browse(const std::string& url, const std::string& name, const std::string& password);

} // namespace kith::tests

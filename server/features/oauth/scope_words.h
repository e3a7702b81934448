// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace kith::oauth {

/// What scopes mean, a line for each: "Post, follow and change things in your name". `scopes` as parse_scopes() gives them.
std::vector<std::string> scope_words(const std::string& scopes);

} // namespace kith::oauth

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace kith::tests {

/// What a browser would send: the first form of a page, with its hidden fields.
struct HtmlForm {
    std::string action;
    std::vector<std::pair<std::string, std::string>> fields;

    /// "" when there is no such field.
    std::string field(const std::string& name) const;
    void set(const std::string& name, const std::string& value);
};

/// Throws std::runtime_error, with the page, when it has no form.
HtmlForm first_form(const std::string& page);
/// The text of the element with this id; "" when there is none.
std::string text_of_element(const std::string& page, const std::string& id);

} // namespace kith::tests

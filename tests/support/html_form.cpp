// SPDX-License-Identifier: Apache-2.0
#include "tests/support/html_form.h"

#include <algorithm>
#include <regex>
#include <stdexcept>

namespace kith::tests {

namespace {

std::string unescape(std::string value)
{
    for (const auto& [entity, character] :
         {std::pair{"&quot;", "\""}, {"&lt;", "<"}, {"&gt;", ">"}, {"&#39;", "'"}, {"&amp;", "&"}})
        for (auto at = value.find(entity); at != std::string::npos; at = value.find(entity, at + 1))
            value.replace(at, std::string{entity}.size(), character);
    return value;
}

} // namespace

std::string HtmlForm::field(const std::string& name) const
{
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const auto& field) { return field.first == name; });
    return found == fields.end() ? std::string{} : found->second;
}

void HtmlForm::set(const std::string& name, const std::string& value)
{
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    fields.emplace_back(name, value);
}

HtmlForm first_form(const std::string& page)
{
    std::smatch start;
    if (!std::regex_search(page, start, std::regex{"<form method=\"post\" action=\"([^\"]+)\""}))
        throw std::runtime_error("there is no form in: " + page);
    HtmlForm form;
    form.action = start[1].str();
    const auto from = static_cast<std::size_t>(start.position(0));
    const auto inside = page.substr(from, page.find("</form>", from) - from);
    const std::regex hidden{"<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">"};
    for (std::sregex_iterator it{inside.begin(), inside.end(), hidden}, end; it != end; ++it)
        form.fields.emplace_back((*it)[1].str(), unescape((*it)[2].str()));
    return form;
}

std::string text_of_element(const std::string& page, const std::string& id)
{
    std::smatch found;
    if (!std::regex_search(page, found, std::regex{" id=\"" + id + "\"[^>]*>([^<]*)<"}))
        return {};
    return unescape(found[1].str());
}

} // namespace kith::tests

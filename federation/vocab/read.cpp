// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/read.h"

#include <algorithm>

namespace kith::vocab {

namespace {

bool is_plain_address(std::string_view text)
{
    const auto unfit = [](unsigned char c) { return c <= 0x20 || c == 0x7f; };
    return !text.empty() && text.size() <= k_max_id_bytes && std::none_of(text.begin(), text.end(), unfit);
}

std::string_view view(const json::value& value)
{
    const auto& text = value.get_string();
    return {text.data(), text.size()};
}

std::string without_prefix(std::string_view type)
{
    for (std::string_view prefix : {"https://www.w3.org/ns/activitystreams#", "as:"}) {
        if (type.starts_with(prefix))
            return std::string{type.substr(prefix.size())};
    }
    return std::string{type};
}

std::string bounded_text(std::string_view text, std::size_t max)
{
    if (text.size() > max) {
        std::size_t end = max;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
            --end;
        text = text.substr(0, end);
    }
    std::string kept{text};
    std::erase(kept, '\0');
    return kept;
}

std::string one_link(const json::value& value)
{
    if (value.is_string())
        return is_web_address(view(value)) ? std::string{view(value)} : std::string{};
    for (std::string_view key : {"href", "url"}) {
        const auto* inner = find(value, key);
        if (inner && inner->is_string() && is_web_address(view(*inner)))
            return std::string{view(*inner)};
    }
    return {};
}

} // namespace

std::vector<const json::value*> items_of(const json::value* value, std::size_t max)
{
    std::vector<const json::value*> items;
    if (!value || value->is_null() || max == 0)
        return items;
    const auto* list = value->if_array();
    if (!list)
        return {value};
    for (const auto& item : *list) {
        if (items.size() == max)
            break;
        items.push_back(&item);
    }
    return items;
}

std::string id_of(const json::value* value)
{
    if (value && value->is_array())
        value = value->get_array().size() == 1 ? &value->get_array().front() : nullptr;
    if (value && value->is_object())
        value = find(*value, "id");
    if (!value || !value->is_string() || !is_plain_address(view(*value)))
        return {};
    return std::string{view(*value)};
}

std::vector<std::string> ids_of(const json::value* value, std::size_t max)
{
    std::vector<std::string> ids;
    for (const auto* item : items_of(value, max)) {
        auto id = id_of(item);
        if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end())
            ids.push_back(std::move(id));
    }
    return ids;
}

Result<std::string> own_id(const json::value& document)
{
    const auto* id = find(document, "id");
    if (!id || id->is_null())
        return std::string{};
    if (!id->is_string() || !is_plain_address(view(*id)))
        return fail(Errc::invalid, "The document's id is not one address.");
    return std::string{view(*id)};
}

std::vector<std::string> types_of(const json::value& document)
{
    std::vector<std::string> types;
    for (const auto* item : items_of(find(document, "type"), 8)) {
        if (item->is_string() && view(*item).size() <= 256)
            types.push_back(without_prefix(view(*item)));
    }
    return types;
}

std::string type_among(const json::value& document, std::initializer_list<std::string_view> known)
{
    return type_among(document, std::span{known.begin(), known.size()});
}

std::string type_among(const json::value& document, std::span<const std::string_view> known)
{
    for (auto& type : types_of(document)) {
        if (std::find(known.begin(), known.end(), type) != known.end())
            return std::move(type);
    }
    return {};
}

std::string text_member(const json::value& document, std::string_view key, std::size_t max)
{
    const auto* text = find(document, key);
    if (!text || text->is_null()) {
        const auto* map = find(document, std::string{key} + "Map");
        const auto* members = map ? map->if_object() : nullptr;
        text = members && !members->empty() ? &members->begin()->value() : nullptr;
    }
    if (!text || !text->is_string())
        return {};
    return bounded_text(view(*text), max);
}

std::optional<Timestamp> time_member(const json::value& document, std::string_view key)
{
    const auto* time = find(document, key);
    if (!time || !time->is_string() || view(*time).size() > 64)
        return std::nullopt;
    auto parsed = parse_iso8601(view(*time));
    return parsed ? std::optional{*parsed} : std::nullopt;
}

bool is_web_address(std::string_view address)
{
    if (!is_plain_address(address))
        return false;
    const auto colon = address.find("://");
    if (colon == std::string_view::npos)
        return false;
    std::string scheme{address.substr(0, colon)};
    std::transform(scheme.begin(), scheme.end(), scheme.begin(), [](unsigned char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : static_cast<char>(c);
    });
    const auto rest = address.substr(colon + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?#\\"));
    return (scheme == "https" || scheme == "http") && !authority.empty() &&
           authority.find('@') == std::string_view::npos;
}

std::string link_of(const json::value* value)
{
    std::string first;
    for (const auto* item : items_of(value, k_max_links)) {
        auto link = one_link(*item);
        if (link.empty())
            continue;
        if (find_string(*item, "mediaType").value_or("") == "text/html")
            return link;
        if (first.empty())
            first = std::move(link);
    }
    return first;
}

} // namespace kith::vocab

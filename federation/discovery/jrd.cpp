// SPDX-License-Identifier: Apache-2.0
#include "federation/discovery/jrd.h"

#include "federation/vocab/read.h"
#include "federation/vocab/write.h"

#include <algorithm>

namespace kith::discovery {

namespace {

using vocab::k_max_id_bytes;
using vocab::k_max_links;

std::string_view trim(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t\"");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\"") - begin + 1);
}

std::string lower(std::string_view text)
{
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return out;
}

} // namespace

Result<Jrd> read_jrd(const json::value& document)
{
    if (!document.is_object())
        return fail(Errc::invalid, "A WebFinger answer must be a JSON object.");
    Jrd jrd;
    jrd.subject = vocab::text_member(document, "subject", k_max_id_bytes);
    if (jrd.subject.empty())
        return fail(Errc::invalid, "The WebFinger answer has no subject.");
    for (const auto* alias : vocab::items_of(find(document, "aliases"), k_max_links)) {
        if (alias->is_string() && alias->get_string().size() <= k_max_id_bytes)
            jrd.aliases.emplace_back(alias->get_string());
    }
    for (const auto* link : vocab::items_of(find(document, "links"), k_max_links)) {
        JrdLink read;
        read.rel = vocab::text_member(*link, "rel", 512);
        read.type = vocab::text_member(*link, "type", 256);
        read.href = vocab::text_member(*link, "href", k_max_id_bytes);
        read.address_template = vocab::text_member(*link, "template", k_max_id_bytes);
        if (!read.rel.empty())
            jrd.links.push_back(std::move(read));
    }
    return jrd;
}

json::object write_jrd(const Jrd& jrd)
{
    json::object out;
    out["subject"] = jrd.subject;
    if (!jrd.aliases.empty())
        vocab::put_list(out, "aliases", jrd.aliases);
    json::array links;
    for (const auto& link : jrd.links) {
        json::object item;
        item["rel"] = link.rel;
        vocab::put_text(item, "type", link.type);
        vocab::put_text(item, "href", link.href);
        vocab::put_text(item, "template", link.address_template);
        links.push_back(std::move(item));
    }
    out["links"] = std::move(links);
    return out;
}

bool is_activity_media_type(std::string_view type)
{
    const auto essence = lower(trim(type.substr(0, type.find(';'))));
    if (essence == k_activity_type)
        return true;
    if (essence != "application/ld+json")
        return false;
    for (auto begin = type.find(';'); begin != std::string_view::npos;) {
        const auto end = type.find(';', begin + 1);
        const auto parameter = type.substr(begin + 1, end == std::string_view::npos ? end : end - begin - 1);
        const auto equals = parameter.find('=');
        if (equals != std::string_view::npos && lower(trim(parameter.substr(0, equals))) == "profile" &&
            trim(parameter.substr(equals + 1)) == "https://www.w3.org/ns/activitystreams")
            return true;
        begin = end;
    }
    return false;
}

std::string self_link(const Jrd& jrd)
{
    for (const auto& link : jrd.links) {
        if (link.rel == "self" && is_activity_media_type(link.type) && vocab::is_web_address(link.href))
            return link.href;
    }
    return {};
}

} // namespace kith::discovery

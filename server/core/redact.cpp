// SPDX-License-Identifier: Apache-2.0
#include "server/core/redact.h"

#include "server/core/address.h"

#include <algorithm>
#include <array>

namespace kith::core {

namespace {

constexpr std::size_t k_most = 300;
constexpr std::size_t k_longest_value = 40;
constexpr std::size_t k_secret_length = 16;
constexpr const char* k_hidden = "…";

/// Parameters whose values say nothing about anybody.
constexpr std::array<std::string_view, 24> k_open{
    "limit",           "max_id",          "since_id",        "min_id",       "offset",       "page",
    "local",           "remote",          "only_media",      "with_muted",   "pinned",       "exclude_replies",
    "exclude_reblogs", "exclude_types[]", "types[]",         "type",         "resolve",      "following",
    "order",           "forced",          "include_types[]", "grouped_types[]", "response_type", "code_challenge_method"};

bool is_word_character(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_' || c == '[' || c == ']' || (c >= '0' && c <= '9');
}

bool is_plain_value(std::string_view value)
{
    return value.size() <= k_longest_value && std::all_of(value.begin(), value.end(), is_word_character);
}

bool could_be_secret(std::string_view segment)
{
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return segment.size() >= k_secret_length && !std::all_of(segment.begin(), segment.end(), is_digit);
}

void cut(std::string& text)
{
    if (text.size() > k_most) {
        text.resize(k_most);
        text += k_hidden;
    }
}

} // namespace

std::string redacted_query(std::string_view query)
{
    std::string out;
    while (!query.empty() && out.size() <= k_most) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        const auto equals = pair.find('=');
        const auto name = pair.substr(0, equals);
        const auto value = equals == pair.npos ? std::string_view{} : pair.substr(equals + 1);
        out += out.empty() ? "" : "&";
        const bool word = name.size() <= k_longest_value / 2 && std::all_of(name.begin(), name.end(), is_word_character);
        if (!word || name.empty() || (equals == pair.npos)) {
            out += k_hidden;
            continue;
        }
        const bool open = std::find(k_open.begin(), k_open.end(), name) != k_open.end() && is_plain_value(value);
        out.append(name).append("=").append(open ? value : std::string_view{k_hidden});
    }
    cut(out);
    return out;
}

std::string redacted_path(std::string_view path)
{
    std::string out;
    std::size_t at = 0;
    while (at < path.size() && out.size() <= k_most) {
        const auto end = std::min(path.find('/', at), path.size());
        const auto segment = path.substr(at, end - at);
        out += could_be_secret(segment) ? std::string_view{k_hidden} : segment;
        if (end < path.size())
            out += '/';
        at = end + 1;
    }
    cut(out);
    return out;
}

std::string truncated_address(const std::string& address)
{
    auto parsed = IpAddress::parse(address);
    if (!parsed)
        return address;
    const std::size_t kept = parsed->v4 ? 3 : 6;
    std::fill(parsed->bytes.begin() + static_cast<std::ptrdiff_t>(kept), parsed->bytes.end(), 0);
    return parsed->to_string() + (parsed->v4 ? "/24" : "/48");
}

std::string logged_peer(const std::string& setting, const std::string& address)
{
    if (setting == "none")
        return {};
    return setting == "full" ? address : truncated_address(address);
}

} // namespace kith::core

// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/redirect_uri.h"

#include <algorithm>
#include <array>

namespace kith::oauth {

namespace {

constexpr std::size_t k_longest = 2000;

/// Schemes that run something, or show something that is not a program of its own.
constexpr std::array<std::string_view, 12> k_refused{
    "javascript:", "data:", "vbscript:", "file:",   "blob:", "about:",
    "filesystem:", "jar:",  "intent:",   "mailto:", "tel:",  "view-source:"};

bool is_scheme_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

/// What stands between "//" and the path.
std::string_view authority_of(std::string_view uri)
{
    const auto start = uri.find("://");
    if (start == std::string_view::npos)
        return {};
    uri.remove_prefix(start + 3);
    return uri.substr(0, uri.find_first_of("/?#"));
}

struct Loopback {
    std::string_view host; ///< with the scheme
    std::string_view rest; ///< path and query
};

std::optional<Loopback> as_loopback(std::string_view uri)
{
    for (const std::string_view host : {"http://127.0.0.1", "http://[::1]"}) {
        if (!uri.starts_with(host))
            continue;
        auto rest = uri.substr(host.size());
        if (rest.starts_with(':')) {
            const auto digits = std::min(rest.find_first_not_of("0123456789", 1), rest.size()) - 1;
            if (digits == 0 || digits > 5)
                return std::nullopt;
            rest.remove_prefix(digits + 1);
        }
        if (rest.empty() || rest.front() == '/' || rest.front() == '?')
            return Loopback{host, rest};
    }
    return std::nullopt;
}

std::string percent_encode(std::string_view text)
{
    constexpr const char* digits = "0123456789ABCDEF";
    std::string out;
    for (const unsigned char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain)
            out += static_cast<char>(c);
        else
            out += {'%', digits[c >> 4], digits[c & 15]};
    }
    return out;
}

} // namespace

std::string scheme_of(std::string_view uri)
{
    std::string scheme;
    for (const char c : uri.substr(0, uri.find(':')))
        scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return scheme + ':';
}

bool is_redirect_uri(const std::string& uri)
{
    if (uri == k_out_of_band)
        return true;
    const auto colon = uri.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == uri.size() || uri.size() > k_longest)
        return false;
    const auto scheme = scheme_of(uri);
    if (scheme.front() < 'a' || scheme.front() > 'z') // RFC 3986, 3.1: a letter first
        return false;
    if (!std::all_of(scheme.begin(), scheme.end() - 1, is_scheme_character) ||
        std::find(k_refused.begin(), k_refused.end(), scheme) != k_refused.end())
        return false;
    if (scheme == "https:" || scheme == "http:") {
        const auto authority = authority_of(uri);
        if (uri.compare(colon, 3, "://") != 0 || authority.empty() || authority.front() == ':' ||
            authority.find('@') != std::string_view::npos)
            return false;
    }
    // RFC 6749, 3.1.2: no fragment. Browsers take a backslash for a slash.
    return std::all_of(uri.begin(), uri.end(), [](char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '#' && c != '\\';
    });
}

bool fits_registered(std::string_view registered, std::string_view wanted)
{
    if (registered == wanted)
        return true;
    const auto known = as_loopback(registered);
    const auto asked = as_loopback(wanted);
    return known && asked && known->host == asked->host && known->rest == asked->rest;
}

std::string with_parameters(std::string uri, const std::vector<std::pair<std::string, std::string>>& parameters)
{
    char separator = uri.find('?') == std::string::npos ? '?' : '&';
    for (const auto& [name, value] : parameters) {
        uri += separator;
        uri += percent_encode(name) + '=' + percent_encode(value);
        separator = '&';
    }
    return uri;
}

std::string shown_place(std::string_view uri)
{
    const auto scheme = scheme_of(uri);
    if ((scheme != "https:" && scheme != "http:") || as_loopback(uri) || authority_of(uri).starts_with("localhost"))
        return {};
    return std::string{authority_of(uri)};
}

} // namespace kith::oauth

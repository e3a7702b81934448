// SPDX-License-Identifier: Apache-2.0
#include "server/fetch/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>

namespace kith::fetch {

namespace {

constexpr std::size_t k_max_url = 2048;

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;

std::optional<std::string> part(CURLU* url, CURLUPart which, unsigned flags = 0)
{
    char* text = nullptr;
    if (curl_url_get(url, which, &text, flags) != CURLUE_OK || text == nullptr)
        return std::nullopt;
    std::string out = text;
    curl_free(text);
    return out;
}

std::string lower(std::string text)
{
    for (auto& character : text) {
        if (character >= 'A' && character <= 'Z')
            character += 'a' - 'A';
    }
    return text;
}

Error bad(const char* what)
{
    return fail(Errc::invalid, std::string{"That web address is not usable: "} + what + ".");
}

/// Only plain printable ASCII: no line breaks for headers, no bytes that two parsers read differently.
Result<void> check_characters(const std::string& text)
{
    if (text.empty() || text.size() > k_max_url)
        return bad("it is empty or longer than 2,048 bytes");
    for (const char character : text) {
        if (character <= 0x20 || character >= 0x7f || character == '\\')
            return bad("it holds characters that must be escaped");
    }
    return {};
}

/// What stands between "//" and the path must say one thing to everybody.
Result<void> check_authority(std::string_view authority)
{
    if (authority.empty())
        return bad("it names no host");
    if (authority.find('@') != std::string_view::npos)
        return bad("it holds a user");
    if (authority.find('%') != std::string_view::npos)
        return bad("its host is escaped");
    return {};
}

Result<void> check_host(const std::string& host)
{
    if (host.starts_with('['))
        return {};
    std::size_t label = 0;
    for (std::size_t index = 0; index <= host.size(); ++index) {
        if (index < host.size() && host[index] != '.') {
            ++label;
            continue;
        }
        const bool final_dot = index == host.size() && index > 0; // "example.org." is absolute, and allowed
        if ((label == 0 && !final_dot) || label > 63)
            return bad("its host is not a name");
        label = 0;
    }
    return host.size() <= 253 ? Result<void>{} : bad("its host is too long");
}

Result<UrlParts> read_parts(CURLU* url)
{
    UrlParts parts;
    const auto scheme = part(url, CURLUPART_SCHEME);
    const auto host = part(url, CURLUPART_HOST);
    const auto port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    if (!scheme || (*scheme != "http" && *scheme != "https"))
        return fail(Errc::forbidden, "Only http and https addresses can be fetched.");
    if (!host || host->empty() || !port || part(url, CURLUPART_USER) || part(url, CURLUPART_PASSWORD))
        return bad("it names no host, or a user");
    parts.scheme = *scheme;
    parts.host = lower(*host);
    parts.port = *port;
    TRY_VOID(check_host(parts.host));
    curl_url_set(url, CURLUPART_FRAGMENT, nullptr, 0);
    auto text = part(url, CURLUPART_URL);
    if (!text || text->size() > k_max_url)
        return bad("it is too long");
    parts.text = std::move(*text);
    return parts;
}

} // namespace

Result<UrlParts> parse_url(const std::string& text)
{
    TRY_VOID(check_characters(text));
    const auto scheme = lower(text.substr(0, 8));
    const std::size_t start = scheme == "https://" ? 8 : scheme.starts_with("http://") ? 7 : 0;
    if (start == 0)
        return fail(Errc::forbidden, "Only http and https addresses can be fetched.");
    const auto end = text.find_first_of("/?#", start);
    TRY_VOID(check_authority(std::string_view{text}.substr(start, end == std::string::npos ? end : end - start)));
    if (end != std::string::npos && text[end] == '#')
        return bad("its host is followed by a fragment");
    const UrlHandle url{curl_url()};
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK)
        return bad("it cannot be read");
    return read_parts(url.get());
}

Result<UrlParts> resolve_url(const UrlParts& base, const std::string& location)
{
    TRY_VOID(check_characters(location));
    const UrlHandle url{curl_url()};
    if (curl_url_set(url.get(), CURLUPART_URL, base.text.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK ||
        curl_url_set(url.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK)
        return bad("the redirect cannot be read");
    const auto joined = part(url.get(), CURLUPART_URL);
    if (!joined)
        return bad("the redirect cannot be read");
    return parse_url(*joined);
}

bool is_private_name(const std::string& host)
{
    std::string_view name = host;
    while (name.ends_with('.'))
        name.remove_suffix(1);
    static constexpr std::array<std::string_view, 5> k_suffixes{"localhost", "local", "internal",
                                                                "onion", "home.arpa"};
    return std::any_of(k_suffixes.begin(), k_suffixes.end(), [&](std::string_view suffix) {
        return name == suffix || (name.size() > suffix.size() && name.ends_with(suffix) &&
                                  name[name.size() - suffix.size() - 1] == '.');
    });
}

} // namespace kith::fetch

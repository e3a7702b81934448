// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/page_guard.h"

#include "common/crypto/hash.h"
#include "common/crypto/random.h"
#include "common/crypto/secret.h"
#include "server/http/syntax.h"

#include <algorithm>
#include <charconv>

namespace kith::oauth {

namespace {

constexpr std::size_t k_key_characters = 43; // 32 bytes

bool is_secure(const core::Site& site)
{
    return site.base_url.starts_with("https://");
}

bool is_key(std::string_view text)
{
    return text.size() == k_key_characters && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

std::string sign(const std::string& key, std::string_view time)
{
    const auto text = "kith form " + std::string{time};
    return crypto::to_base64url(crypto::hmac_sha256(crypto::as_bytes(key), crypto::as_bytes(text)));
}

} // namespace

std::string cookie_name(const core::Site& site)
{
    return is_secure(site) ? "__Host-kith" : "kith";
}

std::string browser_key(const core::Site& site, const http::Request& request)
{
    const auto name = cookie_name(site);
    for (const auto& [header, value] : request.headers.all()) {
        if (!http::iequals(header, "Cookie"))
            continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto pair = http::trim(rest.substr(0, rest.find(';')));
            rest.remove_prefix(std::min(rest.find(';'), rest.size() - 1) + 1);
            const auto equals = pair.find('=');
            if (equals != pair.npos && pair.substr(0, equals) == name && is_key(pair.substr(equals + 1)))
                return std::string{pair.substr(equals + 1)};
        }
    }
    return {};
}

void set_browser_key(http::Response& response, const core::Site& site, const std::string& key,
                     std::chrono::seconds life)
{
    auto cookie = cookie_name(site) + "=" + key + "; Path=/; HttpOnly; SameSite=Lax";
    if (is_secure(site))
        cookie += "; Secure";
    if (life.count() > 0)
        cookie += "; Max-Age=" + std::to_string(life.count());
    response.headers.add("Set-Cookie", cookie);
}

std::string new_browser_key()
{
    return crypto::random_token();
}

std::string form_token(const std::string& key, Timestamp now)
{
    const auto time = std::to_string(to_ms(now));
    return time + "." + sign(key, time);
}

FormCheck check_form(const std::string& key, const std::string& token, Timestamp now)
{
    if (key.empty())
        return FormCheck::no_cookie;
    const std::string_view text = token;
    const auto dot = text.find('.');
    const auto time = text.substr(0, dot);
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), ms);
    if (dot == text.npos || error != std::errc{} || end != time.data() + time.size())
        return FormCheck::wrong;
    const auto expected = sign(key, time);
    if (!crypto::equal_in_constant_time(crypto::as_bytes(expected), crypto::as_bytes(text.substr(dot + 1))))
        return FormCheck::wrong;
    const auto age = now - from_ms(ms);
    return age <= k_form_life ? FormCheck::good : FormCheck::old;
}

} // namespace kith::oauth

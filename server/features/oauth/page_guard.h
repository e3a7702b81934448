// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/time.h"
#include "server/core/site.h"
#include "server/http/message.h"

#include <chrono>
#include <string>

/// Ties the forms of our pages to the browser that was shown them. The browser holds a random key in a cookie; a form holds
/// the time and an HMAC of it under that key. Who cannot read the cookie can make no form that counts, and a form from
/// before a sign-in or a sign-out, which change the key, counts no more.
namespace kith::oauth {

constexpr auto k_form_life = std::chrono::hours{1};

/// "__Host-kith" over TLS, "kith" without (where no browser would take the prefix).
std::string cookie_name(const core::Site& site);
/// The browser's key; "" when it sent none that could be ours.
std::string browser_key(const core::Site& site, const http::Request& request);
/// Gives the browser a key: HttpOnly, SameSite=Lax, Secure over TLS. Zero seconds: until the browser is closed.
void set_browser_key(http::Response& response, const core::Site& site, const std::string& key,
                     std::chrono::seconds life);
std::string new_browser_key();

/// What a form carries.
std::string form_token(const std::string& key, Timestamp now);
enum class FormCheck {
    good,
    no_cookie, ///< the browser takes no cookies, or the form came from elsewhere
    old,       ///< shown more than an hour ago
    wrong      ///< of another key: before a sign-in or sign-out, or forged
};
FormCheck check_form(const std::string& key, const std::string& token, Timestamp now);

} // namespace kith::oauth

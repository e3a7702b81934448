// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"

#include <chrono>
#include <optional>
#include <string>

/// Browsers that are signed in on the server's own pages (the one that asks whether a program may use the account).
/// They hold a key in a cookie; the key opens those pages and no API.
namespace kith::auth {

using db::Tx;

/// From signing in, however often the pages are used.
constexpr auto k_browser_session_life = std::chrono::hours{24 * 30};

/// A new key, signed in as the account. The account's oldest sign-ins beyond twenty are ended.
std::string start_browser_session(Tx& tx, AccountId account);
/// Who is signed in with this key: nobody when it is unknown, too old, or the account suspended.
std::optional<AccountId> find_browser_session(Tx& tx, const std::string& key);
/// The same in a write, and nobody ends the session before this transaction has: what it writes in the account's name,
/// revoke_all() sees.
std::optional<AccountId> hold_browser_session(Tx& tx, const std::string& key);
void end_browser_session(Tx& tx, const std::string& key);
void end_browser_sessions(Tx& tx, AccountId account);

} // namespace kith::auth

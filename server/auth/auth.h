// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/database.h"
#include "server/http/router.h"

#include <optional>
#include <string>

/// Tokens: who asks, and what they may do.
namespace kith::auth {

using db::Tx;

/// What a valid token says. Stands in Request::identity after the authenticator.
struct Identity {
    TokenId token;
    std::optional<AccountId> account; ///< none: a client-credentials token
    std::optional<ApplicationId> application;
    std::string scopes;
    std::optional<Timestamp> expires_at = {};
};

/// The authenticator that the router calls before each handler: reads the token from `Authorization: Bearer`, for
/// WebSockets also from `access_token` or Sec-WebSocket-Protocol; checks that it is known, not expired, not revoked, its
/// account not suspended, and that its scopes cover the route's.
http::Authenticator make_authenticator(db::Database& database);

/// The token's identity; only behind a route that needs one.
const Identity& identity(const http::Request& request);
/// The signed-in account, or nothing on a route for anyone.
std::optional<AccountId> viewer(const http::Request& request);
/// The signed-in account; only behind Access::user.
AccountId account(const http::Request& request);

struct NewToken {
    std::optional<ApplicationId> application;
    std::optional<AccountId> account;
    std::string scopes;
};
struct IssuedToken {
    std::string text; ///< shown once, stored hashed
    Timestamp created_at{};
};
IssuedToken issue(Tx& tx, const NewToken& token);
std::optional<Identity> find(Tx& tx, const std::string& token);
/// True when such a token of this application (of any, when empty) was alive.
bool revoke(Tx& tx, const std::string& token, std::optional<ApplicationId> application);
/// All of an account: after a new password or a suspension.
void revoke_all(Tx& tx, AccountId account);

} // namespace kith::auth

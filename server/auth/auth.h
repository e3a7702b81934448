// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/auth/auth_events.h"
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
    Timestamp last_used_at = {}; ///< as recorded when the token was looked up: at most an hour behind then (token_use.h)
};

/// The authenticator that the router calls before each handler: reads the token from `Authorization: Bearer`, for
/// streams also from `access_token` or Sec-WebSocket-Protocol; checks that it is known, not expired, not revoked, its
/// account not suspended, and that its scopes cover the route's. Records that the token was used, in the background.
/// Database and clock outlive the requests.
http::Authenticator make_authenticator(db::Database& database, const Clock& clock);

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
    std::optional<db::Bytes> code_hash = {}; ///< of the authorization code it is traded for
};
struct IssuedToken {
    std::string text; ///< shown once, stored hashed
    Timestamp created_at{};
};
IssuedToken issue(Tx& tx, const NewToken& token);
/// A program's own token, without a person. Stored hashed, the last one cannot be told again; so there are several, at most
/// twenty alive, and the one not used for longest makes room, as if revoked.
Result<IssuedToken> issue_to_program(Tx& tx, ApplicationId application, const std::string& scopes);
std::optional<Identity> find(Tx& tx, const std::string& token);

// Each of these publishes TokenRevoked for every token that it ends.

/// True when such a token of this application (of any, when empty) was alive.
Result<bool> revoke(Tx& tx, const std::string& token, std::optional<ApplicationId> application);
/// True when the account had this token, alive.
Result<bool> revoke(Tx& tx, AccountId account, TokenId token);
/// All of an account, with the codes that could become tokens, and its browsers' sign-ins: after a new password or a
/// suspension. `except`: the one that asks.
Result<void> revoke_all(Tx& tx, AccountId account, std::optional<TokenId> except = {});
/// What an authorization code led to (RFC 6749, 4.1.2: the code turned up a second time).
Result<void> revoke_of_code(Tx& tx, const db::Bytes& code_hash);
/// At most `count` tokens that nobody used since that moment: those of people, or the programs' own. Says how many.
enum class TokensOf { People, Programs };
Result<std::int64_t> revoke_idle(Tx& tx, TokensOf whose, Timestamp since, std::int64_t count);

} // namespace kith::auth

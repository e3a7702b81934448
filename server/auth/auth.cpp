// SPDX-License-Identifier: Apache-2.0
#include "server/auth/auth.h"

#include "common/crypto/hash.h"
#include "common/crypto/random.h"
#include "server/auth/access_notices.h"
#include "server/auth/scopes.h"
#include "server/core/cache.h"
#include "server/db/notices.h"

#include <stdexcept>

namespace kith::auth {

using boost::asio::awaitable;
using db::Query;
using http::Access;
using http::Request;

namespace {

constexpr std::size_t k_token_bytes = 32;
constexpr std::size_t k_longest_token = 256;

constexpr Query k_insert{"tokens.insert", R"sql(
    INSERT INTO oauth_tokens (id, token_hash, application_id, account_id, scopes, created_at)
    VALUES ($1, $2, $3, $4, $5, $6))sql"};
constexpr Query k_find{"tokens.find", R"sql(
    SELECT t.id, t.account_id, t.application_id, t.scopes, t.expires_at FROM oauth_tokens t
    LEFT JOIN accounts a ON a.id = t.account_id
    WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)
      AND a.suspended_at IS NULL)sql"};
constexpr Query k_revoke{"tokens.revoke", R"sql(
    UPDATE oauth_tokens SET revoked_at = $1 WHERE token_hash = $2 AND revoked_at IS NULL RETURNING id)sql"};
constexpr Query k_revoke_of{"tokens.revoke_of_application", R"sql(
    UPDATE oauth_tokens SET revoked_at = $1
    WHERE token_hash = $2 AND application_id = $3 AND revoked_at IS NULL RETURNING id)sql"};
constexpr Query k_revoke_all{"tokens.revoke_all", R"sql(
    UPDATE oauth_tokens SET revoked_at = $1 WHERE account_id = $2 AND revoked_at IS NULL)sql"};

/// The token that the request carries, or nothing.
std::optional<std::string> token_of(const Request& request)
{
    if (const auto header = request.headers.find("Authorization")) {
        constexpr std::string_view scheme = "bearer ";
        if (header->size() <= scheme.size())
            return std::nullopt;
        for (std::size_t i = 0; i < scheme.size(); ++i)
            if ((static_cast<unsigned char>((*header)[i]) | 0x20U) != static_cast<unsigned char>(scheme[i] | 0x20))
                return std::nullopt;
        return std::string{header->substr(scheme.size())};
    }
    // A browser cannot set headers on a WebSocket; elsewhere a token does not belong into an address, which is logged.
    if (request.headers.find("Upgrade")) {
        if (const auto params = http::Params::parse(request.query))
            if (auto token = params->find("access_token"))
                return token;
        if (const auto protocol = request.headers.find("Sec-WebSocket-Protocol"))
            return std::string{*protocol};
    }
    return std::nullopt;
}

Error invalid_token()
{
    return fail(Errc::unauthorized, "The access token is invalid");
}

/// Tokens that were valid when they were last read, by their hash. Given up by revoke() and by whatever says "access".
using Known = core::Cache<std::string, Identity>;
constexpr std::size_t k_known_bytes = 4 * 1024 * 1024;

std::string key_of(const std::string& token)
{
    const auto hash = crypto::sha256(token);
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

awaitable<Result<Identity>> identify(db::Database& database, Known& known, const std::string& token)
{
    const auto key = key_of(token);
    if (const auto found = known.find(key))
        co_return *found;
    const auto ticket = known.ticket();
    auto work = [&](Tx& tx) -> Result<Identity> {
        auto found = find(tx, token);
        if (!found)
            return invalid_token();
        return std::move(*found);
    };
    CO_TRY(auto identity, co_await database.read(work));
    // One that ends by itself is looked up each time: nobody announces its end.
    if (!identity.expires_at)
        known.fill(key, std::make_shared<const Identity>(identity), sizeof(Identity) + key.size() + identity.scopes.size(),
                   ticket);
    co_return std::move(identity);
}

awaitable<Result<void>> check(db::Database& database, Known& known, const Access& access, Request& request)
{
    if (access.kind == Access::Kind::anyone)
        co_return Result<void>{};
    const auto token = token_of(request);
    if (!token) {
        if (access.kind == Access::Kind::optional_user)
            co_return Result<void>{};
        co_return invalid_token();
    }
    if (token->empty() || token->size() > k_longest_token)
        co_return invalid_token();
    CO_TRY(auto identity, co_await identify(database, known, *token));
    if (access.kind == Access::Kind::user && !identity.account)
        co_return fail(Errc::invalid, "This method requires an authenticated user");
    if (!covers(identity.scopes, access.scope))
        co_return fail(Errc::forbidden, "This action is outside the authorized scopes");
    request.identity = std::move(identity);
    co_return Result<void>{};
}

} // namespace

http::Authenticator make_authenticator(db::Database& database)
{
    auto known = std::make_shared<Known>(k_known_bytes);
    // What was revoked or suspended is rare: everybody is looked up again.
    database.notices().subscribe(k_access_topic, [known](const std::string&) { known->clear(); });
    database.notices().on_gap([known] { known->clear(); });
    return [&database, known](const Access& access, Request& request) { return check(database, *known, access, request); };
}

const Identity& identity(const Request& request)
{
    const auto* found = std::any_cast<Identity>(&request.identity);
    if (!found)
        throw std::logic_error("a route without a token asked who it is");
    return *found;
}

std::optional<AccountId> viewer(const Request& request)
{
    const auto* found = std::any_cast<Identity>(&request.identity);
    return found ? found->account : std::nullopt;
}

AccountId account(const Request& request)
{
    return identity(request).account.value();
}

IssuedToken issue(Tx& tx, const NewToken& token)
{
    IssuedToken issued{crypto::random_token(k_token_bytes), tx.now()};
    const auto hash = crypto::sha256(issued.text);
    tx.execute(k_insert, tx.next_id<TokenId>(), std::span<const std::byte>{hash}, token.application, token.account,
               token.scopes, tx.now());
    return issued;
}

std::optional<Identity> find(Tx& tx, const std::string& token)
{
    const auto hash = crypto::sha256(token);
    const auto row = tx.query_one(k_find, std::span<const std::byte>{hash}, tx.now());
    if (!row)
        return std::nullopt;
    return Identity{row->id<TokenId>(0), row->maybe_id<AccountId>(1), row->maybe_id<ApplicationId>(2), row->text(3),
                    row->maybe_time(4)};
}

bool revoke(Tx& tx, const std::string& token, std::optional<ApplicationId> application)
{
    const auto hash = crypto::sha256(token);
    const std::span<const std::byte> bytes{hash};
    const auto revoked = application ? tx.query_one(k_revoke_of, tx.now(), bytes, *application) : tx.query_one(k_revoke, tx.now(), bytes);
    if (revoked)
        tell_token_changed(tx, revoked->id<TokenId>(0));
    return revoked.has_value();
}

void revoke_all(Tx& tx, AccountId account)
{
    tx.execute(k_revoke_all, tx.now(), account);
    tell_account_changed(tx, account);
}

} // namespace kith::auth

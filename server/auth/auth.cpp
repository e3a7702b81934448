// SPDX-License-Identifier: Apache-2.0
#include "server/auth/auth.h"

#include "common/crypto/hash.h"
#include "common/crypto/random.h"
#include "server/auth/access_notices.h"
#include "server/auth/browser_session.h"
#include "server/auth/known_tokens.h"
#include "server/auth/scopes.h"
#include "server/auth/token_use.h"
#include "server/db/notices.h"

#include <boost/asio/this_coro.hpp>

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
    INSERT INTO oauth_tokens (id, token_hash, application_id, account_id, scopes, created_at, code_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7))sql"};
constexpr Query k_find{"tokens.find", R"sql(
    SELECT t.id, t.account_id, t.application_id, t.scopes, t.expires_at, COALESCE(t.last_used_at, t.created_at)
    FROM oauth_tokens t LEFT JOIN accounts a ON a.id = t.account_id
    WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)
      AND a.suspended_at IS NULL)sql"};
constexpr Query k_is_suspended{"tokens.is_suspended", R"sql(
    SELECT t.id FROM oauth_tokens t JOIN accounts a ON a.id = t.account_id
    WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)
      AND a.suspended_at IS NOT NULL)sql"};

constexpr Query k_drop_codes{"tokens.drop_codes", "DELETE FROM oauth_codes WHERE account_id = $1"};

#define KITH_REVOKE "UPDATE oauth_tokens SET revoked_at = $1 WHERE revoked_at IS NULL AND "
#define KITH_REVOKED " RETURNING id, account_id"
constexpr Query k_revoke{"tokens.revoke", KITH_REVOKE "token_hash = $2" KITH_REVOKED};
constexpr Query k_revoke_of{"tokens.revoke_of_application",
                            KITH_REVOKE "token_hash = $2 AND application_id = $3" KITH_REVOKED};
constexpr Query k_revoke_one{"tokens.revoke_one",
                             KITH_REVOKE "account_id = $2 AND id = $3" KITH_REVOKED};
constexpr Query k_revoke_all{"tokens.revoke_all",
                             KITH_REVOKE "account_id = $2 AND id <> $3" KITH_REVOKED};
constexpr Query k_revoke_of_code{"tokens.revoke_of_code",
                                 KITH_REVOKE "code_hash = $2" KITH_REVOKED};
#define KITH_IDLE(whose)                                                                           \
    KITH_REVOKE "id IN (SELECT id FROM oauth_tokens WHERE revoked_at IS NULL AND " whose           \
                " AND COALESCE(last_used_at, created_at) < $2 "                                    \
                "ORDER BY COALESCE(last_used_at, created_at) LIMIT $3)" KITH_REVOKED
constexpr Query k_revoke_idle_people{"tokens.revoke_idle_people",
                                     KITH_IDLE("account_id IS NOT NULL")};
constexpr Query k_revoke_idle_programs{"tokens.revoke_idle_programs",
                                       KITH_IDLE("account_id IS NULL")};

constexpr std::int64_t k_program_tokens = 20;
constexpr Query k_make_room{"tokens.make_room_of_program",
                            KITH_REVOKE "id IN (SELECT id FROM oauth_tokens WHERE application_id = $2 AND account_id IS NULL "
                                        "AND revoked_at IS NULL ORDER BY COALESCE(last_used_at, created_at) DESC, id DESC "
                                        "LIMIT 1000 OFFSET $3)" KITH_REVOKED};

/// Every token that ends passes here.
Result<std::int64_t> announce(Tx& tx, const db::Rows& ended)
{
    for (const auto& row : ended) {
        tell_token_changed(tx, row.id<TokenId>(0));
        TRY_VOID(db::publish(tx, TokenRevoked{row.id<TokenId>(0), row.maybe_id<AccountId>(1)}));
    }
    return static_cast<std::int64_t>(ended.size());
}

/// The token that the request carries, or nothing.
std::optional<std::string> token_of(const Request& request)
{
    if (const auto header = request.headers.find("Authorization")) {
        constexpr std::string_view scheme = "bearer ";
        if (header->size() <= scheme.size())
            return std::nullopt;
        for (std::size_t i = 0; i < scheme.size(); ++i)
            if ((static_cast<unsigned char>((*header)[i]) | 0x20U) !=
                static_cast<unsigned char>(scheme[i] | 0x20))
                return std::nullopt;
        return std::string{header->substr(scheme.size())};
    }
    // A browser cannot set headers on a WebSocket or an EventSource; elsewhere a token does not belong into an address, which
    // is logged.
    if (request.headers.find("Upgrade") || request.path.starts_with("/api/v1/streaming/")) {
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

/// Why the token was not found to be valid.
Error refusal(Tx& tx, const std::string& token)
{
    const auto hash = crypto::sha256(token);
    if (tx.query_one(k_is_suspended, std::span<const std::byte>{hash}, tx.now()))
        return fail(Errc::forbidden, "This account is suspended.");
    return invalid_token();
}

constexpr std::size_t k_known_bytes = 4 * 1024 * 1024;

std::string key_of(const std::string& token)
{
    const auto hash = crypto::sha256(token);
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

awaitable<Result<Identity>> identify(db::Database& database, KnownTokens& known, const std::string& token)
{
    const auto key = key_of(token);
    if (const auto found = known.find(key))
        co_return *found;
    const auto ticket = known.ticket();
    auto work = [&](Tx& tx) -> Result<Identity> {
        auto found = find(tx, token);
        if (!found)
            return refusal(tx, token);
        return std::move(*found);
    };
    CO_TRY(auto identity, co_await database.read(work));
    // One that ends by itself is looked up each time: nobody announces its end.
    if (!identity.expires_at)
        known.fill(key, identity, ticket);
    co_return std::move(identity);
}

/// What requests of one server are checked with.
struct Authentication {
    db::Database& database;
    const Clock& clock;
    KnownTokens known{k_known_bytes};
    TokenUse uses{database};
};

awaitable<Result<void>> check(Authentication& with, const Access& access, Request& request)
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
    CO_TRY(auto identity, co_await identify(with.database, with.known, *token));
    if (access.kind == Access::Kind::user && !identity.account)
        co_return fail(Errc::invalid, "This method requires an authenticated user");
    if (!covers(identity.scopes, access.scope))
        co_return fail(Errc::forbidden, "This action is outside the authorized scopes");
    const auto executor = co_await boost::asio::this_coro::executor;
    with.uses.note(executor, identity, with.clock.now());
    request.identity = std::move(identity);
    co_return Result<void>{};
}

} // namespace

http::Authenticator make_authenticator(db::Database& database, const Clock& clock)
{
    const auto with = std::make_shared<Authentication>(database, clock);
    database.notices().subscribe(k_access_topic, [with](const std::string& notice) { with->known.hear(notice); });
    database.notices().on_gap([with] { with->known.clear(); });
    return [with](const Access& access, Request& request) { return check(*with, access, request); };
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
    tx.execute(k_insert, tx.next_id<TokenId>(), std::span<const std::byte>{hash}, token.application,
               token.account, token.scopes, tx.now(), token.code_hash);
    if (token.application)
        record_application_use(tx, *token.application);
    return issued;
}

Result<IssuedToken> issue_to_program(Tx& tx, ApplicationId application, const std::string& scopes)
{
    TRY_VOID(announce(tx, tx.query(k_make_room, tx.now(), application, k_program_tokens - 1)));
    NewToken token;
    token.application = application;
    token.scopes = scopes;
    return issue(tx, token);
}

std::optional<Identity> find(Tx& tx, const std::string& token)
{
    const auto hash = crypto::sha256(token);
    const auto row = tx.query_one(k_find, std::span<const std::byte>{hash}, tx.now());
    if (!row)
        return std::nullopt;
    return Identity{
        row->id<TokenId>(0), row->maybe_id<AccountId>(1), row->maybe_id<ApplicationId>(2),
        row->text(3),        row->maybe_time(4),          row->time(5)};
}

Result<bool> revoke(Tx& tx, const std::string& token, std::optional<ApplicationId> application)
{
    const auto hash = crypto::sha256(token);
    const std::span<const std::byte> bytes{hash};
    TRY(const auto ended, announce(tx, application ? tx.query(k_revoke_of, tx.now(), bytes, *application)
                                                   : tx.query(k_revoke, tx.now(), bytes)));
    return ended > 0;
}

Result<bool> revoke(Tx& tx, AccountId account, TokenId token)
{
    TRY(const auto ended, announce(tx, tx.query(k_revoke_one, tx.now(), account, token)));
    return ended > 0;
}

Result<void> revoke_all(Tx& tx, AccountId account, std::optional<TokenId> except)
{
    // In the order in which one leads to the other: whoever is about to trade a code has the code's row, and is waited for.
    end_browser_sessions(tx, account);
    tx.execute(k_drop_codes, account);
    TRY_VOID(announce(tx, tx.query(k_revoke_all, tx.now(), account, except.value_or(TokenId{0}))));
    tell_account_changed(tx, account);
    return {};
}

Result<void> revoke_of_code(Tx& tx, const db::Bytes& code_hash)
{
    TRY_VOID(announce(tx, tx.query(k_revoke_of_code, tx.now(), code_hash)));
    return {};
}

Result<std::int64_t> revoke_idle(Tx& tx, TokensOf whose, Timestamp since, std::int64_t count)
{
    const auto& query = whose == TokensOf::People ? k_revoke_idle_people : k_revoke_idle_programs;
    return announce(tx, tx.query(query, tx.now(), since, count));
}

} // namespace kith::auth

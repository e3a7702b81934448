// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/oauth.h"

#include "common/crypto/hash.h"
#include "common/crypto/random.h"
#include "common/crypto/secret.h"
#include "server/auth/auth.h"
#include "server/auth/scopes.h"

#include <algorithm>
#include <chrono>

namespace kith::oauth {

using db::Query;

namespace {

constexpr auto k_code_life = std::chrono::minutes{10};
constexpr auto k_program_token_idle = std::chrono::hours{24 * 90};
constexpr std::int64_t k_piece = 200;

constexpr Query k_insert_application{"oauth.insert_application", R"sql(
    INSERT INTO oauth_applications (id, client_id, secret_hash, name, website, redirect_uris, scopes, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8))sql"};
#define KITH_APPLICATION_COLUMNS                                                                   \
    "SELECT id, client_id, name, website, redirect_uris, scopes, secret_hash FROM "                \
    "oauth_applications "
constexpr Query k_find_by_client{"oauth.find_by_client",
                                 KITH_APPLICATION_COLUMNS "WHERE client_id = $1"};
constexpr Query k_find{"oauth.find", KITH_APPLICATION_COLUMNS "WHERE id = $1"};
constexpr Query k_insert_code{"oauth.insert_code", R"sql(
    INSERT INTO oauth_codes (code_hash, application_id, account_id, redirect_uri, scopes, code_challenge, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7))sql"};
constexpr Query k_redeem{"oauth.redeem", R"sql(
    DELETE FROM oauth_codes WHERE code_hash = $1
    RETURNING application_id, account_id, redirect_uri, scopes, code_challenge, expires_at)sql"};
constexpr Query k_consent{"oauth.consent", R"sql(
    INSERT INTO oauth_consents (account_id, application_id, scopes, granted_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account_id, application_id) DO UPDATE
    SET scopes = excluded.scopes, granted_at = excluded.granted_at)sql"};
constexpr Query k_find_consent{"oauth.find_consent", R"sql(
    SELECT scopes FROM oauth_consents WHERE account_id = $1 AND application_id = $2)sql"};
constexpr Query k_forget_consent{"oauth.forget_consent", R"sql(
    DELETE FROM oauth_consents WHERE account_id = $1 AND application_id = $2)sql"};

std::vector<std::string> split_lines(const std::string& text)
{
    std::vector<std::string> lines;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        if (end > at)
            lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

Application read(const db::Row& row)
{
    return Application{row.id<ApplicationId>(0), row.text(1), row.text(2), row.maybe_text(3),
                       split_lines(row.text(4)), row.text(5)};
}

} // namespace

RegisteredApplication register_application(Tx& tx, const NewApplication& application)
{
    RegisteredApplication out;
    out.application = {tx.next_id<ApplicationId>(), crypto::random_token(24),  application.name,
                       application.website,         application.redirect_uris, application.scopes};
    out.client_secret = crypto::random_token(32);
    std::string uris;
    for (const auto& uri : application.redirect_uris)
        uris += (uris.empty() ? "" : "\n") + uri;
    const auto hash = crypto::sha256(out.client_secret);
    tx.execute(k_insert_application, out.application.id, out.application.client_id,
               std::span<const std::byte>{hash}, application.name, application.website, uris,
               application.scopes, tx.now());
    return out;
}

std::optional<Application> find_application(Tx& tx, const std::string& client_id)
{
    const auto row = tx.query_one(k_find_by_client, client_id);
    if (!row)
        return std::nullopt;
    return read(*row);
}

std::optional<Application> find_application(Tx& tx, ApplicationId id)
{
    const auto row = tx.query_one(k_find, id);
    if (!row)
        return std::nullopt;
    return read(*row);
}

std::optional<Application> check_secret(Tx& tx, const std::string& client_id, const std::string& secret)
{
    const auto row = tx.query_one(k_find_by_client, client_id);
    if (!row)
        return std::nullopt;
    const auto hash = crypto::sha256(secret);
    if (!crypto::equal_in_constant_time(hash, row->bytes(6)))
        return std::nullopt;
    return read(*row);
}

std::string issue_code(Tx& tx, const Grant& grant)
{
    auto code = crypto::random_token(32);
    const auto hash = crypto::sha256(code);
    tx.execute(k_insert_code, std::span<const std::byte>{hash}, grant.application, grant.account,
               grant.redirect_uri, grant.scopes, grant.code_challenge, tx.now() + k_code_life);
    return code;
}

Result<std::optional<Redeemed>> redeem_code(Tx& tx, const std::string& code)
{
    const auto hash = crypto::sha256(code);
    const db::Bytes bytes{hash.begin(), hash.end()};
    const auto row = tx.query_one(k_redeem, bytes);
    if (!row) {
        TRY_VOID(auth::revoke_of_code(tx, bytes));
        return std::optional<Redeemed>{};
    }
    if (row->time(5) <= tx.now())
        return std::optional<Redeemed>{};
    const Grant grant{row->id<ApplicationId>(0), row->id<AccountId>(1), row->text(2), row->text(3),
                      row->maybe_text(4)};
    return std::optional{Redeemed{grant, bytes}};
}

void remember_consent(Tx& tx, AccountId account, ApplicationId application, const std::string& scopes)
{
    // Asking for less does not take back what was allowed before.
    const auto before = tx.query_one(k_find_consent, account, application);
    const auto both = auth::parse_scopes(before ? before->text(0) + " " + scopes : scopes);
    tx.execute(k_consent, account, application, both ? *both : scopes, tx.now());
}

bool has_consented(Tx& tx, AccountId account, ApplicationId application, const std::string& scopes)
{
    const auto row = tx.query_one(k_find_consent, account, application);
    return row && auth::covers_all(row->text(0), scopes);
}

void forget_consent(Tx& tx, AccountId account, ApplicationId application)
{
    tx.execute(k_forget_consent, account, application);
}

Result<bool> end_idle_tokens(Tx& tx, std::int64_t days)
{
    TRY(const auto programs,
        auth::revoke_idle(tx, auth::TokensOf::Programs, tx.now() - k_program_token_idle, k_piece));
    if (days == 0)
        return programs == k_piece;
    const auto since = tx.now() - std::chrono::hours{24 * days};
    TRY(const auto people, auth::revoke_idle(tx, auth::TokensOf::People, since, k_piece));
    return programs == k_piece || people == k_piece;
}

bool fits_challenge(const std::string& verifier, const std::string& challenge)
{
    if (verifier.size() < 43 || verifier.size() > 128)
        return false;
    const auto computed = crypto::to_base64url(crypto::sha256(verifier));
    return crypto::equal_in_constant_time(crypto::as_bytes(computed), crypto::as_bytes(challenge));
}

} // namespace kith::oauth

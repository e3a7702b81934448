// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/oauth.h"

#include "common/crypto/hash.h"
#include "common/crypto/random.h"
#include "common/crypto/secret.h"

#include <algorithm>
#include <chrono>

namespace kith::oauth {

using db::Query;

namespace {

constexpr auto k_code_life = std::chrono::minutes{10};

constexpr Query k_insert_application{"oauth.insert_application", R"sql(
    INSERT INTO oauth_applications (id, client_id, secret_hash, name, website, redirect_uris, scopes, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8))sql"};
#define KITH_APPLICATION_COLUMNS                                                                   \
    "SELECT id, client_id, name, website, redirect_uris, scopes, secret_hash FROM oauth_applications "
constexpr Query k_find_by_client{"oauth.find_by_client", KITH_APPLICATION_COLUMNS "WHERE client_id = $1"};
constexpr Query k_find{"oauth.find", KITH_APPLICATION_COLUMNS "WHERE id = $1"};
constexpr Query k_insert_code{"oauth.insert_code", R"sql(
    INSERT INTO oauth_codes (code_hash, application_id, account_id, redirect_uri, scopes, code_challenge, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7))sql"};
constexpr Query k_redeem{"oauth.redeem", R"sql(
    DELETE FROM oauth_codes WHERE code_hash = $1
    RETURNING application_id, account_id, redirect_uri, scopes, code_challenge, expires_at)sql"};

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
    return Application{row.id<ApplicationId>(0), row.text(1),       row.text(2), row.maybe_text(3),
                       split_lines(row.text(4)), row.text(5)};
}

} // namespace

RegisteredApplication register_application(Tx& tx, const NewApplication& application)
{
    RegisteredApplication out;
    out.application = {tx.next_id<ApplicationId>(), crypto::random_token(24), application.name, application.website,
                       application.redirect_uris,   application.scopes};
    out.client_secret = crypto::random_token(32);
    std::string uris;
    for (const auto& uri : application.redirect_uris)
        uris += (uris.empty() ? "" : "\n") + uri;
    const auto hash = crypto::sha256(out.client_secret);
    tx.execute(k_insert_application, out.application.id, out.application.client_id, std::span<const std::byte>{hash},
               application.name, application.website, uris, application.scopes, tx.now());
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
    tx.execute(k_insert_code, std::span<const std::byte>{hash}, grant.application, grant.account, grant.redirect_uri,
               grant.scopes, grant.code_challenge, tx.now() + k_code_life);
    return code;
}

std::optional<Grant> redeem_code(Tx& tx, const std::string& code)
{
    const auto hash = crypto::sha256(code);
    const auto row = tx.query_one(k_redeem, std::span<const std::byte>{hash});
    if (!row || row->time(5) <= tx.now())
        return std::nullopt;
    return Grant{row->id<ApplicationId>(0), row->id<AccountId>(1), row->text(2), row->text(3), row->maybe_text(4)};
}

bool fits_challenge(const std::string& verifier, const std::string& challenge)
{
    if (verifier.size() < 43 || verifier.size() > 128)
        return false;
    const auto computed = crypto::to_base64url(crypto::sha256(verifier));
    return crypto::equal_in_constant_time(crypto::as_bytes(computed), crypto::as_bytes(challenge));
}

bool is_redirect_uri(const std::string& uri)
{
    if (uri == k_out_of_band)
        return true;
    const auto colon = uri.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == uri.size() || uri.size() > 2000)
        return false;
    std::string scheme;
    for (const char c : uri.substr(0, colon)) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (!((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') || lower == '+' || lower == '-' || lower == '.'))
            return false;
        scheme += lower;
    }
    if (scheme.front() < 'a')
        return false; // RFC 3986, 3.1: a letter first
    if (scheme == "javascript" || scheme == "data" || scheme == "vbscript" || scheme == "file" || scheme == "blob")
        return false;
    if (uri.find('#') != std::string::npos)
        return false; // RFC 6749, 3.1.2: no fragment
    return std::all_of(uri.begin(), uri.end(), [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>'; });
}

} // namespace kith::oauth

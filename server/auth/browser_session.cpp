// SPDX-License-Identifier: Apache-2.0
#include "server/auth/browser_session.h"

#include "common/crypto/hash.h"
#include "common/crypto/random.h"

#include <array>

namespace kith::auth {

using db::Query;

namespace {

constexpr std::int64_t k_most_browsers = 20;

constexpr Query k_start{"browsers.start", R"sql(
    INSERT INTO browser_sessions (key_hash, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4))sql"};
constexpr Query k_trim{"browsers.trim", R"sql(
    DELETE FROM browser_sessions WHERE account_id = $1 AND key_hash NOT IN
        (SELECT key_hash FROM browser_sessions WHERE account_id = $1 ORDER BY created_at DESC, key_hash LIMIT $2))sql"};
constexpr Query k_find{"browsers.find", R"sql(
    SELECT b.account_id FROM browser_sessions b JOIN accounts a ON a.id = b.account_id
    WHERE b.key_hash = $1 AND b.expires_at > $2 AND a.suspended_at IS NULL)sql"};
constexpr Query k_hold{"browsers.hold",
                       "SELECT account_id FROM browser_sessions WHERE key_hash = $1"};
constexpr Query k_end{"browsers.end", "DELETE FROM browser_sessions WHERE key_hash = $1"};
constexpr Query k_end_all{"browsers.end_all", "DELETE FROM browser_sessions WHERE account_id = $1"};

} // namespace

std::string start_browser_session(Tx& tx, AccountId account)
{
    auto key = crypto::random_token();
    const auto hash = crypto::sha256(key);
    // The new one is counted last, so that it stays even where several begin in one millisecond.
    tx.execute(k_trim, account, k_most_browsers - 1);
    tx.execute(k_start, std::span<const std::byte>{hash}, account, tx.now(), tx.now() + k_browser_session_life);
    return key;
}

std::optional<AccountId> find_browser_session(Tx& tx, const std::string& key)
{
    const auto hash = crypto::sha256(key);
    const auto row = tx.query_one(k_find, std::span<const std::byte>{hash}, tx.now());
    if (!row)
        return std::nullopt;
    return row->id<AccountId>(0);
}

std::optional<AccountId> hold_browser_session(Tx& tx, const std::string& key)
{
    const auto hash = crypto::sha256(key);
    const std::array parameters{db::to_param(std::span<const std::byte>{hash})};
    tx.query_list(k_hold, std::string{k_hold.sql} + tx.for_update(), parameters);
    return find_browser_session(tx, key);
}

void end_browser_session(Tx& tx, const std::string& key)
{
    const auto hash = crypto::sha256(key);
    tx.execute(k_end, std::span<const std::byte>{hash});
}

void end_browser_sessions(Tx& tx, AccountId account)
{
    tx.execute(k_end_all, account);
}

} // namespace kith::auth

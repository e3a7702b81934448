// SPDX-License-Identifier: Apache-2.0
#include "server/features/maintenance.h"

#include <array>
#include <chrono>

namespace kith::features {

namespace {

constexpr std::int64_t k_piece = 200;

struct Purge {
    db::Query query; ///< deletes at most $2 rows older than $1
    std::chrono::hours age;
};

constexpr std::array k_purges{
    Purge{{"purge.seen_activities", "DELETE FROM seen_activities WHERE uri IN (SELECT uri FROM seen_activities WHERE received_at < $1 "
                                    "ORDER BY received_at LIMIT $2)"},
          std::chrono::hours{24 * 7}},
    // Deliveries are tried for about three days; after a week nobody names the activity any more.
    Purge{{"purge.outgoing_activities", "DELETE FROM outgoing_activities WHERE id IN (SELECT id FROM outgoing_activities "
                                        "WHERE created_at < $1 ORDER BY created_at LIMIT $2)"},
          std::chrono::hours{24 * 7}},
    Purge{{"purge.idempotency_keys", "DELETE FROM idempotency_keys WHERE (account_id, idempotency_key) IN "
                                     "(SELECT account_id, idempotency_key FROM idempotency_keys WHERE created_at < $1 "
                                     "ORDER BY created_at LIMIT $2)"},
          std::chrono::hours{24}},
    Purge{{"purge.oauth_codes", "DELETE FROM oauth_codes WHERE code_hash IN (SELECT code_hash FROM oauth_codes "
                                "WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"},
          std::chrono::hours{0}},
    Purge{{"purge.tombstones", "DELETE FROM tombstones WHERE uri IN (SELECT uri FROM tombstones WHERE expires_at < $1 "
                               "ORDER BY expires_at LIMIT $2)"},
          std::chrono::hours{0}},
};

} // namespace

bool purge_expired(db::Tx& tx)
{
    bool more = false;
    for (const auto& purge : k_purges)
        more = tx.execute(purge.query, tx.now() - purge.age, k_piece) == k_piece || more;
    return more;
}

} // namespace kith::features

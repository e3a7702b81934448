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

/// The age is asked for outside the list again: a token issued meanwhile has changed it, and PostgreSQL then looks again.
#define KITH_NO_TOKEN_NO_CODE                                                                      \
    "AND NOT EXISTS (SELECT 1 FROM oauth_tokens t WHERE t.application_id = a.id AND t.revoked_at IS NULL) " \
    "AND NOT EXISTS (SELECT 1 FROM oauth_codes c WHERE c.application_id = a.id) "

constexpr std::array k_purges{
    Purge{{"purge.seen_activities", "DELETE FROM seen_activities WHERE uri IN (SELECT uri FROM seen_activities WHERE received_at < $1 "
                                    "ORDER BY received_at LIMIT $2)"},
          std::chrono::hours{24 * 7}},
    // Deliveries are tried for a week at most; then nobody names the activity any more. But those that a restore holds
    // (state 4) wait for an administrator, however long that takes.
    Purge{{"purge.outgoing_activities", "DELETE FROM outgoing_activities WHERE id IN (SELECT id FROM outgoing_activities "
                                        "WHERE created_at < $1 AND NOT EXISTS (SELECT 1 FROM jobs WHERE state = 4) "
                                        "ORDER BY created_at LIMIT $2)"},
          std::chrono::hours{24 * 7}},
    Purge{{"purge.dead_jobs", "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state = 2 AND created_at < $1 "
                              "ORDER BY created_at LIMIT $2)"},
          std::chrono::hours{24 * 30}},
    // Nothing waits in a lane that nobody has tried for so long.
    Purge{{"purge.job_lanes", "DELETE FROM job_lanes WHERE lane IN (SELECT lane FROM job_lanes WHERE next_try < $1 "
                              "ORDER BY next_try LIMIT $2)"},
          std::chrono::hours{24 * 30}},
    // A program that was away for weeks, with a post whose answer it never got, must not post it twice.
    Purge{{"purge.idempotency_keys", "DELETE FROM idempotency_keys WHERE (account_id, idempotency_key) IN "
                                     "(SELECT account_id, idempotency_key FROM idempotency_keys WHERE created_at < $1 "
                                     "ORDER BY created_at LIMIT $2)"},
          std::chrono::hours{24 * 30}},
    Purge{{"purge.oauth_codes", "DELETE FROM oauth_codes WHERE code_hash IN (SELECT code_hash FROM oauth_codes "
                                "WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"},
          std::chrono::hours{0}},
    Purge{{"purge.tombstones", "DELETE FROM tombstones WHERE uri IN (SELECT uri FROM tombstones WHERE expires_at < $1 "
                               "ORDER BY expires_at LIMIT $2)"},
          std::chrono::hours{0}},
    Purge{{"purge.oauth_tokens", "DELETE FROM oauth_tokens WHERE id IN (SELECT id FROM oauth_tokens WHERE revoked_at < $1 "
                                 "ORDER BY revoked_at LIMIT $2)"},
          std::chrono::hours{24 * 7}},
    Purge{{"purge.browser_sessions", "DELETE FROM browser_sessions WHERE key_hash IN (SELECT key_hash FROM browser_sessions "
                                     "WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"},
          std::chrono::hours{0}},
    // Programs that registered and never signed anybody in. Web clients register one per server, keep it, and use it for
    // everybody, so one that was in use is kept for a season after its last token has gone.
    Purge{{"purge.oauth_applications_never_used",
           "DELETE FROM oauth_applications WHERE last_used_at IS NULL AND id IN (SELECT a.id FROM oauth_applications a "
           "WHERE a.last_used_at IS NULL AND a.created_at < $1 " KITH_NO_TOKEN_NO_CODE "ORDER BY a.created_at LIMIT $2)"},
          std::chrono::hours{24 * 7}},
    Purge{{"purge.oauth_applications_forgotten",
           "DELETE FROM oauth_applications WHERE last_used_at < $1 AND id IN (SELECT a.id FROM oauth_applications a "
           "WHERE a.last_used_at < $1 " KITH_NO_TOKEN_NO_CODE "ORDER BY a.last_used_at LIMIT $2)"},
          std::chrono::hours{24 * 90}},
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

// SPDX-License-Identifier: Apache-2.0
#include "server/backup/aftermath.h"

#include "server/jobs/jobs.h"

#include <set>

namespace kith::backup {

namespace {

using db::Query;

// States of jobs, as in the first migration: 0 waiting, 1 running, 2 dead, 3 behind; 4, held, is ours alone.
constexpr Query k_hold{"restore.hold", R"sql(
    UPDATE jobs SET state = 4, leased_until = NULL WHERE state IN (0, 1, 3) AND kind IN ('deliver', 'fan_out'))sql"};
constexpr Query k_revoke_tokens{"restore.revoke",
                                "UPDATE oauth_tokens SET revoked_at = $1 WHERE revoked_at IS NULL"};
constexpr Query k_end_codes{"restore.codes", "DELETE FROM oauth_codes"};
constexpr Query k_end_sessions{"restore.sessions", "DELETE FROM browser_sessions"};
constexpr Query k_forget_processes{"restore.processes", "DELETE FROM processes"};
constexpr Query k_held{"restore.held", R"sql(
    SELECT id, kind, payload, lane, priority FROM jobs WHERE state = 4 ORDER BY lane, run_at, id LIMIT 500)sql"};
constexpr Query k_delete{"restore.delete", "DELETE FROM jobs WHERE id = $1 AND state = 4"};
constexpr Query k_keep_activity{"restore.keep_activity",
                                "UPDATE outgoing_activities SET created_at = $1 WHERE id = $2"};
constexpr Query k_count{"restore.count", "SELECT COUNT(*) FROM jobs WHERE state = 4"};
constexpr Query k_drop{"restore.drop", "DELETE FROM jobs WHERE state = 4"};

/// What the deliveries send is kept for a week from now, as what was said today is (features/maintenance.cpp).
void keep_activities(db::Tx& tx, const std::set<ActivityId>& activities)
{
    for (const auto activity : activities)
        tx.execute(k_keep_activity, tx.now(), activity);
}

} // namespace

Aftermath settle_restored(db::Tx& tx, KeepSessions keep_sessions)
{
    Aftermath aftermath;
    aftermath.held = tx.execute(k_hold);
    tx.execute(k_forget_processes);
    if (keep_sessions == KeepSessions::No) {
        aftermath.revoked = tx.execute(k_revoke_tokens, tx.now());
        tx.execute(k_end_codes);
        tx.execute(k_end_sessions);
    }
    return aftermath;
}

std::int64_t held_deliveries(db::Tx& tx)
{
    return tx.query_one(k_count)->integer(0);
}

Result<std::int64_t> release_deliveries(db::Tx& tx)
{
    const auto held = tx.query(k_held);
    std::set<ActivityId> activities;
    for (const auto& row : held) {
        if (tx.execute(k_delete, row.integer(0)) == 0)
            continue; // somebody else releases them as well
        jobs::NewJob job;
        job.kind = row.text(1);
        TRY(const auto payload, parse_json(row.text(2)));
        job.payload = payload.is_object() ? payload.get_object() : json::object{};
        if (const auto activity = ActivityId::parse(find_string(payload, "activity").value_or("")))
            activities.insert(*activity);
        job.lane = row.text(3);
        job.priority = row.integer(4);
        jobs::enqueue(tx, std::move(job));
    }
    keep_activities(tx, activities);
    return static_cast<std::int64_t>(held.size());
}

std::int64_t drop_deliveries(db::Tx& tx)
{
    return tx.execute(k_drop);
}

} // namespace kith::backup

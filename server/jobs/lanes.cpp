// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/lanes.h"

#include "server/jobs/backoff.h"
#include "server/jobs/admin.h"
#include "server/jobs/queue.h"

#include <algorithm>

namespace kith::jobs {

namespace {

using db::Query;
using std::chrono::milliseconds;

/// A peer that speaks to us but does not listen is tried at most this often out of turn.
constexpr std::chrono::minutes k_between_revivals{10};
/// A peer that names a time at each try is still asked less and less often, up to ten to sixteen minutes.
constexpr std::int64_t k_polite_failures = 5;

constexpr Query k_find{"jobs.find_lane", R"sql(
    SELECT failures, failing_since, next_try, revived_at FROM job_lanes WHERE lane = $1)sql"};
constexpr Query k_fail{"jobs.fail_lane", R"sql(
    INSERT INTO job_lanes (lane, failures, failing_since, next_try, last_error) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (lane) DO UPDATE SET failures = excluded.failures, failing_since = excluded.failing_since,
        next_try = excluded.next_try, last_error = excluded.last_error)sql"};
constexpr Query k_clear{"jobs.clear_lane", "DELETE FROM job_lanes WHERE lane = $1"};
constexpr Query k_revive{"jobs.revive_lane", R"sql(
    UPDATE job_lanes SET failures = 0, failing_since = $1, next_try = $1, revived_at = $1 WHERE lane = $2)sql"};
constexpr Query k_hurry{"jobs.hurry_head", R"sql(
    UPDATE jobs SET run_at = $1 WHERE lane = $2 AND lane <> '' AND state < 2 AND state = 0 AND run_at > $1 AND run_at <= $3
    RETURNING id)sql"};
constexpr Query k_has_head{"jobs.has_head", "SELECT 1 FROM jobs WHERE lane = $1 AND lane <> '' AND state < 2"};
constexpr Query k_drop{"jobs.drop_behind", R"sql(
    DELETE FROM jobs WHERE state = 3 AND id IN (
        SELECT b.id FROM jobs b WHERE b.lane = $1 AND b.state = 3 ORDER BY b.run_at DESC, b.id DESC LIMIT $2 OFFSET $3))sql"};
constexpr Query k_count_dropped{"jobs.count_dropped", "UPDATE job_lanes SET dropped = dropped + $1 WHERE lane = $2"};

void revive_lane(db::Tx& tx, const std::string& lane, const FailingLane& failing)
{
    if (!tx.query_one(k_has_head, lane)) {
        tx.execute(k_clear, lane);
        return;
    }
    tx.execute(k_revive, tx.now(), lane);
    if (const auto hurried = tx.query_one(k_hurry, tx.now(), lane, failing.next_try))
        announce(tx, hurried->id<JobId>(0), tx.now());
}

} // namespace

std::optional<FailingLane> find_failing(db::Tx& tx, const std::string& lane)
{
    if (lane.empty())
        return std::nullopt;
    const auto row = tx.query_one(k_find, lane);
    if (!row)
        return std::nullopt;
    return FailingLane{row->integer(0), row->time(1), row->time(2), row->maybe_time(3)};
}

FailingLane lane_failed(db::Tx& tx, const std::string& lane, const LaneFailure& failure)
{
    FailingLane now;
    now.failing_since = tx.now();
    if (const auto before = find_failing(tx, lane))
        now = *before;
    ++now.failures;
    milliseconds wait = lane_backoff(now.failures, failure.random);
    if (failure.retry_after)
        wait = std::max(lane_backoff(std::min(now.failures, k_polite_failures), failure.random),
                        std::min<milliseconds>(*failure.retry_after, k_probe_interval));
    if (now.dead(tx.now()))
        wait = k_probe_interval;
    now.next_try = tx.now() + wait;
    tx.execute(k_fail, lane, now.failures, now.failing_since, now.next_try, failure.error);
    return now;
}

void lane_succeeded(db::Tx& tx, const std::string& lane)
{
    tx.execute(k_clear, lane);
}

void lane_alive(db::Tx& tx, const std::string& lane)
{
    const auto failing = find_failing(tx, lane);
    if (failing && (!failing->revived_at || tx.now() - *failing->revived_at >= k_between_revivals))
        revive_lane(tx, lane, *failing);
}

void try_lane_now(db::Tx& tx, const std::string& lane)
{
    if (const auto failing = find_failing(tx, lane))
        revive_lane(tx, lane, *failing);
}

void drop_oldest(db::Tx& tx, const std::string& lane, std::int64_t keep)
{
    if (const auto dropped = tx.execute(k_drop, lane, k_drop_at_once, keep); dropped > 0)
        count_dropped(tx, lane, dropped);
}

void count_dropped(db::Tx& tx, const std::string& lane, std::int64_t jobs)
{
    tx.execute(k_count_dropped, jobs, lane);
}

} // namespace kith::jobs

// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/queue.h"

#include "server/jobs/job_span.h"
#include "server/jobs/lanes.h"

#include <algorithm>
#include <stdexcept>

namespace kith::jobs {

namespace {

constexpr std::size_t k_max_payload = 64 << 10;
constexpr std::size_t k_max_error = 500;

using db::Query;

constexpr Query k_insert{"jobs.insert", R"sql(
    INSERT INTO jobs (id, kind, payload, lane, priority, state, attempts, run_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8) ON CONFLICT DO NOTHING)sql"};
constexpr Query k_lane_head{"jobs.lane_head", R"sql(
    SELECT id, state, run_at, priority FROM jobs WHERE lane = $1 AND lane <> '' AND state < 2)sql"};
constexpr Query k_set_state{"jobs.set_state", "UPDATE jobs SET state = $1 WHERE id = $2"};
constexpr Query k_raise{"jobs.raise", "UPDATE jobs SET priority = $1 WHERE id = $2 AND state = 0"};
constexpr Query k_claim{"jobs.claim", nullptr};
constexpr Query k_lease{"jobs.lease", R"sql(
    UPDATE jobs SET state = 1, attempts = attempts + 1, leased_until = $1 WHERE id = $2)sql"};
constexpr Query k_renew{"jobs.renew",
                        "UPDATE jobs SET leased_until = $1 WHERE id = $2 AND state = 1"};
constexpr Query k_reclaim{"jobs.reclaim", R"sql(
    UPDATE jobs SET state = 0, leased_until = NULL WHERE state = 1 AND leased_until <= $1)sql"};
constexpr Query k_next_due{"jobs.next_due", nullptr};
constexpr Query k_next_lease{"jobs.next_lease",
                             "SELECT MIN(leased_until) FROM jobs WHERE state = 1"};
constexpr Query k_done{"jobs.done",
                       "DELETE FROM jobs WHERE id = $1 AND state = 1 AND attempts = $2"};
constexpr Query k_retry{"jobs.retry", R"sql(
    UPDATE jobs SET state = $1, leased_until = NULL, run_at = $2, last_error = $3, forgiven = forgiven + $4
    WHERE id = $5 AND state = 1 AND attempts = $6)sql"};
constexpr Query k_postpone{"jobs.postpone", "UPDATE jobs SET run_at = $1 WHERE id = $2"};
constexpr Query k_has_behind{"jobs.has_behind", "SELECT 1 FROM jobs WHERE lane = $1 AND state = 3 LIMIT 1"};
constexpr Query k_progress{"jobs.progress", "UPDATE jobs SET payload = $1 WHERE id = $2 AND state = 1 AND attempts = $3"};
constexpr Query k_bury{"jobs.bury", R"sql(
    UPDATE jobs SET state = 2, leased_until = NULL, last_error = $1
    WHERE id = $2 AND state = 1 AND attempts = $3)sql"};
// The number of the try stays used: its handler may still be under way, and must not pass for the one of the next claim.
constexpr Query k_return{"jobs.return", R"sql(
    UPDATE jobs SET state = 0, leased_until = NULL, forgiven = forgiven + 1
    WHERE id = $1 AND state = 1 AND attempts = $2)sql"};
constexpr Query k_promote{"jobs.promote", R"sql(
    UPDATE jobs SET state = 0, run_at = CASE WHEN run_at < $1 THEN $1 ELSE run_at END,
        priority = (SELECT MIN(p.priority) FROM jobs p WHERE p.lane = $2 AND p.state = 3)
    WHERE id = (SELECT b.id FROM jobs b WHERE b.lane = $2 AND b.state = 3 ORDER BY b.run_at, b.id LIMIT 1))sql"};
constexpr Query k_delete{"jobs.delete", "DELETE FROM jobs WHERE id = $1"};

/// The lane's first job stays as it is until we commit: whoever ends it afterwards then sees the job that we put behind
/// it. Shared, so that those who enqueue do not wait for each other. SQLite has one writer and needs nothing.
std::optional<db::Row> hold_lane_head(db::Tx& tx, const std::string& lane)
{
    const std::string sql = std::string{k_lane_head.sql} + (*tx.for_update() != '\0' ? " FOR SHARE" : "");
    const std::vector<db::Param> params{db::to_param(lane)};
    auto rows = tx.query_list(k_lane_head, sql, params);
    if (rows.empty())
        return std::nullopt;
    return std::move(rows.front());
}

bool insert(db::Tx& tx, const NewRow& row, Timestamp run_at, State state)
{
    return tx.execute(k_insert, row.id, row.kind, row.payload, row.lane, row.priority, state, run_at, tx.now()) == 1;
}

/// The next job of the lane becomes its first, and as urgent as any behind it: what is urgent waits for its lane, but the
/// lane does not wait for others.
void promote(db::Tx& tx, const std::string& lane)
{
    const auto failing = find_failing(tx, lane);
    tx.execute(k_promote, failing ? failing->next_try : Timestamp{}, lane);
}

/// Counts the lane's failure. What waits in a dead lane is dropped, but the newest job.
FailingLane note_failure(db::Tx& tx, const Finished& finished)
{
    const LaneFailure failure{tidy(finished.error), finished.advice.retry_after, finished.random};
    const auto lane = lane_failed(tx, finished.lane, failure);
    if (lane.dead(tx.now()))
        drop_oldest(tx, finished.lane, 1);
    return lane;
}

bool settle_retry(db::Tx& tx, const Finished& finished)
{
    const bool steps_aside = !finished.lane.empty() && finished.fault == Finished::Fault::job;
    const std::int64_t forgiven = finished.fault == Finished::Fault::lane ? 1 : 0;
    // Later than the lane's own next try, so that new jobs see that it is not for the lane that this one waits.
    const auto run_at = finished.run_at + std::chrono::milliseconds{steps_aside ? 1 : 0};
    const auto changed = tx.execute(k_retry, steps_aside ? State::behind : State::waiting, run_at, tidy(finished.error),
                                    forgiven, finished.id, finished.attempt);
    if (changed == 0 || finished.lane.empty())
        return false;
    const auto lane = note_failure(tx, finished);
    const bool dead = lane.dead(tx.now());
    if (steps_aside) {
        promote(tx, finished.lane);
    } else if (dead && tx.query_one(k_has_behind, finished.lane)) {
        tx.execute(k_delete, finished.id);
        count_dropped(tx, finished.lane, 1);
        promote(tx, finished.lane);
    } else {
        tx.execute(k_postpone, lane.next_try, finished.id);
    }
    return dead;
}

enum class Which { fresh, failed_before };

/// Of many fresh jobs the first few are read, in the order of the index (the plus keeps it from being the other one); of
/// those that failed, which mostly wait, the few that are due.
constexpr const char* k_fresh = "attempts = 0 AND +run_at <= $1";
constexpr const char* k_failed_before = "attempts > 0 AND run_at <= $1";

void claim_some(db::Tx& tx, const std::vector<std::string>& kinds, Which which, unsigned limit,
                Timestamp leased_until, std::vector<Job>& out)
{
    if (limit == 0)
        return;
    std::vector<db::Param> params{db::to_param(tx.now())};
    for (const auto& kind : kinds)
        params.push_back(db::to_param(kind));
    params.push_back(db::to_param(limit));
    const std::string sql =
        "SELECT id, kind, payload, lane, attempts, forgiven, created_at FROM jobs WHERE state = 0 AND " +
        std::string{which == Which::fresh ? k_fresh : k_failed_before} + " AND kind IN " +
        db::in_list(2, kinds.size()) + " ORDER BY run_at + priority * 360000, id LIMIT $" +
        std::to_string(params.size()) + tx.skip_locked();
    for (const auto& row : tx.query_list(k_claim, sql, params)) {
        Job job;
        job.id = row.id<JobId>(0);
        job.kind = row.text(1);
        if (auto payload = parse_json(row.text(2)))
            job.payload = std::move(*payload);
        job.lane = row.text(3);
        job.attempt = static_cast<int>(row.integer(4)) + 1;
        job.forgiven = static_cast<int>(row.integer(5));
        job.created_at = row.time(6);
        tx.execute(k_lease, leased_until, job.id);
        out.push_back(std::move(job));
    }
}

} // namespace

void insert_in_order(db::Tx& tx, const NewRow& row)
{
    const auto failing = find_failing(tx, row.lane);
    auto earliest = failing ? failing->next_try : Timestamp{};
    const auto as_first = std::max(row.run_at, earliest);
    if (failing)
        drop_oldest(tx, row.lane, failing->dead(tx.now()) ? 0 : k_longest_queue - 1);
    // The head can go between the two statements; then the first one succeeds in the next round.
    for (int round = 0; round < 10; ++round) {
        if (insert(tx, row, as_first, State::waiting))
            return;
        const auto head = hold_lane_head(tx, row.lane);
        if (!head)
            continue;
        // Another transaction may have let the lane wait until we held its head.
        if (const auto failing_now = find_failing(tx, row.lane))
            earliest = failing_now->next_try;
        // Only a head that waits for a time of its own is overtaken, not one that waits for the lane.
        const bool waits = head->as<State>(1) == State::waiting;
        const bool overtakes = waits && row.run_at < head->time(2) && head->time(2) > earliest;
        if (overtakes)
            tx.execute(k_set_state, State::behind, head->id<JobId>(0));
        else if (waits && row.priority < head->integer(3))
            tx.execute(k_raise, row.priority, head->id<JobId>(0));
        if (overtakes ? insert(tx, row, as_first, State::waiting) : insert(tx, row, row.run_at, State::behind))
            return;
    }
    throw db::DbError(db::DbError::Kind::retry, "the lane's head keeps changing");
}

void announce(db::Tx& tx, JobId id, Timestamp run_at)
{
    const JobEnqueued event{id, run_at};
    if (const auto published = db::publish(tx, event); !published)
        throw std::runtime_error(published.error().message);
}

std::string tidy(const std::string& text)
{
    std::string out = text.substr(0, k_max_error);
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7f; }, '?');
    return out;
}

JobId enqueue(db::Tx& tx, NewJob job)
{
    if (tx.cause())
        note_cause(job.payload, *tx.cause());
    const auto payload = to_text(job.payload);
    if (payload.size() > k_max_payload)
        throw std::logic_error("the payload of a job \"" + job.kind + "\" is over 64 KiB");
    const NewRow row{tx.next_id<JobId>(),          job.kind, payload, job.lane, job.priority,
                     job.run_at.value_or(tx.now())};
    insert_in_order(tx, row);
    announce(tx, row.id, row.run_at);
    return row.id;
}

Result<void> save_progress(db::Tx& tx, const Job& job, const json::object& payload)
{
    if (tx.execute(k_progress, to_text(payload), job.id, job.attempt) == 0)
        return fail(Errc::conflict, "The job is under way elsewhere.");
    return {};
}

std::vector<Job> claim(db::Tx& tx, const std::vector<std::string>& kinds, unsigned all,
                       unsigned retries, Timestamp leased_until)
{
    std::vector<Job> jobs;
    claim_some(tx, kinds, Which::failed_before, std::min(all, retries), leased_until, jobs);
    claim_some(tx, kinds, Which::fresh, all - static_cast<unsigned>(jobs.size()), leased_until, jobs);
    return jobs;
}

bool settle(db::Tx& tx, const Finished& finished)
{
    using Outcome = Finished::Outcome;
    std::int64_t changed = 0;
    switch (finished.outcome) {
    case Outcome::done: changed = tx.execute(k_done, finished.id, finished.attempt); break;
    case Outcome::dead:
        changed = tx.execute(k_bury, tidy(finished.error), finished.id, finished.attempt);
        break;
    case Outcome::retry: return settle_retry(tx, finished);
    case Outcome::returned: tx.execute(k_return, finished.id, finished.attempt); return false;
    }
    if (changed == 0 || finished.lane.empty())
        return false;
    bool lane_dead = false;
    if (finished.outcome == Outcome::dead && finished.fault == Finished::Fault::lane)
        lane_dead = note_failure(tx, finished).dead(tx.now());
    else if (finished.outcome == Outcome::done || finished.advice.lane_answered)
        lane_succeeded(tx, finished.lane);
    promote(tx, finished.lane);
    return lane_dead;
}

void renew(db::Tx& tx, const std::vector<JobId>& ids, Timestamp leased_until)
{
    for (const auto id : ids)
        tx.execute(k_renew, leased_until, id);
}

void reclaim(db::Tx& tx)
{
    tx.execute(k_reclaim, tx.now());
}

std::optional<Timestamp> next_due(db::Tx& tx, const std::vector<std::string>& kinds)
{
    std::vector<db::Param> params;
    for (const auto& kind : kinds)
        params.push_back(db::to_param(kind));
    std::optional<Timestamp> due;
    const auto consider = [&due](std::optional<Timestamp> at) {
        if (at && (!due || *at < *due))
            due = at;
    };
    for (const char* which : {"= 0", "> 0"}) { // each has an index of its own
        const auto sql = std::string{"SELECT MIN(run_at) FROM jobs WHERE state = 0 AND attempts "} + which + " AND kind IN " +
                         db::in_list(1, kinds.size());
        for (const auto& row : tx.query_list(k_next_due, sql, params))
            consider(row.maybe_time(0));
    }
    const auto leased = tx.query_one(k_next_lease);
    if (leased)
        consider(leased->maybe_time(0));
    return due;
}

} // namespace kith::jobs

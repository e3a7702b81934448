// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/queue.h"

#include <algorithm>
#include <stdexcept>

namespace kith::jobs {

namespace {

constexpr std::size_t k_max_payload = 64 << 10;
constexpr std::size_t k_max_error = 500;

// State numbers, as in the migration.
enum class State { waiting = 0, running = 1, dead = 2, behind = 3 };

using db::Query;

constexpr Query k_insert{"jobs.insert", R"sql(
    INSERT INTO jobs (id, kind, payload, lane, priority, state, attempts, run_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8) ON CONFLICT DO NOTHING)sql"};
constexpr Query k_lane_head{"jobs.lane_head", R"sql(
    SELECT id, state, attempts, run_at FROM jobs WHERE lane = $1 AND lane <> '' AND state < 2)sql"};
constexpr Query k_set_state{"jobs.set_state", "UPDATE jobs SET state = $1 WHERE id = $2"};
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
    UPDATE jobs SET state = 0, leased_until = NULL, run_at = $1, last_error = $2
    WHERE id = $3 AND state = 1 AND attempts = $4)sql"};
constexpr Query k_bury{"jobs.bury", R"sql(
    UPDATE jobs SET state = 2, leased_until = NULL, last_error = $1
    WHERE id = $2 AND state = 1 AND attempts = $3)sql"};
constexpr Query k_return{"jobs.return", R"sql(
    UPDATE jobs SET state = 0, leased_until = NULL, attempts = attempts - 1
    WHERE id = $1 AND state = 1 AND attempts = $2)sql"};
constexpr Query k_promote{"jobs.promote", R"sql(
    UPDATE jobs SET state = 0
    WHERE id = (SELECT b.id FROM jobs b WHERE b.lane = $1 AND b.state = 3 ORDER BY b.run_at, b.id LIMIT 1))sql"};
constexpr Query k_counts{"jobs.counts", "SELECT state, COUNT(*) FROM jobs GROUP BY state"};
constexpr Query k_counts_by_kind{
    "jobs.counts_by_kind", "SELECT kind, state, COUNT(*) FROM jobs GROUP BY kind, state ORDER BY kind LIMIT 400"};
constexpr Query k_dead_one{
    "jobs.dead_one", "SELECT kind, payload, lane, priority FROM jobs WHERE id = $1 AND state = 2"};
constexpr Query k_delete{"jobs.delete", "DELETE FROM jobs WHERE id = $1"};
constexpr Query k_purge_dead{"jobs.purge_dead", R"sql(
    DELETE FROM jobs WHERE id IN (
        SELECT d.id FROM jobs d WHERE d.state = 2 AND d.created_at < $1 ORDER BY d.created_at, d.id LIMIT 500))sql"};

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

struct NewRow {
    JobId id;
    const std::string& kind;
    const std::string& payload;
    const std::string& lane;
    std::int64_t priority;
    Timestamp run_at;
};

bool insert(db::Tx& tx, const NewRow& row, State state)
{
    return tx.execute(k_insert, row.id, row.kind, row.payload, row.lane, row.priority, state,
                      row.run_at, tx.now()) == 1;
}

/// At the head of its lane, or behind the head.
void insert_in_order(db::Tx& tx, const NewRow& row)
{
    // The head can go between the two statements; then the first one succeeds in the next round.
    for (int round = 0; round < 10; ++round) {
        if (insert(tx, row, State::waiting))
            return;
        const auto head = hold_lane_head(tx, row.lane);
        if (!head)
            continue;
        const bool overtakes = head->as<State>(1) == State::waiting && head->integer(2) == 0 &&
                               row.run_at < head->time(3);
        if (overtakes)
            tx.execute(k_set_state, State::behind, head->id<JobId>(0));
        if (insert(tx, row, overtakes ? State::waiting : State::behind))
            return;
    }
    throw db::DbError(db::DbError::Kind::retry, "the lane's head keeps changing");
}

void publish_enqueued(db::Tx& tx, JobId id, Timestamp run_at)
{
    const JobEnqueued event{id, run_at};
    if (const auto published = db::publish(tx, event); !published)
        throw std::runtime_error(published.error().message);
}

void add(Counts& counts, State state, std::int64_t count)
{
    switch (state) {
    case State::waiting:
    case State::behind: counts.waiting += count; break;
    case State::running: counts.running += count; break;
    case State::dead: counts.dead += count; break;
    }
}

/// What SQL of both engines takes as text.
std::string tidy(const std::string& text)
{
    std::string out = text.substr(0, k_max_error);
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7f; }, '?');
    return out;
}

enum class Which { fresh, failed_before };

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
        "SELECT id, kind, payload, lane, attempts FROM jobs WHERE state = 0 AND attempts " +
        std::string{which == Which::fresh ? "= 0" : "> 0"} + " AND run_at <= $1 AND kind IN " +
        db::in_list(2, kinds.size()) + " ORDER BY priority, run_at, id LIMIT $" +
        std::to_string(params.size()) + tx.skip_locked();
    for (const auto& row : tx.query_list(k_claim, sql, params)) {
        Job job;
        job.id = row.id<JobId>(0);
        job.kind = row.text(1);
        if (auto payload = parse_json(row.text(2)))
            job.payload = std::move(*payload);
        job.lane = row.text(3);
        job.attempt = static_cast<int>(row.integer(4)) + 1;
        tx.execute(k_lease, leased_until, job.id);
        out.push_back(std::move(job));
    }
}

} // namespace

JobId enqueue(db::Tx& tx, NewJob job)
{
    if (!tx.traceparent().empty())
        job.payload[k_traceparent] = tx.traceparent();
    const auto payload = to_text(job.payload);
    if (payload.size() > k_max_payload)
        throw std::logic_error("the payload of a job \"" + job.kind + "\" is over 64 KiB");
    const NewRow row{tx.next_id<JobId>(),          job.kind, payload, job.lane, job.priority,
                     job.run_at.value_or(tx.now())};
    insert_in_order(tx, row);
    publish_enqueued(tx, row.id, row.run_at);
    return row.id;
}

std::vector<Job> claim(db::Tx& tx, const std::vector<std::string>& kinds, unsigned all,
                       unsigned retries, Timestamp leased_until)
{
    std::vector<Job> jobs;
    claim_some(tx, kinds, Which::failed_before, std::min(all, retries), leased_until, jobs);
    claim_some(tx, kinds, Which::fresh, all - static_cast<unsigned>(jobs.size()), leased_until, jobs);
    return jobs;
}

void settle(db::Tx& tx, const Finished& finished)
{
    using Outcome = Finished::Outcome;
    std::int64_t changed = 0;
    switch (finished.outcome) {
    case Outcome::done: changed = tx.execute(k_done, finished.id, finished.attempt); break;
    case Outcome::dead:
        changed = tx.execute(k_bury, tidy(finished.error), finished.id, finished.attempt);
        break;
    case Outcome::retry:
        tx.execute(k_retry, finished.run_at, tidy(finished.error), finished.id, finished.attempt);
        return;
    case Outcome::returned: tx.execute(k_return, finished.id, finished.attempt); return;
    }
    if (changed == 1 && !finished.lane.empty())
        tx.execute(k_promote, finished.lane);
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
    const auto sql =
        "SELECT MIN(run_at) FROM jobs WHERE state = 0 AND kind IN " + db::in_list(1, kinds.size());
    const auto waiting = tx.query_list(k_next_due, sql, params);
    const auto leased = tx.query_one(k_next_lease);
    auto due = waiting.empty() ? std::nullopt : waiting.front().maybe_time(0);
    const auto lease = leased ? leased->maybe_time(0) : std::nullopt;
    if (!due || (lease && *lease < *due))
        due = lease;
    return due;
}

Counts counts(db::Tx& tx)
{
    Counts out;
    for (const auto& row : tx.query(k_counts))
        add(out, row.as<State>(0), row.integer(1));
    return out;
}

std::vector<KindCounts> counts_by_kind(db::Tx& tx)
{
    std::vector<KindCounts> out;
    for (const auto& row : tx.query(k_counts_by_kind)) {
        if (out.empty() || out.back().kind != row.text(0))
            out.push_back(KindCounts{row.text(0), {}});
        add(out.back().counts, row.as<State>(1), row.integer(2));
    }
    if (out.size() > 100)
        out.resize(100);
    return out;
}

Result<void> revive(db::Tx& tx, JobId id)
{
    const auto found = tx.query_one(k_dead_one, id);
    if (!found)
        return fail(Errc::not_found, "There is no dead job with that number.");
    const auto kind = found->text(0), payload = found->text(1), lane = found->text(2);
    tx.execute(k_delete, id);
    const NewRow row{id, kind, payload, lane, found->integer(3), tx.now()};
    insert_in_order(tx, row);
    publish_enqueued(tx, id, row.run_at);
    return {};
}

std::int64_t purge_dead(db::Tx& tx, Timestamp before)
{
    return tx.execute(k_purge_dead, before);
}

} // namespace kith::jobs

// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/admin.h"

#include "server/jobs/lanes.h"
#include "server/jobs/queue.h"

namespace kith::jobs {

namespace {

using db::Query;

constexpr Query k_counts{"jobs.counts", "SELECT state, COUNT(*) FROM jobs GROUP BY state"};
constexpr Query k_counts_by_kind{
    "jobs.counts_by_kind", "SELECT kind, state, COUNT(*) FROM jobs GROUP BY kind, state ORDER BY kind LIMIT 400"};
constexpr Query k_list{"jobs.list", R"sql(
    SELECT id, kind, lane, state, attempts, created_at, run_at, last_error FROM jobs
    WHERE (NOT $1 OR state = 2) AND ($2 = '' OR kind = $2) AND ($3 = '' OR lane = $3)
    ORDER BY id LIMIT $4)sql"};
constexpr Query k_lanes{"jobs.list_lanes", R"sql(
    SELECT lane, failures, failing_since, next_try, dropped, last_error FROM job_lanes
    ORDER BY failing_since, lane LIMIT $1)sql"};
constexpr Query k_dead_one{
    "jobs.dead_one", "SELECT kind, payload, lane, priority FROM jobs WHERE id = $1 AND state = 2"};
constexpr Query k_dead_some{"jobs.dead_some", R"sql(
    SELECT id FROM jobs WHERE state = 2 AND created_at < $1 AND ($2 = '' OR lane = $2) ORDER BY created_at, id LIMIT 200)sql"};
constexpr Query k_delete{"jobs.delete_dead", "DELETE FROM jobs WHERE id = $1"};
constexpr Query k_purge_dead{"jobs.purge_dead", R"sql(
    DELETE FROM jobs WHERE id IN (
        SELECT d.id FROM jobs d WHERE d.state = 2 AND d.created_at < $1 ORDER BY d.created_at, d.id LIMIT 500))sql"};

const char* name_of(State state)
{
    switch (state) {
    case State::waiting:
    case State::behind: return "waiting";
    case State::running: return "running";
    case State::dead: return "dead";
    }
    return "";
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

} // namespace

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

std::vector<Listed> list(db::Tx& tx, const ListFilter& filter)
{
    std::vector<Listed> out;
    for (const auto& row : tx.query(k_list, filter.dead_only, filter.kind, filter.lane, filter.limit)) {
        Listed one;
        one.id = row.id<JobId>(0);
        one.kind = row.text(1);
        one.lane = row.text(2);
        one.state = name_of(row.as<State>(3));
        one.attempts = row.integer(4);
        one.created_at = row.time(5);
        one.run_at = row.time(6);
        one.last_error = row.maybe_text(7).value_or("");
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<ListedLane> list_failing_lanes(db::Tx& tx, std::int64_t limit)
{
    std::vector<ListedLane> out;
    for (const auto& row : tx.query(k_lanes, limit)) {
        const FailingLane failing{row.integer(1), row.time(2), row.time(3), std::nullopt};
        ListedLane one;
        one.lane = row.text(0);
        one.failures = failing.failures;
        one.failing_since = failing.failing_since;
        one.next_try = failing.next_try;
        one.dropped = row.integer(4);
        one.dead = failing.dead(tx.now());
        one.last_error = row.text(5);
        out.push_back(std::move(one));
    }
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
    announce(tx, id, row.run_at);
    return {};
}

std::int64_t revive_dead(db::Tx& tx, const std::string& lane, Timestamp before)
{
    std::int64_t revived = 0;
    for (const auto& row : tx.query(k_dead_some, before, lane))
        revived += revive(tx, row.id<JobId>(0)) ? 1 : 0;
    return revived;
}

std::int64_t purge_dead(db::Tx& tx, Timestamp before)
{
    return tx.execute(k_purge_dead, before);
}

} // namespace kith::jobs

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/jobs/jobs.h"

#include <vector>

/// The queue as an administrator sees and changes it. Payloads are not shown.
namespace kith::jobs {

struct Counts {
    std::int64_t waiting = 0;
    std::int64_t running = 0;
    std::int64_t dead = 0;
};
Counts counts(db::Tx& tx);

struct KindCounts {
    std::string kind;
    Counts counts;
};
/// Per kind, at most 100 of them, in the order of their names; kinds without jobs are not there.
std::vector<KindCounts> counts_by_kind(db::Tx& tx);

struct Listed {
    JobId id;
    std::string kind;
    std::string lane;
    std::string state; ///< waiting, running, dead
    std::int64_t attempts = 0;
    Timestamp created_at;
    Timestamp run_at;
    std::string last_error;
};
struct ListFilter {
    bool dead_only = false;
    std::string kind; ///< empty: any
    std::string lane; ///< empty: any
    std::int64_t limit = 50;
};
/// In the order in which they were enqueued.
std::vector<Listed> list(db::Tx& tx, const ListFilter& filter);

struct ListedLane {
    std::string lane;
    std::int64_t failures = 0;
    Timestamp failing_since;
    Timestamp next_try;
    std::int64_t dropped = 0;
    bool dead = false;
    std::string last_error;
};
/// Lanes that fail; whose failures are oldest first.
std::vector<ListedLane> list_failing_lanes(db::Tx& tx, std::int64_t limit);

/// Puts a dead job back into the queue with all its tries. `not_found` when there is no such dead job.
Result<void> revive(db::Tx& tx, JobId id);
/// The same with at most 200 dead jobs of the lane (empty: any) that were enqueued before that moment; how many.
std::int64_t revive_dead(db::Tx& tx, const std::string& lane, Timestamp before);
/// A lane that waits after failures is tried at once.
void try_lane_now(db::Tx& tx, const std::string& lane);
/// Deletes at most 500 dead jobs that were enqueued before that moment, and says how many.
std::int64_t purge_dead(db::Tx& tx, Timestamp before);

} // namespace kith::jobs

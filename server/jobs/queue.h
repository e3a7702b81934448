// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/jobs/jobs.h"

#include <vector>

/// The rows behind the runner. All of them run inside the runner's own short transactions.
namespace kith::jobs {

/// As numbered in the database. `behind`: waits for the first job of its lane.
enum class State { waiting = 0, running = 1, dead = 2, behind = 3 };

struct NewRow {
    JobId id;
    const std::string& kind;
    const std::string& payload;
    const std::string& lane;
    std::int64_t priority;
    Timestamp run_at;
};
/// At the head of its lane, or behind the head.
void insert_in_order(db::Tx& tx, const NewRow& row);

/// What became of a claimed job. `attempt` tells our claim from a later one of another process: an outcome that comes
/// after the lease was lost changes nothing.
struct Finished {
    enum class Outcome {
        done,
        retry, ///< again at run_at
        dead,
        returned ///< not its fault: back into the queue, the try does not count
    };
    enum class Fault { job, lane }; ///< whose fault a failure is
    JobId id;
    std::string lane;
    int attempt = 1;
    Outcome outcome = Outcome::done;
    Fault fault = Fault::job;
    Timestamp run_at; ///< of a retry, unless it is the lane's fault
    std::string error;
    Advice advice;
    std::uint32_t random = 0; ///< for the lane's back-off
};

/// Jobs of these kinds that are due, now leased until `leased_until`: at most `retries` that failed before, at most
/// `all` together.
std::vector<Job> claim(db::Tx& tx, const std::vector<std::string>& kinds, unsigned all,
                       unsigned retries, Timestamp leased_until);
/// Answers whether the job failed in a lane that counts as dead.
bool settle(db::Tx& tx, const Finished& finished);
void renew(db::Tx& tx, const std::vector<JobId>& ids, Timestamp leased_until);
/// Puts jobs whose lease is over back into the queue.
void reclaim(db::Tx& tx);
/// When the next waiting job or lease comes due, if there is any.
std::optional<Timestamp> next_due(db::Tx& tx, const std::vector<std::string>& kinds);

/// Tells runners, here and in other processes, that the job waits.
void announce(db::Tx& tx, JobId id, Timestamp run_at);

/// What SQL of both engines takes as text, at most 500 bytes of it.
std::string tidy(const std::string& text);

} // namespace kith::jobs

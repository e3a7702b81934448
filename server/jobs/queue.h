// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/jobs/jobs.h"

#include <vector>

/// The rows behind the runner. All of them run inside the runner's own short transactions.
namespace kith::jobs {

/// The member of a payload that says which trace the job belongs to.
inline constexpr const char* k_traceparent = "traceparent";

/// What became of a claimed job. `attempt` tells our claim from a later one of another process: an outcome that comes
/// after the lease was lost changes nothing.
struct Finished {
    enum class Outcome {
        done,
        retry, ///< again at run_at
        dead,
        returned ///< not its fault: back into the queue, the try does not count
    };
    JobId id;
    std::string lane;
    int attempt = 1;
    Outcome outcome = Outcome::done;
    Timestamp run_at;
    std::string error;
};

/// Jobs of these kinds that are due, now leased until `leased_until`: at most `retries` that failed before, at most
/// `all` together.
std::vector<Job> claim(db::Tx& tx, const std::vector<std::string>& kinds, unsigned all,
                       unsigned retries, Timestamp leased_until);
void settle(db::Tx& tx, const Finished& finished);
void renew(db::Tx& tx, const std::vector<JobId>& ids, Timestamp leased_until);
/// Puts jobs whose lease is over back into the queue.
void reclaim(db::Tx& tx);
/// When the next waiting job or lease comes due, if there is any.
std::optional<Timestamp> next_due(db::Tx& tx, const std::vector<std::string>& kinds);

} // namespace kith::jobs

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/jobs/queue.h"

namespace kith::jobs {

/// How long a job may be tried when it is always its lane that fails.
constexpr std::chrono::hours k_longest_life{24 * 7};

/// Whether the process died so often during this job that it is not run again.
bool is_spent(const Job& job, const Retries& retries);

/// What becomes of the job after this answer of its handler. `random` spreads the next try.
Finished judge(const Job& job, const Result<void>& answer, const Retries& retries, Timestamp now, std::uint32_t random);

} // namespace kith::jobs

// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/verdict.h"

#include "server/jobs/backoff.h"

#include <algorithm>

namespace kith::jobs {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours k_longest_wish{24};

bool passes(Errc code)
{
    return code == Errc::unavailable || code == Errc::rate_limited || code == Errc::internal;
}

} // namespace

bool is_spent(const Job& job, const Retries& retries)
{
    return job.attempt - job.forgiven > retries.attempts;
}

Finished judge(const Job& job, const Result<void>& answer, const Retries& retries, Timestamp now, std::uint32_t random)
{
    Finished finished;
    finished.id = job.id;
    finished.lane = job.lane;
    finished.attempt = job.attempt;
    finished.advice = *job.advice;
    finished.random = random;
    if (answer)
        return finished;
    const auto& error = answer.error();
    finished.error = std::string{to_string(error.code)} + ": " + error.message +
                     (error.cause.empty() ? "" : " (" + error.cause + ")");
    const int tries = job.attempt - job.forgiven;
    const bool lanes_fault = !job.lane.empty() && passes(error.code) && error.code != Errc::internal;
    finished.fault = lanes_fault ? Finished::Fault::lane : Finished::Fault::job;
    const bool last = lanes_fault ? now - job.created_at >= k_longest_life : tries >= retries.attempts;
    finished.outcome = passes(error.code) && !last ? Finished::Outcome::retry : Finished::Outcome::dead;
    finished.run_at = now + backoff(tries, random);
    if (finished.advice.retry_after)
        finished.run_at = std::max(finished.run_at, now + std::min<milliseconds>(*finished.advice.retry_after, k_longest_wish));
    return finished;
}

} // namespace kith::jobs

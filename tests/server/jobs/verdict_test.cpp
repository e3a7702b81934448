// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/verdict.h"

#include <gtest/gtest.h>

namespace kith::jobs {

using namespace std::chrono_literals;
using Outcome = Finished::Outcome;

namespace {

const Timestamp k_now = from_ms(1795262400000);

Job a_job(const std::string& lane, int attempt, int forgiven = 0)
{
    Job job;
    job.lane = lane;
    job.attempt = attempt;
    job.forgiven = forgiven;
    job.created_at = k_now - 1h;
    return job;
}

Finished verdict(const Job& job, Errc code)
{
    return judge(job, fail(code, "No."), {}, k_now, 0);
}

} // namespace

TEST(Verdict, GivesAJobWithoutALaneItsSixteenTries)
{
    EXPECT_EQ(verdict(a_job("", 15), Errc::unavailable).outcome, Outcome::retry);
    EXPECT_EQ(verdict(a_job("", 15), Errc::unavailable).run_at, k_now + 50640s);
    EXPECT_EQ(verdict(a_job("", 16), Errc::unavailable).outcome, Outcome::dead);
}

TEST(Verdict, DoesNotBlameAJobForItsLaneUntilItIsAWeekOld)
{
    auto job = a_job("host", 40, 39);
    EXPECT_EQ(verdict(job, Errc::unavailable).outcome, Outcome::retry);
    EXPECT_EQ(verdict(job, Errc::unavailable).fault, Finished::Fault::lane);
    EXPECT_FALSE(is_spent(job, {}));

    job.created_at = k_now - k_longest_life;
    EXPECT_EQ(verdict(job, Errc::rate_limited).outcome, Outcome::dead);
    EXPECT_EQ(verdict(job, Errc::rate_limited).fault, Finished::Fault::lane);
}

TEST(Verdict, BlamesAJobForItsOwnFailuresInALaneToo)
{
    EXPECT_EQ(verdict(a_job("host", 40, 25), Errc::internal).outcome, Outcome::retry);
    EXPECT_EQ(verdict(a_job("host", 40, 24), Errc::internal).outcome, Outcome::dead);
    EXPECT_EQ(verdict(a_job("host", 40, 24), Errc::internal).fault, Finished::Fault::job);
    EXPECT_TRUE(is_spent(a_job("host", 41, 24), {}));
}

TEST(Verdict, GivesUpWhatWillNotPass)
{
    for (const auto code : {Errc::malformed, Errc::invalid, Errc::forbidden, Errc::gone, Errc::not_found, Errc::too_large}) {
        EXPECT_EQ(verdict(a_job("host", 1), code).outcome, Outcome::dead);
        EXPECT_EQ(verdict(a_job("host", 1), code).fault, Finished::Fault::job);
    }
}

TEST(Verdict, HeedsWhenAJobWithoutALaneIsToComeBack)
{
    auto job = a_job("", 1);
    job.advice->retry_after = 2h;
    EXPECT_EQ(verdict(job, Errc::rate_limited).run_at, k_now + 2h);
    job.advice->retry_after = 1000h;
    EXPECT_EQ(verdict(job, Errc::rate_limited).run_at, k_now + 24h);
}

} // namespace kith::jobs

// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/backoff.h"

#include <gtest/gtest.h>

namespace kith::jobs {

using namespace std::chrono_literals;

TEST(Backoff, GrowsWithTheFourthPowerOfTheAttempt)
{
    EXPECT_EQ(backoff(1, 0), 16s);
    EXPECT_EQ(backoff(2, 0), 31s);
    EXPECT_EQ(backoff(10, 0), 10015s);
}

TEST(Backoff, AddsUpToHalfOfThatByChance)
{
    EXPECT_EQ(backoff(2, 0x80000000U), 35s);
    EXPECT_GT(backoff(2, 0xffffffffU), 38900ms);
    EXPECT_LT(backoff(2, 0xffffffffU), 39s);
}

TEST(Backoff, StretchesSixteenTriesOverTwoToThreeAndAHalfDays)
{
    auto least = 0ms, most = 0ms;
    for (int attempt = 1; attempt < 16; ++attempt) {
        least += backoff(attempt, 0);
        most += backoff(attempt, 0xffffffffU);
    }
    EXPECT_GT(least, 48h);
    EXPECT_LT(most, 84h);
}

TEST(Backoff, StaysSaneForOddNumbers)
{
    EXPECT_EQ(backoff(0, 0), backoff(1, 0));
    EXPECT_EQ(backoff(1000000, 0), backoff(50, 0));
}

} // namespace kith::jobs

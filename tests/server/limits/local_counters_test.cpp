// SPDX-License-Identifier: Apache-2.0
#include "server/limits/local_counters.h"

#include "tests/server/limits/fake_now.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace kith::limits {

using namespace std::chrono_literals;
using http::RateStatus;
using tests::fake_now;
using tests::pass;

namespace {

constexpr Rule k_five{5, 50s};

class LocalCountersTest : public ::testing::Test {
protected:
    Key key(const std::string& name) const { return counters.key(Counted::address, 0, name); }
    bool take(const std::string& name, const Rule& rule = k_five)
    {
        status = {};
        return counters.take(key(name), rule, fake_now(), status);
    }
    /// How many of `tries` come through.
    int taken(const std::string& name, int tries, const Rule& rule = k_five)
    {
        int count = 0;
        for (int i = 0; i < tries; ++i)
            count += take(name, rule) ? 1 : 0;
        return count;
    }

    LocalCounters counters{4096};
    RateStatus status;
};

} // namespace

TEST_F(LocalCountersTest, LetsAsManyThroughAtOnceAsTheRuleSaysAndThenOneByOne)
{
    EXPECT_EQ(taken("a", 20), 5);
    EXPECT_EQ(status.remaining, 0U);
    EXPECT_EQ(status.retry_in, 10s);
    pass(status.retry_in - 1ns);
    EXPECT_FALSE(take("a"));
    pass(1ns);
    EXPECT_EQ(taken("a", 20), 1);
    pass(20s);
    EXPECT_EQ(taken("a", 20), 2);
    pass(1h);
    EXPECT_EQ(taken("a", 20), 5);
}

TEST_F(LocalCountersTest, SaysWhatIsLeftAndWhenAllIsThereAgain)
{
    ASSERT_TRUE(take("a"));
    EXPECT_EQ(status.limit, 5U);
    EXPECT_EQ(status.remaining, 4U);
    EXPECT_EQ(status.reset_in, 10s);
    pass(4s);
    ASSERT_TRUE(take("a"));
    EXPECT_EQ(status.remaining, 3U);
    EXPECT_EQ(status.reset_in, 16s);
}

TEST_F(LocalCountersTest, ShowsTheBucketThatIsNearestToItsEnd)
{
    RateStatus both;
    ASSERT_TRUE(counters.take(key("narrow"), k_five, fake_now(), both));
    ASSERT_TRUE(counters.take(key("wide"), {100, 50s}, fake_now(), both));
    EXPECT_EQ(both.limit, 5U);
    EXPECT_EQ(both.remaining, 4U);
}

TEST_F(LocalCountersTest, KeepsNamesAndKindsApart)
{
    EXPECT_EQ(taken("a", 9), 5);
    EXPECT_EQ(taken("b", 9), 5);
    EXPECT_NE(counters.key(Counted::address, 0, "a"), counters.key(Counted::account, 0, "a"));
    EXPECT_NE(counters.key(Counted::address_class, 1, "a"), counters.key(Counted::address_class, 2, "a"));
    EXPECT_NE(counters.key(Counted::address, 0, "a"), LocalCounters{64}.key(Counted::address, 0, "a"))
        << "nobody can tell which names fall together";
}

TEST_F(LocalCountersTest, LimitsNothingWhereThereIsNoRule)
{
    EXPECT_EQ(taken("a", 1000, {0, 50s}), 1000);
    EXPECT_EQ(status.limit, 0U);
}

TEST_F(LocalCountersTest, StaysWithinItsMemoryAndForgetsWhatIsOver)
{
    for (int i = 0; i < 100000; ++i)
        take("stranger " + std::to_string(i));
    EXPECT_LE(counters.used(fake_now()), counters.capacity());
    EXPECT_GT(counters.used(fake_now()), counters.capacity() * 9 / 10);
    pass(1h);
    EXPECT_EQ(counters.used(fake_now()), 0U);
}

TEST_F(LocalCountersTest, KeepWhoOwesMuchWhateverCrowdComes)
{
    const Rule rule{100, 100s};
    EXPECT_EQ(taken("greedy", 1000, rule), 100);
    for (int i = 0; i < 200000; ++i)
        take("crowd " + std::to_string(i), rule);
    EXPECT_EQ(taken("greedy", 1000, rule), 0);
}

TEST_F(LocalCountersTest, CountTheNewcomerToAFullTable)
{
    const Rule rule{100, 100s};
    for (int i = 0; i < 50000; ++i)
        take("crowd " + std::to_string(i), rule);
    EXPECT_EQ(taken("newcomer", 1000, rule), 100);
}

TEST_F(LocalCountersTest, CompareDebtsByTheirRule)
{
    // One deletion weighs a minute, yet whoever emptied a bucket of a minute is the one to remember.
    const Rule quick{600, 60s};
    const Rule slow{30, 1800s};
    EXPECT_EQ(taken("greedy", 1000, quick), 600);
    for (int i = 0; i < 50000; ++i)
        take("slow " + std::to_string(i), slow);
    EXPECT_EQ(taken("greedy", 1000, quick), 0);
}

TEST_F(LocalCountersTest, LoseNoCountBetweenThreads)
{
    std::atomic<int> through{0};
    const auto at = fake_now();
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int round = 0; round < 2000; ++round) {
                    RateStatus mine;
                    const auto name = counters.key(Counted::address, 0, round % 2 == 0 ? "a" : "b");
                    through += counters.take(name, {500, 60s}, at, mine) ? 1 : 0;
                }
            });
    }
    EXPECT_EQ(through, 1000);
}

TEST_F(LocalCountersTest, DoubleTheDelayWithEachFailureUpToTheLongest)
{
    const Backoff rule{2, 1s, 10s, 60s};
    const auto wait = [&] { return counters.must_wait(key("a"), rule, fake_now()); };
    std::vector<std::chrono::nanoseconds> waits;
    for (int i = 0; i < 8; ++i) {
        counters.fail(key("a"), rule, fake_now());
        waits.push_back(wait());
        pass(waits.back());
        EXPECT_EQ(wait(), 0s);
    }
    EXPECT_EQ(waits, (std::vector<std::chrono::nanoseconds>{0s, 0s, 1s, 2s, 4s, 8s, 10s, 10s}));

    counters.undo_failure(key("a"), rule, fake_now());
    EXPECT_EQ(wait(), 0s);
    pass(61s);
    counters.fail(key("a"), rule, fake_now());
    EXPECT_EQ(wait(), 0s) << "all forgotten";
}

TEST_F(LocalCountersTest, RememberAndForget)
{
    counters.remember(key("a"), 100s, fake_now());
    pass(99s);
    EXPECT_TRUE(counters.remembers(key("a"), fake_now()));
    pass(2s);
    EXPECT_FALSE(counters.remembers(key("a"), fake_now()));

    EXPECT_EQ(taken("b", 9), 5);
    counters.forget(key("b"));
    EXPECT_EQ(taken("b", 9), 5);
}

} // namespace kith::limits

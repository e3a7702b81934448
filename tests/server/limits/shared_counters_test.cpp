// SPDX-License-Identifier: Apache-2.0
#include "server/limits/shared_counters.h"

#include "server/core/log.h"
#include "tests/server/limits/fake_now.h"
#include "tests/support/patience.h"
#include "tests/support/redis_server.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace kith::limits {

using namespace std::chrono_literals;
using http::RateStatus;
using tests::fake_now;

namespace {

constexpr Rule k_ten{10, 3600s}; // long, for Redis goes by the real time
constexpr Backoff k_backoff{2, 100s, 1000s, 3600s};

bool soon(const std::function<bool()>& condition)
{
    const auto deadline = std::chrono::steady_clock::now() + tests::k_patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

/// What one process has.
struct Process {
    explicit Process(const std::string& address)
        : exchange(*core::RedisAddress::parse(address), "kith:test:rate:", fake_now)
    {
    }
    Key key(const std::string& name, Counted what = Counted::account) const
    {
        return counters.key(what, 0, name);
    }
    bool take(const std::string& name)
    {
        return counters.take(key(name), k_ten, fake_now(), status);
    }
    int taken(const std::string& name, int tries)
    {
        int count = 0;
        for (int i = 0; i < tries; ++i)
            count += take(name) ? 1 : 0;
        return count;
    }
    /// Until a bucket from which something was taken is full again: a request that asks for more than there is takes nothing.
    std::chrono::nanoseconds owed(const std::string& name)
    {
        constexpr Rule k_too_much{1, 1s};
        RateStatus seen;
        EXPECT_FALSE(local.take(key(name), k_too_much, fake_now(), seen));
        return seen.retry_in;
    }

    LocalCounters local{4096, crypto::as_bytes("a secret")};
    CounterExchange exchange;
    SharedCounters counters{local, exchange};
    RateStatus status;
};

class SharedCountersTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!tests::RedisServer::available())
            GTEST_SKIP() << tests::RedisServer::why_not();
        redis.emplace();
        here.emplace(redis->address());
        there.emplace(redis->address());
        ASSERT_TRUE(soon([&] { return here->exchange.up() && there->exchange.up(); }));
    }
    std::string name_in_redis(const std::string& name, Counted what) const
    {
        char text[64];
        std::snprintf(text, sizeof text, "kith:test:rate:%llx", static_cast<unsigned long long>(here->key(name, what)));
        return text;
    }
    /// Until a bucket is full again, as Redis knows it.
    std::chrono::milliseconds owed_in_redis(const std::string& name) const
    {
        return std::chrono::milliseconds{std::atol(redis->ask({"PTTL", name_in_redis(name, Counted::account)}).c_str())};
    }
    std::chrono::nanoseconds wait(Process& process, const std::string& name)
    {
        return process.counters.must_wait(process.key(name, Counted::failures_name), k_backoff, fake_now());
    }
    void fail(Process& process, const std::string& name)
    {
        process.counters.fail(process.key(name, Counted::failures_name), k_backoff, fake_now());
    }

    std::optional<tests::RedisServer> redis;
    std::optional<Process> here, there;
};

} // namespace

TEST_F(SharedCountersTest, CountWhatAllProcessesLetThrough)
{
    EXPECT_EQ(here->taken("mira", 7), 7);
    ASSERT_TRUE(soon([&] { return owed_in_redis("mira") > 6 * 360s; }));

    // The other one hears of it with its own first count, and has three left with it at most.
    EXPECT_TRUE(there->take("mira"));
    ASSERT_TRUE(soon([&] { return there->owed("mira") > 7 * 360s; }));
    EXPECT_EQ(there->taken("mira", 20), 2);

    EXPECT_EQ(there->taken("noor", 20), 10) << "somebody else's bucket is full";
}

TEST_F(SharedCountersTest, TellRedisNoNames)
{
    here->take("mira");
    fail(*here, "mira");
    here->counters.remember(here->key("mira", Counted::familiar), 3600s, fake_now());
    ASSERT_TRUE(soon([&] { return redis->ask({"DBSIZE"}) == "3\n"; }));

    EXPECT_EQ(redis->ask({"KEYS", "*mira*"}), "\n");
    EXPECT_EQ(here->key("mira"), there->key("mira"));
    EXPECT_NE(here->key("mira"),
              LocalCounters(64, crypto::as_bytes("another secret")).key(Counted::account, 0, "mira"));
}

TEST_F(SharedCountersTest, LeaveNothingInRedisForGood)
{
    here->take("mira");
    fail(*here, "mira");
    here->counters.remember(here->key("mira", Counted::familiar), 3600s, fake_now());
    ASSERT_TRUE(soon([&] { return redis->ask({"DBSIZE"}) == "3\n"; }));

    for (const auto what : {Counted::account, Counted::failures_name, Counted::familiar})
        EXPECT_GT(std::atol(redis->ask({"PTTL", name_in_redis("mira", what)}).c_str()), 0) << static_cast<int>(what);
}

TEST_F(SharedCountersTest, MakeTheOtherProcessWaitForFailuresHere)
{
    for (int failure = 0; failure < 4; ++failure)
        fail(*here, "mira");
    EXPECT_EQ(wait(*here, "mira"), 200s);

    EXPECT_TRUE(soon([&] { return wait(*there, "mira") > 190s; }));

    here->counters.undo_failure(here->key("mira", Counted::failures_name), k_backoff, fake_now());
    EXPECT_EQ(wait(*here, "mira"), 0s);
    ASSERT_TRUE(soon([&] { return redis->ask({"HGET", name_in_redis("mira", Counted::failures_name), "f"}) == "3\n"; }));
    fail(*there, "mira"); // its answer says that there are four again, not five
    EXPECT_TRUE(soon([&] { return wait(*there, "mira") > 190s && wait(*there, "mira") <= 200s; }));

    there->counters.forget(there->key("mira", Counted::failures_name));
    EXPECT_TRUE(soon([&] { return redis->ask({"DBSIZE"}) == "0\n"; }));
}

TEST_F(SharedCountersTest, RememberFamiliarAddressesTogether)
{
    const auto key = here->key("mira 192.0.2.1", Counted::familiar);
    EXPECT_FALSE(there->counters.remembers(key, fake_now()));

    here->counters.remember(key, 3600s, fake_now());

    EXPECT_TRUE(soon([&] { return there->counters.remembers(key, fake_now()); }));
}

TEST_F(SharedCountersTest, GoOnAloneWhileRedisIsAwayAndTogetherAfterwards)
{
    std::mutex mutex;
    std::string lines;
    log::configure({.sink = [&](std::string_view line) {
        const std::lock_guard lock{mutex};
        lines += line;
    }});
    const auto said = [&](const std::string& text) {
        const std::lock_guard lock{mutex};
        return lines.find(text) != std::string::npos;
    };
    redis->kill();
    ASSERT_TRUE(soon([&] { return !here->exchange.up() && !there->exchange.up(); }));
    EXPECT_TRUE(said("Redis does not answer."));

    EXPECT_EQ(here->taken("mira", 20), 10) << "limits hold in each process";
    EXPECT_EQ(there->taken("mira", 20), 10);
    EXPECT_EQ(here->exchange.unshared(), 10U);

    redis->start();
    ASSERT_TRUE(soon([&] { return here->exchange.up() && there->exchange.up(); }));
    EXPECT_TRUE(said("Rates are counted together"));
    EXPECT_EQ(here->taken("noor", 10), 10);
    ASSERT_TRUE(soon([&] { return owed_in_redis("noor") > 9 * 360s; }));
    EXPECT_TRUE(there->take("noor"));
    EXPECT_TRUE(soon([&] { return there->owed("noor") > 9 * 360s; })) << "in common again";
    log::configure({});
}

TEST_F(SharedCountersTest, WaitForNobodyWhileRedisHangs)
{
    redis->freeze();

    auto quickest = std::chrono::steady_clock::duration::max();
    for (int person = 0; person < 5; ++person) { // a machine may stand still once
        const auto began = std::chrono::steady_clock::now();
        EXPECT_EQ(here->taken("mira" + std::to_string(person), 20), 10);
        quickest = std::min(quickest, std::chrono::steady_clock::now() - began);
    }
    EXPECT_LT(quickest, 500ms) << "no call waits for Redis, which has a second";

    EXPECT_TRUE(soon([&] { return !here->exchange.up(); }));
    redis->thaw();
    EXPECT_TRUE(soon([&] { return here->exchange.up(); }));
}

TEST_F(SharedCountersTest, GoOnAfterSomebodyEmptiedRedis)
{
    ASSERT_TRUE(here->take("mira"));
    redis->ask({"SCRIPT", "FLUSH"});
    redis->ask({"FLUSHALL"});

    // The scripts are gone too: the connection begins anew, and brings them.
    EXPECT_TRUE(soon([&] {
        here->take("noor");
        return redis->ask({"DBSIZE"}) == "1\n";
    }));
}

TEST(RedisConnection, SignsInAndSaysWhyItCannot)
{
    if (!tests::RedisServer::available())
        GTEST_SKIP() << tests::RedisServer::why_not();
    const tests::RedisServer redis("open sesame");
    auto address = *core::RedisAddress::parse(redis.address());

    const auto without = RedisConnection::open(address, 1000ms);
    ASSERT_FALSE(without);
    EXPECT_NE(without.error().cause.find("NOAUTH"), std::string::npos) << without.error().cause;

    address.password = "close sesame";
    const auto wrong = RedisConnection::open(address, 1000ms);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().cause.find("sesame"), std::string::npos) << wrong.error().cause;

    address.password = "open sesame";
    EXPECT_TRUE(RedisConnection::open(address, 1000ms));
    address.user = "default";
    address.database = 3;
    EXPECT_TRUE(RedisConnection::open(address, 1000ms));

    address.unix_path += ".not-there";
    EXPECT_FALSE(RedisConnection::open(address, 1000ms));
}

} // namespace kith::limits

// SPDX-License-Identifier: Apache-2.0
#include "server/core/cpu_pool.h"

#include "server/core/log.h"
#include "server/core/spawn.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <gmock/gmock.h>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <future>

namespace kith::core {

namespace asio = boost::asio;

namespace {

template <class T>
T run(asio::io_context& context, awaitable<T> work)
{
    auto answer = asio::co_spawn(context, std::move(work), asio::use_future);
    context.restart();
    context.run();
    return answer.get();
}

awaitable<std::pair<int, bool>> add_on_pool(CpuPool& pool)
{
    const auto here = std::this_thread::get_id();
    std::thread::id there;
    auto work = [&] {
        there = std::this_thread::get_id();
        return 2 + 3;
    };
    const auto sum = co_await pool.run(work);
    co_return std::pair{sum.value(), here == std::this_thread::get_id() && here != there};
}

awaitable<Errc> fail_on_pool(CpuPool& pool)
{
    auto work = []() -> Result<int> { return fail(Errc::conflict, "No."); };
    const auto answer = co_await pool.run(work);
    co_return answer.error().code;
}

awaitable<int> throw_on_pool(CpuPool& pool)
{
    auto work = []() -> int { throw std::runtime_error("boom"); };
    co_return (co_await pool.run(work)).value();
}

awaitable<Result<void>> wait_on_pool(CpuPool& pool, std::shared_future<void> gate)
{
    auto work = [gate] { gate.wait(); };
    co_return co_await pool.run(work);
}

int own_nice()
{
    return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
}

awaitable<int> nice_of(CpuPool& pool)
{
    auto work = [] { return own_nice(); };
    co_return (co_await pool.run(work)).value();
}

} // namespace

TEST(CpuPool, RunsElsewhereAndGoesOnHere)
{
    asio::io_context context;
    CpuPool pool("test", 1, 8);

    EXPECT_EQ(run(context, add_on_pool(pool)), (std::pair{5, true}));
}

TEST(CpuPool, HandsErrorsAndExceptionsOver)
{
    asio::io_context context;
    CpuPool pool("test", 2, 8);

    EXPECT_EQ(run(context, fail_on_pool(pool)), Errc::conflict);
    EXPECT_THROW(run(context, throw_on_pool(pool)), std::runtime_error);
}

TEST(CpuPool, OfLowPriorityGivesWayToAllOthers)
{
    asio::io_context context;
    CpuPool hashes("test", 1, 8, CpuPool::Priority::Low);
    CpuPool other("test", 1, 8);

    EXPECT_EQ(run(context, nice_of(hashes)), std::min(own_nice() + 10, 19));
    EXPECT_EQ(run(context, nice_of(other)), own_nice());
}

TEST(CpuPool, RefusesWorkBeyondItsQueue)
{
    asio::io_context context;
    CpuPool pool("test", 1, 2);
    std::promise<void> open;
    const std::shared_future<void> gate = open.get_future().share();
    std::vector<std::future<Result<void>>> answers;
    for (int index = 0; index < 10; ++index)
        answers.push_back(asio::co_spawn(context, wait_on_pool(pool, gate), asio::use_future));

    context.poll();
    open.set_value();
    context.run();

    int refused = 0;
    for (auto& answer : answers) {
        const auto result = answer.get();
        refused += !result && result.error().code == Errc::unavailable ? 1 : 0;
    }
    EXPECT_GE(refused, 7); // one ran, two waited
    EXPECT_LE(refused, 8);
}

TEST(CpuPool, RefusesWorkAfterItsEnd)
{
    asio::io_context context;
    CpuPool pool("test", 1, 2);
    pool.stop();

    std::promise<void> open;
    const auto answer = run(context, wait_on_pool(pool, open.get_future().share()));

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::unavailable);
}

namespace {

awaitable<void> break_down()
{
    throw std::runtime_error("broken");
    co_return;
}

} // namespace

TEST(Spawn, LogsTheExceptionThatEndsATask)
{
    std::string line;
    log::configure({.sink = [&](std::string_view text) { line = text; }});
    asio::io_context context;

    spawn(context.get_executor(), "deliveries", break_down());
    context.run();
    log::configure({});

    EXPECT_THAT(line, ::testing::HasSubstr("task=deliveries cause=broken"));
}

} // namespace kith::core

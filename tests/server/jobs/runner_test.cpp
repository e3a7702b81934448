// SPDX-License-Identifier: Apache-2.0
#include "tests/server/jobs/jobs_fixture.h"

namespace kith::jobs {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Jobs : public tests::JobsTest { };
KITH_BOTH_ENGINES(Jobs);

TEST_P(Jobs, RunAfterTheCommitWithoutWaitingForAPoll)
{
    auto& runner = make_runner();
    runner.handle("work", recording());
    runner.start();

    add(7);

    EXPECT_TRUE(wait_until_empty());
    EXPECT_THAT(m_recorder.numbers(), ElementsAre(7));
}

TEST_P(Jobs, OfAnotherProcessRunWithoutWaitingForAPoll)
{
    auto& here = make_runner(); // never started: this process has no worker
    (void)here;
    auto& runner = make_listening_runner();
    runner.handle("work", recording());
    runner.start();
    ASSERT_TRUE(m_recorder.wait([this] { return count().waiting == 0; }));

    for (int number = 0; number < 3; ++number) {
        add(number);
        ASSERT_TRUE(m_recorder.wait_for_count(static_cast<std::size_t>(number) + 1));
    }

    EXPECT_TRUE(wait_until_empty());
}

TEST_P(Jobs, OfARolledBackTransactionNeverRun)
{
    auto& runner = make_runner();
    runner.handle("work", recording());
    runner.start();

    const auto failed = db().write([](db::Tx& tx) -> Result<JobId> {
        enqueue(tx, new_job(1));
        return fail(Errc::invalid, "No.");
    });
    add(2);

    ASSERT_FALSE(failed);
    EXPECT_TRUE(wait_until_empty());
    EXPECT_THAT(m_recorder.numbers(), ElementsAre(2));
}

TEST_P(Jobs, OfBeforeTheStartRun)
{
    add(1);
    auto& runner = make_runner();
    runner.handle("work", recording());

    runner.start();

    EXPECT_TRUE(wait_until_empty());
}

TEST_P(Jobs, RunInOrderOfPriorityThenTime)
{
    auto options = slow();
    options.at_once = 1;
    db().write([&](db::Tx& tx) -> Result<void> {
            auto late = new_job(3);
            late.priority = 5;
            enqueue(tx, late);
            enqueue(tx, new_job(2));
            enqueue(tx, new_job(1, {}, "work", tx.now() - 1s));
            return {};
        })
        .value();
    auto& runner = make_runner(options);
    runner.handle("work", recording());

    runner.start();

    EXPECT_TRUE(wait_until_empty());
    EXPECT_THAT(m_recorder.numbers(), ElementsAre(1, 2, 3));
}

TEST_P(Jobs, WaitForTheirTime)
{
    auto& runner = make_runner();
    runner.handle("work", recording());
    runner.start();
    add(1, {}, "work", db().clock.now() + 1h);
    add(2);
    ASSERT_TRUE(m_recorder.wait_for_count(1));

    db().clock.advance(1h);
    runner.wake();

    EXPECT_TRUE(wait_until_empty());
    EXPECT_THAT(m_recorder.numbers(), ElementsAre(2, 1));
}

TEST_P(Jobs, AreTriedAgainAfterAPause)
{
    auto& runner = make_runner();
    runner.handle("work", recording([](const Job& job) -> Result<void> {
                      if (job.attempt < 3)
                          return fail(Errc::unavailable, "Not now.");
                      return {};
                  }));
    runner.start();
    const auto id = add(1);
    ASSERT_TRUE(m_recorder.wait([&] { return m_recorder.seen().size() == 1 && count().waiting == 1; }));
    const auto row = db().sql("SELECT run_at, attempts, last_error FROM jobs WHERE id = $1", id).at(0);
    EXPECT_GE(row.time(0), db().clock.now() + 16s);
    EXPECT_LE(row.time(0), db().clock.now() + 16500ms);
    EXPECT_EQ(row.integer(1), 1);
    EXPECT_EQ(row.text(2), "unavailable: Not now.");

    for (std::size_t attempt = 2; attempt <= 3; ++attempt) {
        db().clock.advance(60s);
        runner.wake();
        ASSERT_TRUE(m_recorder.wait_for_count(attempt));
        ASSERT_TRUE(m_recorder.wait([&] { return count().running == 0; }));
    }

    EXPECT_TRUE(wait_until_empty());
    EXPECT_EQ(count().dead, 0);
    EXPECT_EQ(m_recorder.seen().back().attempt, 3);
}

TEST_P(Jobs, DieAfterTheirLastTry)
{
    auto& runner = make_runner();
    runner.handle(
        "work",
        recording([](const Job&) -> Result<void> { throw std::runtime_error("it broke\n\xff"); }), {2});
    runner.start();
    add(1);
    ASSERT_TRUE(m_recorder.wait([&] { return m_recorder.seen().size() == 1 && count().waiting == 1; }));

    db().clock.advance(1h);
    runner.wake();

    EXPECT_TRUE(m_recorder.wait([&] { return count().dead == 1; }));
    EXPECT_EQ(m_recorder.seen().size(), 2U);
    EXPECT_THAT(db().sql("SELECT last_error FROM jobs").at(0).text(0), HasSubstr("it broke??"));
}

TEST_P(Jobs, DieAtOnceOfAnErrorThatWillNotPass)
{
    auto& runner = make_runner();
    runner.handle("work", recording([](const Job&) -> Result<void> {
                      return fail(Errc::gone, "Nobody there.");
                  }));
    runner.start();

    add(1);

    EXPECT_TRUE(m_recorder.wait([&] { return count().dead == 1; }));
    EXPECT_EQ(m_recorder.seen().size(), 1U);
}

TEST_P(Jobs, OfAKindThatNobodyHandlesAreLeftAlone)
{
    auto& runner = make_runner();
    runner.handle("work", recording());
    runner.start();

    add(1, {}, "of a later version");
    add(2);

    EXPECT_TRUE(m_recorder.wait_for_count(1));
    EXPECT_TRUE(m_recorder.wait([&] { return count().waiting == 1 && count().running == 0; }));
    EXPECT_THAT(m_recorder.numbers(), ElementsAre(2));
}

TEST_P(Jobs, OfAProcessThatDiedRunAgainWhenTheirLeaseIsOver)
{
    const auto id = add(1);
    db().sql("UPDATE jobs SET state = 1, attempts = 1, leased_until = $1 WHERE id = $2",
             db().clock.now() + 60s, id);
    auto& runner = make_runner();
    runner.handle("work", recording());
    runner.start();
    add(2);
    ASSERT_TRUE(m_recorder.wait_for_count(1));
    EXPECT_THAT(m_recorder.numbers(), ElementsAre(2));

    db().clock.advance(60s);
    runner.wake();

    EXPECT_TRUE(wait_until_empty());
    EXPECT_EQ(m_recorder.seen().back().number, 1);
    EXPECT_EQ(m_recorder.seen().back().attempt, 2);
}

TEST_P(Jobs, ThatKillTheirProcessEachTimeDie)
{
    const auto id = add(1);
    db().sql("UPDATE jobs SET state = 1, attempts = 16, leased_until = $1 WHERE id = $2", db().clock.now(), id);
    auto& runner = make_runner();
    runner.handle("work", recording());

    runner.start();

    EXPECT_TRUE(m_recorder.wait([&] { return count().dead == 1; }));
    EXPECT_THAT(m_recorder.numbers(), IsEmpty());
}

TEST_P(Jobs, UnderWayKeepTheirLease)
{
    auto& runner = make_runner();
    runner.handle("work", hanging());
    runner.start();
    const auto id = add(1);
    ASSERT_TRUE(m_recorder.wait_for_count(1));
    const auto first = db().clock.now() + 60s;

    db().clock.advance(40s);
    runner.wake();
    ASSERT_TRUE(m_recorder.wait([&] {
        return db().sql("SELECT leased_until FROM jobs WHERE id = $1", id).at(0).time(0) == first + 40s;
    }));
    db().clock.advance(40s);
    auto options = slow();
    auto& other = make_other_runner(options);
    other.handle("work", recording());
    other.start();
    add(2, {}, "nothing");
    runner.wake();

    ASSERT_TRUE(m_recorder.wait([&] {
        return db().sql("SELECT leased_until FROM jobs WHERE id = $1", id).at(0).time(0) == first + 80s;
    }));
    EXPECT_EQ(m_recorder.seen().size(), 1U);
}

TEST_P(Jobs, UnderWayAtTheStopGoBackIntoTheQueueWithAllTheirTries)
{
    auto& runner = make_runner();
    runner.handle("work", hanging());
    runner.handle("quick", recording());
    runner.start();
    const auto id = add(1, "lane");
    add(2, "lane");
    add(3, {}, "quick");
    ASSERT_TRUE(m_recorder.wait([this] { // the quick one has ended, too
        return m_recorder.seen().size() == 2 && count().running == 1 && count().waiting == 1;
    }));

    stop(runner, 20ms);

    const auto row = db().sql("SELECT state, attempts - forgiven, leased_until FROM jobs WHERE id = $1", id).at(0);
    EXPECT_EQ(row.integer(0), 0);
    EXPECT_EQ(row.integer(1), 0);
    EXPECT_TRUE(row.is_null(2));
    EXPECT_EQ(count().waiting, 2);
    EXPECT_EQ(count().running, 0);
}

TEST_P(Jobs, UnderWayAtTheStopMayFinish)
{
    auto& runner = make_runner();
    runner.handle("work", recording());
    runner.start();
    for (int number = 0; number < 10; ++number)
        add(number);
    ASSERT_TRUE(m_recorder.wait_for_count(1));

    stop(runner, 10s);

    EXPECT_EQ(count().running, 0);
    EXPECT_EQ(static_cast<std::size_t>(count().waiting) + m_recorder.seen().size(), 10U);
}

TEST_P(Jobs, AreEachDoneOnceByTwoProcesses)
{
    for (int number = 0; number < 100; ++number)
        add(number, "lane " + std::to_string(number % 7));
    auto options = slow();
    options.poll = 20ms;
    auto& one = make_runner(options);
    auto& other = make_other_runner(options);
    for (auto* runner : {&one, &other}) {
        runner->handle("work", recording());
        runner->start();
    }

    EXPECT_TRUE(wait_until_empty());

    auto numbers = m_recorder.numbers();
    EXPECT_EQ(numbers.size(), 100U);
    EXPECT_EQ(std::set<std::int64_t>(numbers.begin(), numbers.end()).size(), 100U);
    EXPECT_EQ(m_recorder.most_at_once(), 1);
}

TEST_P(Jobs, OfAnotherProcessAreFoundByPolling)
{
    auto options = slow();
    options.poll = 20ms;
    auto& runner = make_other_runner(options);
    runner.handle("work", recording());
    runner.start();

    add(1);

    EXPECT_TRUE(wait_until_empty());
}

TEST_P(Jobs, ComeWithChoresThatRepeat)
{
    auto& runner = make_runner();
    std::atomic<int> rounds = 0;
    runner.every("purge", 1ms, [&]() -> awaitable<Result<void>> {
        if (++rounds == 2)
            throw std::runtime_error("once");
        co_return Result<void>{};
    });
    runner.start();

    EXPECT_TRUE(m_recorder.wait([&] { return rounds > 4; }));
}

} // namespace kith::jobs

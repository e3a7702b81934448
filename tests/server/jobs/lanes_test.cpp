// SPDX-License-Identifier: Apache-2.0
#include "tests/server/jobs/jobs_fixture.h"

#include <numeric>

namespace kith::jobs {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class Lanes : public tests::JobsTest { };
KITH_BOTH_ENGINES(Lanes);

TEST_P(Lanes, RunTheirJobsOneAtATimeAndInOrder)
{
    auto& runner = make_runner();
    runner.handle("work", recording());
    db().write([](db::Tx& tx) -> Result<void> {
            for (int number = 0; number < 30; ++number)
                enqueue(tx, new_job(number, "hollow.town"));
            return {};
        })
        .value();

    runner.start();

    EXPECT_TRUE(wait_until_empty());
    std::vector<std::int64_t> wanted(30);
    std::iota(wanted.begin(), wanted.end(), 0);
    EXPECT_EQ(m_recorder.numbers(), wanted);
    EXPECT_EQ(m_recorder.most_at_once(), 1);
}

TEST_P(Lanes, BackOffTogetherAndKeepTheirOrder)
{
    auto& runner = make_runner();
    runner.handle("work", recording([](const Job& job) -> Result<void> {
                      if (job.lane == "down" && job.attempt == 1 && find_int(job.payload, "n") == 1)
                          return fail(Errc::unavailable, "Down.");
                      return {};
                  }));
    runner.start();
    add(1, "down");
    ASSERT_TRUE(m_recorder.wait_for_count(1));
    add(2, "down");
    add(3, "up");
    ASSERT_TRUE(m_recorder.wait([&] { return count().waiting == 2 && count().running == 0; }));
    EXPECT_THAT(m_recorder.numbers(), ElementsAre(1, 3));

    db().clock.advance(17s);
    runner.wake();

    EXPECT_TRUE(wait_until_empty());
    EXPECT_THAT(m_recorder.numbers(), ElementsAre(1, 3, 1, 2));
}

TEST_P(Lanes, GoOnAfterADeadJob)
{
    auto& runner = make_runner();
    runner.handle("work", recording([](const Job& job) -> Result<void> {
                      if (find_int(job.payload, "n") == 1)
                          return fail(Errc::invalid, "Bad.");
                      return {};
                  }));
    add(1, "lane");
    add(2, "lane");

    runner.start();

    EXPECT_TRUE(wait_until_empty());
    EXPECT_THAT(m_recorder.numbers(), ElementsAre(1, 2));
    EXPECT_EQ(count().dead, 1);
}

TEST_P(Lanes, LetAnEarlierJobPassOneThatIsPlannedForLater)
{
    auto& runner = make_runner();
    runner.handle("work", recording());
    runner.start();
    add(1, "lane", "work", db().clock.now() + 1h);
    add(2, "lane");
    ASSERT_TRUE(m_recorder.wait([&] { return count().waiting == 1 && count().running == 0; }));

    db().clock.advance(1h);
    runner.wake();

    EXPECT_TRUE(wait_until_empty());
    EXPECT_THAT(m_recorder.numbers(), ElementsAre(2, 1));
}

TEST_P(Lanes, AreNotDelayedByOneThatHangs)
{
    auto& runner = make_runner();
    runner.handle("work", [this, quick = recording(), slow = hanging()](const Job& job) {
        return job.lane == "lane 13" ? slow(job) : quick(job);
    });
    db().write([](db::Tx& tx) -> Result<void> {
            for (int number = 0; number < 600; ++number)
                enqueue(tx, new_job(number, "lane " + std::to_string(number % 200)));
            return {};
        })
        .value();

    runner.start();

    // 199 lanes with three jobs, and the first of the one that hangs.
    EXPECT_TRUE(m_recorder.wait([&] { return count().waiting == 2 && count().running == 1; }));
    EXPECT_EQ(m_recorder.seen().size(), 598U);
    EXPECT_EQ(m_recorder.most_at_once(), 1);
}

TEST_P(Lanes, OfHostsThatDoNotAnswerLeaveRoomForTheOthers)
{
    for (int number = 0; number < 50; ++number)
        add(number, "down " + std::to_string(number), "hang");
    db().sql("UPDATE jobs SET attempts = 1");
    auto options = slow();
    options.at_once = 8;
    auto& runner = make_runner(options);
    runner.handle("hang", hanging());
    runner.handle("work", recording());
    runner.start();
    ASSERT_TRUE(m_recorder.wait_for_count(2)); // a quarter of eight

    for (int number = 100; number < 120; ++number)
        add(number, "up");

    EXPECT_TRUE(m_recorder.wait([&] { return count().running == 2 && count().waiting == 48; }));
    EXPECT_EQ(m_recorder.seen().size(), 22U);
}

TEST_P(Lanes, NeverStandStillWhenManyFillThemWhileTheyAreEmptied)
{
    auto& runner = make_runner();
    runner.handle("work", recording());
    runner.start();
    const auto fill = [this](db::Database& database, int first) {
        for (int number = first; number < first + 60; ++number) {
            const auto added = database.write_now([&](db::Tx& tx) -> Result<JobId> {
                return enqueue(tx, new_job(number, number % 3 == 0 ? "a" : "b"));
            });
            EXPECT_TRUE(added);
        }
    };
    const auto other = db().open_another();
    {
        std::jthread one([&] { fill(db().database(), 0); });
        std::jthread two([&] { fill(*other, 1000); });
        std::jthread three([&] { fill(db().database(), 2000); });
    }
    runner.wake();

    EXPECT_TRUE(wait_until_empty());
    EXPECT_EQ(m_recorder.seen().size(), 180U);
    EXPECT_EQ(m_recorder.most_at_once(), 1);
}

} // namespace kith::jobs

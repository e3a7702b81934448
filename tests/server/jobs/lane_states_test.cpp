// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/admin.h"
#include "server/jobs/lanes.h"
#include "server/jobs/verdict.h"
#include "tests/support/test_database.h"

#include <gmock/gmock.h>

namespace kith::jobs {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

const Result<void> k_down = fail(Errc::unavailable, "Down.");
const Result<void> k_broken = fail(Errc::internal, "It broke.");

} // namespace

/// The rows alone, without a runner: time passes when the test says so.
class LaneStates : public kith::tests::BothEngines {
protected:
    JobId add(const std::string& lane, std::int64_t priority = 0, milliseconds ago = 0ms)
    {
        NewJob job;
        job.kind = "work";
        job.lane = lane;
        job.priority = priority;
        job.run_at = db().clock.now() - ago;
        return db().write([&](db::Tx& tx) -> Result<JobId> { return enqueue(tx, job); }).value();
    }
    std::vector<Job> claim_now(unsigned all = 10)
    {
        return db()
            .write([&](db::Tx& tx) -> Result<std::vector<Job>> { return claim(tx, {"work"}, all, all, tx.now() + 60s); })
            .value();
    }
    std::vector<JobId> claimed(unsigned all = 10)
    {
        std::vector<JobId> ids;
        for (const auto& job : claim_now(all))
            ids.push_back(job.id);
        return ids;
    }
    /// Whether its lane counts as dead since.
    bool finish(const Job& job, const Result<void>& answer)
    {
        return db()
            .write([&](db::Tx& tx) -> Result<bool> { return settle(tx, judge(job, answer, {}, tx.now(), 0)); })
            .value();
    }
    std::optional<FailingLane> failing(const std::string& lane)
    {
        return db().read([&](db::Tx& tx) -> Result<std::optional<FailingLane>> { return find_failing(tx, lane); }).value();
    }
    /// Lets the lane's first job fail once, as soon as it may run; the job.
    Job fail_next(const std::string& lane, const Result<void>& answer = k_down)
    {
        if (const auto state = failing(lane); state && state->next_try > db().clock.now())
            db().clock.set(state->next_try);
        auto jobs = claim_now();
        EXPECT_EQ(jobs.size(), 1U);
        finish(jobs.at(0), answer);
        return jobs.at(0);
    }
    void hear_of(const std::string& lane)
    {
        db().write([&](db::Tx& tx) -> Result<void> { return lane_alive(tx, lane), Result<void>{}; }).value();
    }
    Counts count()
    {
        return db().read([](db::Tx& tx) -> Result<Counts> { return counts(tx); }).value();
    }
    ListedLane listed()
    {
        return db()
            .read([](db::Tx& tx) -> Result<ListedLane> { return list_failing_lanes(tx, 10).at(0); })
            .value();
    }
};
KITH_BOTH_ENGINES(LaneStates);

TEST_P(LaneStates, WaitLongerAfterEachFailureAndDoNotUseUpTheTriesOfTheJob)
{
    add("down");
    const auto start = db().clock.now();

    fail_next("down");
    EXPECT_EQ(failing("down")->next_try, start + 16s);
    EXPECT_THAT(claimed(), IsEmpty());
    fail_next("down");
    EXPECT_EQ(failing("down")->next_try, start + 16s + 31s);
    for (int failure = 3; failure <= 20; ++failure)
        fail_next("down");

    EXPECT_EQ(failing("down")->failures, 20);
    EXPECT_EQ(failing("down")->next_try - db().clock.now(), 20751s); // as after the twelfth
    EXPECT_EQ(count().waiting, 1);
    EXPECT_EQ(count().dead, 0);
}

TEST_P(LaneStates, MakeNewJobsWaitToo)
{
    const auto first = add("down");
    const auto job = fail_next("down");
    db().write([&](db::Tx& tx) -> Result<void> { return tx.execute({"test", "DELETE FROM jobs"}), Result<void>{}; }).value();

    const auto second = add("down");
    add("down");

    EXPECT_EQ(job.id, first);
    EXPECT_THAT(claimed(), IsEmpty());
    db().clock.advance(16s);
    EXPECT_THAT(claimed(), ElementsAre(second));
}

TEST_P(LaneStates, AreForgottenAtTheFirstSuccess)
{
    add("lane");
    const auto second = add("lane");
    fail_next("lane");
    db().clock.advance(16s);

    finish(claim_now().at(0), {});

    EXPECT_FALSE(failing("lane"));
    EXPECT_THAT(claimed(), ElementsAre(second));
}

TEST_P(LaneStates, WaitAsLongAsThePeerAskedButNotLongerThanADay)
{
    add("busy");
    const auto fail_with = [&](milliseconds wish) {
        db().clock.set(failing("busy") ? failing("busy")->next_try : db().clock.now());
        const auto job = claim_now().at(0);
        job.advice->retry_after = wish;
        finish(job, k_down);
        return failing("busy")->next_try - db().clock.now();
    };

    EXPECT_EQ(fail_with(2h), 2h);
    EXPECT_EQ(fail_with(72h), 24h);
    EXPECT_EQ(fail_with(1s), 96s); // the third failure: nobody is asked each second for ever
}

TEST_P(LaneStates, EndWhenThePeerIsHeardOfButNotAtItsEveryWord)
{
    const auto id = add("silent");
    for (int failure = 0; failure < 6; ++failure)
        fail_next("silent");
    ASSERT_THAT(claimed(), IsEmpty());

    hear_of("silent");
    EXPECT_THAT(claimed(), ElementsAre(id));

    db().sql("UPDATE jobs SET state = 0");
    for (int failure = 0; failure < 3; ++failure)
        fail_next("silent");
    hear_of("silent");
    EXPECT_EQ(failing("silent")->failures, 3); // 47 s later
    db().clock.advance(10min);
    hear_of("silent");
    EXPECT_EQ(failing("silent")->failures, 0);
}

TEST_P(LaneStates, AreNoAffairOfAPeerThatIsHeardOfWhenNothingWaits)
{
    add("gone");
    fail_next("gone");
    db().sql("DELETE FROM jobs");

    hear_of("gone");
    hear_of("never seen");

    EXPECT_FALSE(failing("gone"));
    EXPECT_FALSE(failing("never seen"));
}

TEST_P(LaneStates, LetTheNextJobGoFirstWhenOneFailsForItself)
{
    const auto bad = add("lane");
    const auto good = add("lane");
    fail_next("lane", k_broken);

    db().clock.advance(16s);
    const auto next = claim_now();
    ASSERT_EQ(next.size(), 1U);
    EXPECT_EQ(next.at(0).id, good);
    finish(next.at(0), {});

    db().clock.advance(1ms);
    EXPECT_THAT(claimed(), ElementsAre(bad));
}

TEST_P(LaneStates, LetANewJobPassOneThatFailedForItself)
{
    const auto bad = add("lane");
    for (int attempt = 1; attempt <= 4; ++attempt) {
        db().clock.advance(1h);
        finish(claim_now().at(0), k_broken);
    }

    const auto fresh = add("lane");

    EXPECT_THAT(claimed(), IsEmpty()); // the lane waits 271 s
    db().clock.advance(272s);
    const auto next = claim_now();
    ASSERT_EQ(next.size(), 1U);
    EXPECT_EQ(next.at(0).id, fresh);
    finish(next.at(0), {});
    EXPECT_THAT(claimed(), ElementsAre(bad));
}

TEST_P(LaneStates, CountAsDeadAfterAWeekAndAreTriedOnceADayWithTheNewestJob)
{
    for (int number = 0; number < 5; ++number)
        add("dead");
    const auto start = db().clock.now();
    while (db().clock.now() < start + k_patience)
        fail_next("dead");

    EXPECT_TRUE(listed().dead);
    EXPECT_EQ(count().dead, 1); // the one that was tried all the week
    EXPECT_EQ(count().waiting, 1);
    EXPECT_EQ(listed().dropped, 3);
    EXPECT_EQ(failing("dead")->next_try, db().clock.now() + 24h);

    const auto newer = add("dead");
    add("dead");
    const auto newest = add("dead");
    EXPECT_EQ(count().waiting, 2); // the first, and the newest behind it
    fail_next("dead");
    EXPECT_EQ(count().waiting, 1);
    db().clock.advance(24h);
    EXPECT_THAT(claimed(), ElementsAre(newest));
    EXPECT_NE(newer, newest);
}

TEST_P(LaneStates, AreNotDeadOfAFewFailuresAroundALongPause)
{
    add("lane");
    fail_next("lane");
    db().clock.advance(24h * 30); // this server was off

    add("lane");
    fail_next("lane");

    EXPECT_FALSE(listed().dead);
}

TEST_P(LaneStates, KeepTheirQueueWithinBounds)
{
    add("full");
    fail_next("full");
    db().sql(R"sql(
        INSERT INTO jobs (id, kind, payload, lane, state, run_at, created_at)
        WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000)
        SELECT n, 'work', '{}', 'full', 3, n, n FROM numbers)sql");

    add("full");
    add("full");

    EXPECT_EQ(db().sql("SELECT COUNT(*) FROM jobs WHERE state = 3").at(0).integer(0), k_longest_queue);
    EXPECT_EQ(db().sql("SELECT MIN(id) FROM jobs WHERE state = 3").at(0).integer(0), 3);
    EXPECT_EQ(listed().dropped, 2);
}

TEST_P(LaneStates, MakeTheirFirstJobAsUrgentAsAnyBehindIt)
{
    const auto other = add("other", 20, 10s);
    const auto first = add("lane", 20);
    const auto second = add("lane", 20);
    const auto urgent = add("lane", 0);

    const auto one = claim_now(1).at(0);
    EXPECT_EQ(one.id, first);
    finish(one, {});
    const auto two = claim_now(1).at(0);
    EXPECT_EQ(two.id, second);
    finish(two, {});
    EXPECT_THAT(claimed(), ElementsAre(urgent, other));
}

TEST_P(LaneStates, LetBulkThatHasWaitedLongGoBeforeWhatIsUrgent)
{
    const auto young_bulk = add("a", 20);
    const auto old_bulk = add("b", 20, 2h + 1s);
    const auto urgent = add("c", 0);

    EXPECT_THAT(claimed(), ElementsAre(old_bulk, urgent, young_bulk));
}

} // namespace kith::jobs

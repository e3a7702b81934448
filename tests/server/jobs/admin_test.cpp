// SPDX-License-Identifier: Apache-2.0
#include "tests/server/jobs/jobs_fixture.h"

namespace kith::jobs {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class JobAdmin : public tests::JobsTest {
protected:
    std::vector<std::string> listed(const ListFilter& filter)
    {
        const auto found =
            db().read([&](db::Tx& tx) -> Result<std::vector<Listed>> { return list(tx, filter); }).value();
        std::vector<std::string> out;
        for (const auto& one : found)
            out.push_back(one.kind + " " + one.lane + " " + one.state + " " + one.last_error);
        return out;
    }
    /// As the process of a command has it.
    std::int64_t revive_from_elsewhere(const std::string& lane, Timestamp before)
    {
        const auto other = db().open_another();
        return other
            ->write_now([&](db::Tx& tx) -> Result<std::int64_t> { return revive_dead(tx, lane, before); })
            .value();
    }
};
KITH_BOTH_ENGINES(JobAdmin);

TEST_P(JobAdmin, ListsJobsByKindLaneAndState)
{
    add(1, "a", "deliver");
    add(2, "b", "deliver");
    add(3, "", "fan_out");
    db().sql("UPDATE jobs SET state = 2, last_error = 'gone: No.' WHERE lane = 'b'");

    ListFilter all;
    EXPECT_THAT(listed(all), ElementsAre("deliver a waiting ", "deliver b dead gone: No.", "fan_out  waiting "));
    ListFilter dead;
    dead.dead_only = true;
    EXPECT_THAT(listed(dead), ElementsAre("deliver b dead gone: No."));
    ListFilter kind;
    kind.kind = "fan_out";
    EXPECT_THAT(listed(kind), ElementsAre("fan_out  waiting "));
    ListFilter lane;
    lane.lane = "a";
    EXPECT_THAT(listed(lane), ElementsAre("deliver a waiting "));
    ListFilter one;
    one.limit = 1;
    EXPECT_THAT(listed(one), ElementsAre("deliver a waiting "));
}

TEST_P(JobAdmin, BringsDeadJobsOfALaneBackToARunnerThatIsAtWork)
{
    auto options = slow();
    options.poll = 20ms;
    auto& runner = make_runner(options);
    std::atomic<bool> mended = false;
    runner.handle("work", recording([&](const Job&) -> Result<void> {
                      return mended ? Result<void>{} : fail(Errc::invalid, "Bad.");
                  }));
    runner.start();
    add(1, "a");
    add(2, "b");
    ASSERT_TRUE(m_recorder.wait([&] { return count().dead == 2; }));
    mended = true;

    EXPECT_EQ(revive_from_elsewhere("a", db().clock.now() + 1ms), 1);

    EXPECT_TRUE(m_recorder.wait([&] { return count().dead == 1 && count().waiting == 0 && count().running == 0; }));
    EXPECT_EQ(m_recorder.seen().back().number, 1);
}

TEST_P(JobAdmin, NeverRevivesWhatItRevivedBefore)
{
    add(1);
    db().sql("UPDATE jobs SET state = 2");
    db().clock.advance(1s);
    const auto start = db().clock.now();

    EXPECT_EQ(revive_from_elsewhere("", start), 1);
    db().sql("UPDATE jobs SET state = 2"); // it died again at once
    EXPECT_EQ(revive_from_elsewhere("", start), 0);
}

TEST_P(JobAdmin, TriesALaneNowThatWaits)
{
    auto& runner = make_runner();
    std::atomic<bool> up = false;
    runner.handle("work", recording([&](const Job&) -> Result<void> {
                      return up ? Result<void>{} : fail(Errc::unavailable, "Down.");
                  }));
    runner.start();
    add(1, "lane");
    ASSERT_TRUE(m_recorder.wait([&] { return m_recorder.seen().size() == 1 && count().running == 0; }));
    up = true;

    db().write([](db::Tx& tx) -> Result<void> { return try_lane_now(tx, "lane"), Result<void>{}; }).value();

    EXPECT_TRUE(wait_until_empty());
    EXPECT_THAT(db().sql("SELECT lane FROM job_lanes"), IsEmpty());
}

TEST_P(JobAdmin, SeesAJobThatWorksInPartsGoOnWhereItWas)
{
    auto& runner = make_runner();
    runner.handle("parts", [this](const Job& job) -> awaitable<Result<void>> {
        m_recorder.begin(job);
        m_recorder.end(job);
        auto work = [&](db::Tx& tx) { return save_progress(tx, job, {{"n", find_int(job.payload, "n").value_or(0) + 1}}); };
        CO_TRY_VOID(co_await db().database().write(work));
        if (job.attempt < 3)
            co_return fail(Errc::unavailable, "The machine went away.");
        co_return Result<void>{};
    });
    runner.start();
    add(1, {}, "parts");
    for (std::size_t attempt = 1; attempt <= 3; ++attempt) {
        ASSERT_TRUE(m_recorder.wait([&] { return m_recorder.seen().size() == attempt && count().running == 0; }));
        db().clock.advance(1h);
        runner.wake();
    }

    EXPECT_TRUE(wait_until_empty());
    EXPECT_THAT(m_recorder.numbers(), ElementsAre(1, 2, 3));
}

} // namespace kith::jobs

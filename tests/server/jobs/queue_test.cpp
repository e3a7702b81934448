// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/queue.h"

#include "server/jobs/admin.h"
#include "tests/support/test_database.h"

#include <gmock/gmock.h>

namespace kith::jobs {

using namespace std::chrono_literals;

class Queue : public kith::tests::BothEngines {
protected:
    JobId add(const std::string& lane = {})
    {
        NewJob job;
        job.kind = "work";
        job.lane = lane;
        return db().write([&](db::Tx& tx) -> Result<JobId> { return enqueue(tx, job); }).value();
    }
    std::vector<Job> claim_now(unsigned all = 10)
    {
        return db()
            .write([&](db::Tx& tx) -> Result<std::vector<Job>> {
                return claim(tx, {"other", "work"}, all, all, tx.now() + 60s);
            })
            .value();
    }
    void settle_now(const Job& job, Finished::Outcome outcome)
    {
        Finished finished;
        finished.id = job.id;
        finished.lane = job.lane;
        finished.attempt = job.attempt;
        finished.outcome = outcome;
        finished.error = "why";
        db().write([&](db::Tx& tx) -> Result<void> { return settle(tx, finished), Result<void>{}; }).value();
    }
    Counts count()
    {
        return db().read([](db::Tx& tx) -> Result<Counts> { return counts(tx); }).value();
    }
};
KITH_BOTH_ENGINES(Queue);

TEST_P(Queue, IgnoresAnOutcomeThatComesAfterTheLeaseWasLost)
{
    add("lane");
    const auto first = claim_now().at(0);
    db().clock.advance(61s);
    db().write([](db::Tx& tx) -> Result<void> { return reclaim(tx), Result<void>{}; }).value();
    const auto second = claim_now().at(0);
    ASSERT_EQ(second.attempt, 2);

    settle_now(first, Finished::Outcome::done);
    EXPECT_EQ(count().running, 1);

    settle_now(second, Finished::Outcome::done);
    EXPECT_EQ(count().running, 0);
}

TEST_P(Queue, IgnoresWhatStillRunsInTheProcessThatGaveItBack)
{
    // Given a job that a stopping process gives back while its handler goes on, and that another process has claimed
    add("lane");
    const auto first = claim_now().at(0);
    settle_now(first, Finished::Outcome::returned);
    const auto second = claim_now().at(0);
    const auto save = [&](const Job& job) {
        return db().write([&](db::Tx& tx) { return save_progress(tx, job, {{"by", job.attempt}}); });
    };

    // Then the first process changes nothing any more
    EXPECT_FALSE(save(first));
    settle_now(first, Finished::Outcome::done);
    EXPECT_EQ(count().running, 1);

    // and the job has lost no try
    EXPECT_TRUE(save(second));
    EXPECT_EQ(second.attempt - second.forgiven, 1);
}

TEST_P(Queue, IsCountedByKindAndState)
{
    const auto counted = [&] {
        return db()
            .read([](db::Tx& tx) -> Result<std::vector<KindCounts>> { return counts_by_kind(tx); })
            .value();
    };
    EXPECT_TRUE(counted().empty());

    add();
    add("lane");
    add("lane"); // waits behind the first one of its lane
    const auto claimed = claim_now();
    settle_now(claimed.at(0), Finished::Outcome::dead);

    const auto kinds = counted();
    ASSERT_EQ(kinds.size(), 1U);
    EXPECT_EQ(kinds[0].kind, "work");
    EXPECT_EQ(kinds[0].counts.dead, 1);
    EXPECT_EQ(kinds[0].counts.running, static_cast<std::int64_t>(claimed.size()) - 1);
    EXPECT_EQ(kinds[0].counts.waiting, 3 - static_cast<std::int64_t>(claimed.size()));
}

TEST_P(Queue, KnowsWhenTheNextJobOrLeaseComesDue)
{
    const auto due = [&] {
        return db()
            .read([](db::Tx& tx) -> Result<std::optional<Timestamp>> {
                return next_due(tx, {"work"});
            })
            .value();
    };
    EXPECT_FALSE(due());

    add();
    EXPECT_EQ(due(), db().clock.now());

    claim_now();
    EXPECT_EQ(due(), db().clock.now() + 60s);
}

TEST_P(Queue, BringsADeadJobBackWithAllItsTries)
{
    const auto id = add("lane");
    settle_now(claim_now().at(0), Finished::Outcome::dead);
    ASSERT_EQ(count().dead, 1);
    add("lane");

    const auto revived = db().write([&](db::Tx& tx) { return revive(tx, id); });
    const auto again = db().write([&](db::Tx& tx) { return revive(tx, id); });

    ASSERT_TRUE(revived);
    EXPECT_EQ(again.error().code, Errc::not_found);
    EXPECT_EQ(count().dead, 0);
    EXPECT_EQ(count().waiting, 2);
    EXPECT_EQ(claim_now().size(), 1U); // the other one is still ahead in the lane
}

TEST_P(Queue, ForgetsOldDeadJobsOnly)
{
    add();
    settle_now(claim_now().at(0), Finished::Outcome::dead);
    db().clock.advance(1h);
    add();
    settle_now(claim_now().at(0), Finished::Outcome::dead);
    add();

    const auto purge = [&](db::Tx& tx) -> Result<std::int64_t> { return purge_dead(tx, tx.now()); };
    const auto purged = db().write(purge);

    EXPECT_EQ(*purged, 1);
    EXPECT_EQ(count().dead, 1);
    EXPECT_EQ(count().waiting, 1);
}

TEST_P(Queue, RefusesALargePayload)
{
    NewJob job;
    job.kind = "work";
    job.payload["text"] = std::string(70000, 'x');

    EXPECT_THROW(
        static_cast<void>(db().write([&](db::Tx& tx) -> Result<JobId> { return enqueue(tx, job); })),
        std::logic_error);
    EXPECT_EQ(count().waiting, 0);
}

} // namespace kith::jobs

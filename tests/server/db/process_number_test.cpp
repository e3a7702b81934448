// SPDX-License-Identifier: Apache-2.0
#include "server/db/process_number.h"
#include "tests/server/db/coroutines.h"
#include "tests/support/test_database.h"

#include <set>

namespace kith::tests {

using db::DbError;
using db::ProcessNumber;
using db::Tx;
using namespace std::chrono_literals;

class ProcessNumbers : public BothEngines {
protected:
    using Pointer = std::unique_ptr<ProcessNumber>;
    Result<Pointer> claim(IdGenerator& ids, db::Database& database)
    {
        return ProcessNumber::claim(database, ids, db().clock, 60s);
    }
    Pointer claim() { return claim(db().ids, db().database()).value(); }
    static unsigned process_in(std::int64_t id) { return static_cast<unsigned>(id >> 10) & 63U; }
    Result<TokenId> give_id()
    {
        return db().write([](Tx& tx) -> Result<TokenId> { return tx.next_id<TokenId>(); });
    }
};
KITH_BOTH_ENGINES(ProcessNumbers);

TEST_P(ProcessNumbers, DifferAmongProcessesAndStandInTheirIds)
{
    auto other = db().open_another();
    IdGenerator theirs;

    const auto first = claim();
    const auto second = claim(theirs, *other).value();

    EXPECT_NE(first->number(), second->number());
    EXPECT_NE(first->number(), 0U) << "that is the one server of a SQLite file";
    EXPECT_EQ(process_in(db().ids.next(db().clock.now())), first->number());
    EXPECT_EQ(process_in(theirs.next(db().clock.now())), second->number());
}

TEST_P(ProcessNumbers, DifferWhenManyAreTakenAtOnce)
{
    constexpr int k_processes = 12;
    auto other = db().open_another();
    std::vector<IdGenerator> ids(k_processes);
    std::vector<Pointer> claimed(k_processes);
    std::vector<std::thread> threads;
    std::latch start{k_processes};
    for (std::size_t index = 0; index < k_processes; ++index)
        threads.emplace_back([&, index] {
            start.arrive_and_wait();
            claimed[index] = claim(ids[index], index % 2 ? *other : db().database()).value();
        });
    for (auto& thread : threads)
        thread.join();

    std::set<unsigned> numbers;
    for (const auto& process : claimed)
        numbers.insert(process->number());
    EXPECT_EQ(numbers.size(), k_processes);
    claimed.clear();
}

TEST_P(ProcessNumbers, AreFreeAgainWhenAProcessEnds)
{
    const auto number = claim()->number();
    EXPECT_EQ(claim()->number(), number);
}

TEST_P(ProcessNumbers, OfAProcessThatDiedAreFreeAfterTheirLease)
{
    db().sql("INSERT INTO processes (number, mark, leased_until) VALUES (1, 'dead', $1)", db().clock.now() + 60s);
    EXPECT_NE(claim()->number(), 1U);

    db().clock.advance(61s);

    EXPECT_EQ(claim()->number(), 1U);
}

TEST_P(ProcessNumbers, OfALeaseThatCouldNotBeRenewedGiveNoIds)
{
    const auto process = claim();
    db().clock.advance(44s);
    EXPECT_TRUE(give_id());

    db().clock.advance(2s);

    try {
        (void)give_id();
        ADD_FAILURE() << "another process may be giving the same ids";
    } catch (const DbError& error) {
        EXPECT_EQ(error.kind(), DbError::Kind::unavailable);
    }
    const auto before = process->number();
    ASSERT_TRUE(run_to_end(process->renew()));
    EXPECT_EQ(process->number(), before);
    EXPECT_TRUE(give_id());
}

TEST_P(ProcessNumbers, ThatSomebodyElseHasTakenAreReplaced)
{
    const auto process = claim();
    const auto before = process->number();
    db().clock.advance(10min);
    IdGenerator theirs;
    auto other = db().open_another();
    const auto taker = claim(theirs, *other).value();
    ASSERT_EQ(taker->number(), before);

    ASSERT_TRUE(run_to_end(process->renew()));

    EXPECT_NE(process->number(), before);
    EXPECT_EQ(process_in(db().ids.next(db().clock.now())), process->number());
}

TEST_P(ProcessNumbers, AreRefusedWithASentenceWhenAllAreTaken)
{
    for (std::int64_t number = 1; number < 64; ++number)
        db().sql("INSERT INTO processes (number, mark, leased_until) VALUES ($1, 'x', $2)", number, db().clock.now() + 60s);

    const auto refused = claim(db().ids, db().database());

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::unavailable);
    EXPECT_NE(refused.error().message.find("63 processes"), std::string::npos);
}

} // namespace kith::tests

// SPDX-License-Identifier: Apache-2.0
// What must hold when two processes write to one database at the same time.
#include "tests/server/db/coroutines.h"
#include "tests/support/test_database.h"

#include <algorithm>
#include <thread>

namespace kith::tests {

using db::Database;
using db::Query;
using db::Tx;

namespace {

constexpr Query k_claim{"test.claim", "INSERT INTO settings (name, value) VALUES ('one', $1) ON CONFLICT (name) DO NOTHING RETURNING value"};
constexpr Query k_add{"test.add", "UPDATE counters SET n = n + 1 WHERE name = $1"};
constexpr Query k_set{"test.set", "UPDATE counters SET n = $2 WHERE name = $1"};
constexpr Query k_read{"test.read", "SELECT n FROM counters WHERE name = $1"};

constexpr int k_threads = 4;
constexpr int k_rounds = 50;

void make_counters(TestDb& db, const std::vector<std::string>& names)
{
    db.sql("CREATE TABLE counters (name TEXT PRIMARY KEY, n BIGINT NOT NULL DEFAULT 0)");
    for (const auto& name : names)
        db.sql("INSERT INTO counters (name) VALUES ($1)", name);
}

/// Runs the action on several threads at once, half of them with each of two handles on the same data.
void race(TestDb& db, const std::function<void(Database&, int thread)>& action)
{
    auto other = db.open_another();
    std::latch start{k_threads};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < k_threads; ++thread) {
        threads.emplace_back([&, thread] {
            start.arrive_and_wait();
            action(thread % 2 ? *other : db.database(), thread);
        });
    }
    for (auto& thread : threads)
        thread.join();
}

std::int64_t counter(TestDb& db)
{
    return db.sql("SELECT n FROM counters WHERE name = 'h'").at(0).integer(0);
}

} // namespace

class Races : public BothEngines { };
KITH_BOTH_ENGINES(Races);

TEST_P(Races, OneOfManyInsertsWins)
{
    std::atomic<int> winners{0};

    race(db(), [&](Database& database, int thread) {
        const auto won = database.write_now([&](Tx& tx) -> Result<bool> { return tx.query_one(k_claim, std::to_string(thread)).has_value(); });
        winners += won.value();
    });

    EXPECT_EQ(winners, 1);
}

TEST_P(Races, CountsThatAddInPlaceAreExact)
{
    make_counters(db(), {"h"});

    race(db(), [&](Database& database, int) {
        for (int round = 0; round < k_rounds; ++round)
            ASSERT_TRUE(database.write_now([](Tx& tx) -> Result<std::int64_t> { return tx.execute(k_add, "h"); }));
    });

    EXPECT_EQ(counter(db()), k_threads * k_rounds);
}

TEST_P(Races, ALockedRowIsReadAndWrittenByOneAtATime)
{
    make_counters(db(), {"h"});

    race(db(), [&](Database& database, int) {
        for (int round = 0; round < k_rounds; ++round) {
            const auto work = [](Tx& tx) -> Result<std::int64_t> {
                const auto row = tx.query_list(k_read, std::string(k_read.sql) + tx.for_update(), std::vector{db::to_param("h")});
                return tx.execute(k_set, "h", row.at(0).integer(0) + 1);
            };
            ASSERT_TRUE(database.write_now(work));
        }
    });

    EXPECT_EQ(counter(db()), k_threads * k_rounds);
}

TEST_P(Races, WorkInADeadlockIsRunAgain)
{
    make_counters(db(), {"h", "i"});

    race(db(), [&](Database& database, int thread) {
        if (thread > 1)
            return; // two are enough for a deadlock; more of them could use up one's attempts
        for (int round = 0; round < 40; ++round) {
            const auto work = [&](Tx& tx) -> Result<int> {
                tx.execute(k_add, thread % 2 ? "h" : "i");
                tx.execute(k_add, thread % 2 ? "i" : "h");
                return 1;
            };
            ASSERT_TRUE(database.write_now(work));
        }
    });

    EXPECT_EQ(counter(db()), 2 * 40);
}

TEST_P(Races, SkippedLocksLetTwoWorkersTakeDifferentRows)
{
    make_counters(db(), {"h", "i"});
    constexpr Query k_take{"test.take", ""};
    std::mutex mutex;
    std::vector<std::string> taken;

    race(db(), [&](Database& database, int thread) {
        if (thread > 1)
            return;
        const auto work = [&](Tx& tx) -> Result<std::string> {
            const auto rows = tx.query_list(k_take,
                                            std::string("UPDATE counters SET n = 1 WHERE name = (SELECT name FROM counters WHERE n = 0 "
                                                        "ORDER BY name LIMIT 1")
                                                + tx.skip_locked() + ") RETURNING name",
                                            {});
            return rows.at(0).text(0);
        };
        const auto name = database.write_now(work);
        const std::lock_guard lock(mutex);
        taken.push_back(name.value());
    });

    std::ranges::sort(taken);
    EXPECT_EQ(taken, (std::vector<std::string>{"h", "i"}));
}

} // namespace kith::tests

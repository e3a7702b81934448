// SPDX-License-Identifier: Apache-2.0
#include "server/db/sqlite/sqlite_database.h"
#include "tests/server/db/coroutines.h"
#include "tests/support/test_database.h"

#include <boost/asio/detached.hpp>

#include <thread>

namespace kith::tests {

using db::Database;
using db::DbError;
using db::Lane;
using db::Query;
using db::Tx;

namespace {

constexpr Query k_put{"test.put", "INSERT INTO settings (name, value) VALUES ($1, $2)"};
constexpr Query k_count{"test.count", "SELECT COUNT(*) FROM settings"};

struct Tally {
    int done = 0;
    int busy = 0;
    int elsewhere = 0;
};

db::awaitable<void> put_one(Database& database, int number, Tally& tally)
{
    const auto home = std::this_thread::get_id();
    auto work = [number](Tx& tx) -> Result<int> {
        tx.execute(k_put, std::to_string(number), "x");
        return number;
    };
    auto answer = co_await database.write(work);
    tally.elsewhere += std::this_thread::get_id() != home;
    if (answer && *answer == number)
        ++tally.done;
    else if (!answer && answer.error().code == Errc::unavailable)
        ++tally.busy;
}

std::int64_t count(TestDb& db)
{
    return db.read([](Tx& tx) -> Result<std::int64_t> { return tx.query_one(k_count)->integer(0); }).value();
}

/// Gives the writer something to wait in, on a thread of its own.
class BlockedWriter {
public:
    explicit BlockedWriter(Database& database)
        : m_thread([this, &database] {
            try {
                (void)database.write_now([this](Tx&) { return m_blocker(); });
            } catch (const DbError&) {
                // It shared the fate of its group.
            }
        })
    {
        m_blocker.wait_until_it_runs();
    }
    ~BlockedWriter()
    {
        release();
        m_thread.join();
    }
    void release()
    {
        if (!std::exchange(m_released, true))
            m_blocker.release();
    }

private:
    Blocker m_blocker;
    bool m_released = false;
    std::thread m_thread;
};

} // namespace

class ConcurrentWrites : public BothEngines { };
KITH_BOTH_ENGINES(ConcurrentWrites);

TEST_P(ConcurrentWrites, AreAllKeptAndAnsweredOnTheirOwnThread)
{
    constexpr int k_writes = 500;
    boost::asio::io_context loop;
    Tally tally;
    for (int number = 0; number < k_writes; ++number)
        boost::asio::co_spawn(loop, put_one(db().database(), number, tally), boost::asio::detached);

    loop.run();

    EXPECT_EQ(tally.done, k_writes);
    EXPECT_EQ(tally.elsewhere, 0);
    EXPECT_EQ(count(db()), k_writes);
}

TEST(GroupCommit, MakesManyWritesDurableWithFewCommits)
{
    TestDb db;
    auto& sqlite = dynamic_cast<db::SqliteDatabase&>(db.database());
    const auto before = sqlite.commits();
    constexpr int k_writes = 400;
    boost::asio::io_context loop;
    Tally tally;
    for (int number = 0; number < k_writes; ++number)
        boost::asio::co_spawn(loop, put_one(db.database(), number, tally), boost::asio::detached);

    {
        BlockedWriter blocked(db.database());
        loop.poll(); // all are queued behind the blocked one
    }
    loop.run();

    EXPECT_EQ(tally.done, k_writes);
    EXPECT_LT(sqlite.commits() - before, k_writes / 4U);
    db.reopen();
    EXPECT_EQ(count(db), k_writes);
}

TEST(GroupCommit, OneFailureInAGroupLeavesTheOthersAlone)
{
    TestDb db;
    boost::asio::io_context loop;
    Tally tally;
    std::string thrown;
    auto twice = [](Database& database, std::string& thrown) -> db::awaitable<void> {
        auto work = [](Tx& tx) -> Result<int> {
            tx.execute(k_put, "own", "x");
            tx.execute(k_put, "own", "x");
            return 1;
        };
        try {
            auto ignored = co_await database.write(work);
        } catch (const DbError& error) {
            thrown = error.kind() == DbError::Kind::constraint ? "constraint" : error.what();
        }
    };
    {
        BlockedWriter blocked(db.database());
        boost::asio::co_spawn(loop, put_one(db.database(), 1, tally), boost::asio::detached);
        boost::asio::co_spawn(loop, twice(db.database(), thrown), boost::asio::detached);
        boost::asio::co_spawn(loop, put_one(db.database(), 2, tally), boost::asio::detached);
        loop.poll();
    }
    loop.run();

    EXPECT_EQ(tally.done, 2);
    EXPECT_EQ(thrown, "constraint");
    EXPECT_EQ(count(db), 2);
}

TEST(GroupCommit, AFailedCommitFailsTheWholeGroupAndTheWriterGoesOn)
{
    TestDb db;
    boost::asio::io_context loop;
    Tally tally;
    std::vector<DbError::Kind> thrown;
    bool followed = false;
    // A reference that is only checked at the end makes COMMIT itself fail, as a full disk does.
    auto spoil = [](Database& database, std::vector<DbError::Kind>& thrown, bool& followed) -> db::awaitable<void> {
        auto work = [&followed](Tx& tx) -> Result<int> {
            tx.execute(Query{"test.defer", "PRAGMA defer_foreign_keys = ON"});
            tx.execute(Query{"test.orphan", "INSERT INTO status_tags (status_id, name, shown) VALUES (99, 'x', 'x')"});
            tx.after_commit([&followed] { followed = true; });
            return 1;
        };
        try {
            auto ignored = co_await database.write(work);
        } catch (const DbError& error) {
            thrown.push_back(error.kind());
        }
    };
    auto beside = [](Database& database, std::vector<DbError::Kind>& thrown, Tally& tally) -> db::awaitable<void> {
        try {
            co_await put_one(database, 1, tally);
        } catch (const DbError& error) {
            thrown.push_back(error.kind());
        }
    };
    {
        BlockedWriter blocked(db.database());
        boost::asio::co_spawn(loop, beside(db.database(), thrown, tally), boost::asio::detached);
        boost::asio::co_spawn(loop, spoil(db.database(), thrown, followed), boost::asio::detached);
        loop.poll();
    }
    loop.run();

    EXPECT_EQ(thrown, (std::vector<DbError::Kind>{DbError::Kind::unavailable, DbError::Kind::unavailable}));
    EXPECT_FALSE(followed);
    EXPECT_EQ(count(db), 0);
    EXPECT_NO_THROW(db.sql("INSERT INTO settings (name, value) VALUES ('after', 'x')"));
    EXPECT_EQ(count(db), 1);
}

TEST(GroupCommit, AFullDatabaseIsUnavailableAndTheWriterGoesOn)
{
    TestDb db;
    db.sql("PRAGMA max_page_count = 200");
    const std::string large(2 << 20, 'x');

    try {
        db.sql("INSERT INTO settings (name, value) VALUES ($1, $2)", "large", large);
        ADD_FAILURE() << "nothing was thrown";
    } catch (const DbError& error) {
        EXPECT_EQ(error.kind(), DbError::Kind::unavailable) << error.what();
    }

    EXPECT_NO_THROW(db.sql("INSERT INTO settings (name, value) VALUES ('small', 'x')"));
    EXPECT_EQ(count(db), 1);
}

TEST(GroupCommit, TakesInteractiveWritesBeforeBackgroundOnes)
{
    TestDb db;
    boost::asio::io_context loop;
    std::vector<std::string> order;
    auto note = [](Database& database, std::vector<std::string>& order, std::string name, Lane lane) -> db::awaitable<void> {
        auto work = [&order, &name](Tx&) -> Result<int> {
            order.push_back(name); // the one writer thread
            return 1;
        };
        auto ignored = co_await database.write(work, lane);
    };
    {
        BlockedWriter blocked(db.database());
        boost::asio::co_spawn(loop, note(db.database(), order, "background", Lane::background), boost::asio::detached);
        boost::asio::co_spawn(loop, note(db.database(), order, "interactive", Lane::interactive), boost::asio::detached);
        loop.poll();
    }
    loop.run();

    EXPECT_EQ(order, (std::vector<std::string>{"interactive", "background"}));
}

TEST(WriteQueue, AnswersUnavailableWhenItIsFull)
{
    TestDb db;
    boost::asio::io_context loop;
    Tally tally;
    {
        BlockedWriter blocked(db.database());
        for (int number = 0; number < 4100; ++number)
            boost::asio::co_spawn(loop, put_one(db.database(), number, tally), boost::asio::detached);
        loop.poll();
        loop.restart();
        EXPECT_EQ(tally.busy, 4);
        EXPECT_THROW((void)db.database().write_now([](Tx&) -> Result<int> { return 1; }), DbError);
    }
    loop.run();

    EXPECT_EQ(tally.done, 4096);
    EXPECT_EQ(count(db), 4096);
}

TEST(WriteQueue, IsAnsweredWhenTheDatabaseCloses)
{
    TestDb db;
    auto other = db.open_another();
    boost::asio::io_context loop;
    Tally tally;
    Blocker blocker;
    std::thread writer([&] { (void)other->write_now([&](Tx&) { return blocker(); }); });
    blocker.wait_until_it_runs();
    boost::asio::co_spawn(loop, put_one(*other, 1, tally), boost::asio::detached);
    loop.poll();

    std::thread closer([&] { other.reset(); });
    loop.run(); // ends because the queued write was answered
    EXPECT_EQ(tally.busy, 1);

    blocker.release();
    writer.join();
    closer.join();
    EXPECT_EQ(count(db), 0);
}

TEST(Checkpoints, KeepTheLogShort)
{
    TestDb db;
    auto log = db.file();
    log += "-wal";
    std::string large;
    // 256 MiB go through (what does not change would not be written); the log is copied back meanwhile and starts over.
    for (int number = 0; number < 256; ++number) {
        large.assign(1 << 20, static_cast<char>('a' + number % 26));
        db.sql("INSERT INTO settings (name, value) VALUES ('large', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value", large);
    }

    EXPECT_LE(std::filesystem::file_size(log), 64U << 20) << "nobody reads, so it starts over by itself";
    EXPECT_EQ(db.sql("SELECT value FROM settings").at(0).text(0), large);
    db.reopen();
    EXPECT_EQ(db.sql("SELECT value FROM settings").at(0).text(0), large);
}

} // namespace kith::tests

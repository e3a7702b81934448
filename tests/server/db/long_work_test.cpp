// SPDX-License-Identifier: Apache-2.0
// Readers and writers do not wait for each other, and none of them for ever.
#include "tests/server/db/coroutines.h"
#include "tests/support/test_database.h"

#include <memory>
#include <thread>

namespace kith::tests {

using db::DbError;
using db::Query;
using db::Tx;

namespace {

constexpr Query k_put{"test.put", "INSERT INTO settings (name, value) VALUES ($1, $2)"};
constexpr Query k_count{"test.count", "SELECT COUNT(*) FROM settings"};
constexpr Query k_endless{"test.endless", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
                                          "SELECT COUNT(*) FROM n"};

Result<std::int64_t> count(Tx& tx)
{
    return tx.query_one(k_count)->integer(0);
}

} // namespace

class LongWork : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        m_hurried = db().open_another(std::chrono::seconds{1});
    }
    void TearDown() override
    {
        m_hurried.reset();
        BothEngines::TearDown();
    }
    /// What ends the work where reads may take a second; "nothing" when nothing does.
    template <class F>
    std::string end_of(F work)
    {
        try {
            (void)m_hurried->read_now(work);
            return "nothing";
        } catch (const DbError& error) {
            return error.kind() == DbError::Kind::unavailable ? "unavailable" : error.what();
        }
    }
    std::unique_ptr<db::Database> m_hurried;
};
KITH_BOTH_ENGINES(LongWork);

TEST_P(LongWork, OfAReaderStopsNoWriterAndNoOtherReader)
{
    Blocker blocker;
    std::thread reader([&] {
        EXPECT_TRUE(db().read([&](Tx& tx) {
            EXPECT_TRUE(count(tx));
            return blocker();
        }));
    });
    blocker.wait_until_it_runs();

    for (int number = 0; number < 100; ++number)
        db().sql("INSERT INTO settings (name, value) VALUES ($1, 'x')", std::to_string(number));
    EXPECT_EQ(db().read(count).value(), 100);

    blocker.release();
    reader.join();
}

TEST_P(LongWork, OfAWriterStopsNoReader)
{
    Blocker blocker;
    std::thread writer([&] {
        EXPECT_TRUE(db().write([&](Tx& tx) {
            tx.execute(k_put, "half", "x");
            return blocker();
        }));
    });
    blocker.wait_until_it_runs();

    EXPECT_EQ(db().read(count).value(), 0);

    blocker.release();
    writer.join();
    EXPECT_EQ(db().read(count).value(), 1);
}

TEST_P(LongWork, OfAReaderIsEndedInTheMiddleOfAStatement)
{
    EXPECT_EQ(end_of([](Tx& tx) -> Result<int> {
                  tx.query(k_endless);
                  return 1;
              }),
              "unavailable");

    EXPECT_EQ(m_hurried->read_now(count).value(), 0) << "the session can be used again";
}

TEST_P(LongWork, OfAReaderIsEndedBetweenStatements)
{
    EXPECT_EQ(end_of([](Tx& tx) -> Result<int> {
                  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
                  while (std::chrono::steady_clock::now() < deadline)
                      (void)count(tx);
                  return 1;
              }),
              "unavailable");

    EXPECT_EQ(m_hurried->read_now(count).value(), 0);
}

TEST(LongReads, KeepTheLogFromStartingOverButNoWriterFromWriting)
{
    TestDb db;
    const auto write = [&](int number) {
        const std::string large(1 << 20, static_cast<char>('a' + number % 26)); // what does not change would not be written
        db.sql("INSERT INTO settings (name, value) VALUES ('large', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value", large);
    };
    Blocker blocker;
    std::thread reader([&] {
        EXPECT_TRUE(db.read([&](Tx& tx) {
            EXPECT_TRUE(count(tx));
            return blocker();
        }));
    });
    blocker.wait_until_it_runs();

    for (int number = 0; number < 100; ++number)
        write(number);
    auto log = db.file();
    log += "-wal";
    EXPECT_GT(std::filesystem::file_size(log), 90U << 20);

    blocker.release();
    reader.join();
    for (int number = 0; number < 2000 && std::filesystem::file_size(log) > 70U << 20; ++number)
        write(number);
    EXPECT_LE(std::filesystem::file_size(log), 70U << 20) << "it has started over, and was cut";
}

} // namespace kith::tests

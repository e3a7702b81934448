// SPDX-License-Identifier: Apache-2.0
#include "server/db/sqlite/sqlite_checkpointer.h"

#include "server/db/sqlite/sqlite_database.h"
#include "tests/support/test_database.h"

#include <gtest/gtest.h>

#include <thread>

namespace kith::db {

using namespace std::chrono_literals;

namespace {

constexpr int k_very_long = 1 << 20; ///< frames: over 64 MiB
constexpr int k_more = 1 << 12;      ///< so much that the log is looked at again

class Checkpointer : public ::testing::Test {
protected:
    std::unique_ptr<sqlite::Connection> open(std::chrono::milliseconds patience = 0ms) const
    {
        auto connection = open_sqlite(folder.path() / "test.db", sqlite::Mode::create, patience);
        if (!connection)
            throw std::runtime_error(connection.error().message);
        return std::move(*connection);
    }
    /// Whether a write could begin right now.
    static bool may_write(sqlite::Connection& writer)
    {
        try {
            writer.execute("BEGIN IMMEDIATE; ROLLBACK");
            return true;
        } catch (const sqlite::SqliteError&) {
            return false;
        }
    }

    tests::TempDir folder;
};

} // namespace

TEST_F(Checkpointer, KeepsTheWriterWaitingOnceForALongReader)
{
    // Given a log that a reader needs, and that has grown since
    const auto writer = open();
    writer->execute("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)");
    const auto reader = open();
    reader->execute("BEGIN");
    ASSERT_EQ(reader->integer("SELECT count(*) FROM t"), 1);
    writer->execute("INSERT INTO t VALUES (2)");
    SqliteCheckpointer checkpointer(open(3s), 1h);

    // When the log should start over, which fails for the reader's sake
    checkpointer.log_has(k_very_long);
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    for (const bool free : {true, false})
        while (may_write(*writer) == free && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(1ms);
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);

    // Then the commits that follow, which ask for it again, find the writer's place free
    int refused = 0;
    int length = k_very_long;
    for (const auto until = std::chrono::steady_clock::now() + 300ms; std::chrono::steady_clock::now() < until;) {
        checkpointer.log_has(length += k_more);
        refused += may_write(*writer) ? 0 : 1;
    }
    EXPECT_EQ(refused, 0);
}

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#include "common/sqlite/connection.h"
#include "tests/support/test_database.h"

#include <atomic>
#include <thread>

namespace kith::tests {

using sqlite::Connection;
using sqlite::OpenOptions;
using sqlite::SqliteError;

namespace {

class SqliteWrapper : public ::testing::Test {
protected:
    std::unique_ptr<Connection> open(std::chrono::milliseconds busy = std::chrono::milliseconds{0})
    {
        OpenOptions options;
        options.file = m_folder.path() / "test.db";
        options.busy_timeout = busy;
        options.cached_statements = 4;
        return Connection::open(options).value();
    }
    const std::filesystem::path& folder() const { return m_folder.path(); }

private:
    TempDir m_folder;
};

SqliteError::Kind kind_thrown_by(const std::function<void()>& action)
{
    try {
        action();
    } catch (const SqliteError& error) {
        return error.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return SqliteError::Kind::machine;
}

} // namespace

TEST_F(SqliteWrapper, BindsByPositionAndByName)
{
    auto connection = open();
    auto statement = connection->prepare("SELECT :word, $2, $1, :nothing");
    statement.bind(":word", std::string_view{"w"}).bind("$1", std::int64_t{1}).bind(2, std::string_view{});

    ASSERT_TRUE(statement.step());
    EXPECT_EQ(statement.text(0), "w");
    EXPECT_EQ(statement.type(1), sqlite::Type::text);
    EXPECT_EQ(statement.text(1), "");
    EXPECT_EQ(statement.integer(2), 1);
    EXPECT_TRUE(statement.is_null(3));
    EXPECT_FALSE(statement.step());
    EXPECT_EQ(statement.numbered_positions(), (std::vector<int>{3, 2}));
    EXPECT_EQ(kind_thrown_by([&] { statement.bind("$7", std::int64_t{1}); }), SqliteError::Kind::bug);
}

TEST_F(SqliteWrapper, GivesTheSameStatementToTwoUsersAtOnce)
{
    auto connection = open();
    auto first = connection->prepare("SELECT $1");
    auto second = connection->prepare("SELECT $1");
    first.bind(1, std::int64_t{1});
    second.bind(1, std::int64_t{2});

    ASSERT_TRUE(first.step());
    ASSERT_TRUE(second.step());
    EXPECT_EQ(first.integer(0), 1);
    EXPECT_EQ(second.integer(0), 2);
}

TEST_F(SqliteWrapper, ForgetsBindingsWhenAStatementGoesBackToTheCache)
{
    auto connection = open();
    for (int round = 0; round < 20; ++round) {
        connection->prepare("SELECT $1").bind(1, std::int64_t{1}).run();
        EXPECT_EQ(connection->integer("SELECT $1 IS NULL"), 1);
        auto again = connection->prepare("SELECT $1");
        ASSERT_TRUE(again.step());
        EXPECT_TRUE(again.is_null(0));
        EXPECT_EQ(connection->integer("SELECT " + std::to_string(round)), round);
    }
}

TEST_F(SqliteWrapper, RefusesNoStatementAndMoreThanOne)
{
    auto connection = open();

    EXPECT_EQ(kind_thrown_by([&] { connection->prepare(""); }), SqliteError::Kind::bug);
    EXPECT_EQ(kind_thrown_by([&] { connection->prepare("SELECT 1; DROP TABLE x"); }), SqliteError::Kind::bug);
    EXPECT_NO_THROW(connection->prepare("SELECT 1; "));
}

TEST_F(SqliteWrapper, TellsErrorsApart)
{
    auto connection = open();
    connection->execute("CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
    auto other = open();

    EXPECT_EQ(kind_thrown_by([&] { connection->execute("INSERT INTO t VALUES (1)"); }), SqliteError::Kind::constraint);
    connection->execute("BEGIN IMMEDIATE");
    EXPECT_EQ(kind_thrown_by([&] { other->execute("BEGIN IMMEDIATE"); }), SqliteError::Kind::busy);
    connection->execute("ROLLBACK");
    connection->execute("PRAGMA query_only = ON");
    EXPECT_EQ(kind_thrown_by([&] { connection->execute("DELETE FROM t"); }), SqliteError::Kind::read_only);
}

TEST_F(SqliteWrapper, IsInterruptedFromAnotherThread)
{
    auto connection = open();
    std::atomic<bool> stopped{false};
    std::thread other([&] {
        while (!stopped) {
            connection->interrupt();
            std::this_thread::yield();
        }
    });

    const auto kind = kind_thrown_by([&] {
        connection->integer("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT count(*) FROM n");
    });
    stopped = true;
    other.join();

    EXPECT_EQ(kind, SqliteError::Kind::interrupted);
}

TEST_F(SqliteWrapper, SeesThatAnotherConnectionCommitted)
{
    auto connection = open();
    auto other = open();
    connection->execute("CREATE TABLE t (a INTEGER)");
    const auto before = connection->data_version();

    connection->execute("INSERT INTO t VALUES (1)");
    EXPECT_EQ(connection->data_version(), before);
    other->execute("INSERT INTO t VALUES (2)");

    EXPECT_NE(connection->data_version(), before);
}

TEST_F(SqliteWrapper, CopiesItsLogBackAndChecksItself)
{
    auto connection = open();
    int frames = 0;
    connection->execute("PRAGMA journal_mode = WAL");
    connection->on_commit([&](int count) { frames = count; });
    connection->execute("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)");

    EXPECT_GT(frames, 0);
    EXPECT_TRUE(connection->checkpoint(sqlite::Checkpoint::passive).complete());
    EXPECT_EQ(connection->checkpoint(sqlite::Checkpoint::truncate).frames, 0);
    EXPECT_TRUE(connection->integrity_check().empty());
}

TEST_F(SqliteWrapper, RefusesAKeyWithoutEncryption)
{
    const std::vector<std::byte> key(32);
    OpenOptions options;
    options.file = folder() / "secret.db";
    options.key = key;

    EXPECT_FALSE(Connection::open(options));
}

} // namespace kith::tests

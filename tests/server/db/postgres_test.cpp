// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_cluster.h"
#include "tests/support/patience.h"
#include "tests/support/test_database.h"

#include <chrono>
#include <thread>

namespace kith::tests {

using db::DbError;
using db::Query;
using db::Tx;

namespace {

constexpr Query k_put{"test.put", "INSERT INTO settings (name, value) VALUES ($1, $2)"};

std::string kill_others(const std::string& connection)
{
    return "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = '"
        + connection.substr(connection.rfind('=') + 1) + "'";
}

} // namespace

class PostgresSessions : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!PostgresCluster::available())
            GTEST_SKIP() << PostgresCluster::why_not();
        m_db.emplace(Engine::postgres);
    }
    TestDb& db() { return *m_db; }

private:
    std::optional<TestDb> m_db;
};

TEST_F(PostgresSessions, ThatWereLostWhileIdleAreOpenedAnewUnnoticed)
{
    for (int count = 0; count < 20; ++count)
        db().sql("INSERT INTO settings (name, value) VALUES ($1, 'x')", std::to_string(count));

    PostgresCluster::instance().execute(kill_others(db().connection()));

    for (int count = 20; count < 40; ++count)
        EXPECT_NO_THROW(db().sql("INSERT INTO settings (name, value) VALUES ($1, 'x')", std::to_string(count)));
    EXPECT_EQ(db().sql("SELECT COUNT(*) FROM settings").at(0).integer(0), 40);
}

TEST_F(PostgresSessions, ThatAreLostInTheMiddleFailTheirWorkOnly)
{
    int runs = 0;
    const auto work = [&](Tx& tx) -> Result<int> {
        ++runs;
        tx.execute(k_put, "half", "x");
        PostgresCluster::instance().execute(kill_others(db().connection()));
        tx.execute(k_put, "other half", "x");
        return 1;
    };

    try {
        (void)db().write(work);
        ADD_FAILURE() << "nothing was thrown";
    } catch (const DbError& error) {
        EXPECT_EQ(error.kind(), DbError::Kind::unavailable) << error.what();
    }

    EXPECT_EQ(runs, 1);
    EXPECT_EQ(db().sql("SELECT COUNT(*) FROM settings").at(0).integer(0), 0);
}

TEST_F(PostgresSessions, ComeBackWhenTheServerRefusedThemForAWhile)
{
    const auto name = db().connection().substr(db().connection().rfind('=') + 1);
    PostgresCluster::instance().execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
    PostgresCluster::instance().execute(kill_others(db().connection()));
    for (int count = 0; count < 8; ++count) {
        EXPECT_THROW(db().sql("SELECT 1"), DbError);
    }

    PostgresCluster::instance().execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");

    const auto deadline = std::chrono::steady_clock::now() + k_patience;
    bool back = false;
    while (!back && std::chrono::steady_clock::now() < deadline) {
        try {
            back = db().sql("SELECT 1").size() == 1;
        } catch (const DbError& error) {
            EXPECT_EQ(error.kind(), DbError::Kind::unavailable);
            std::this_thread::yield();
        }
    }
    EXPECT_TRUE(back);
}

TEST_F(PostgresSessions, AreSetUpAsTheServerNeedsThem)
{
    const auto setting = [&](const char* name) { return db().sql("SELECT current_setting($1)", name).at(0).text(0); };

    EXPECT_EQ(setting("statement_timeout"), "30s");
    EXPECT_EQ(setting("lock_timeout"), "10s");
    EXPECT_EQ(setting("idle_in_transaction_session_timeout"), "1min");
    EXPECT_EQ(setting("TimeZone"), "UTC");
    EXPECT_EQ(setting("client_encoding"), "UTF8");
    EXPECT_EQ(setting("transaction_isolation"), "read committed");
}

TEST_F(PostgresSessions, DoNotPutValuesIntoErrors)
{
    db().sql("INSERT INTO settings (name, value) VALUES ('very-private', 'x')");
    try {
        db().sql("INSERT INTO settings (name, value) VALUES ($1, 'x')", "very-private");
        ADD_FAILURE() << "nothing was thrown";
    } catch (const DbError& error) {
        EXPECT_EQ(std::string(error.what()).find("very-private"), std::string::npos) << error.what();
    }
}

} // namespace kith::tests

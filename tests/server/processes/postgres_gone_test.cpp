// SPDX-License-Identifier: Apache-2.0
// What a server does while PostgreSQL is away or does not answer, and afterwards.
#include "tests/support/kithd_process.h"
#include "tests/support/postgres_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

namespace kith::tests {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class PostgresGone : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!PostgresCluster::available())
            GTEST_SKIP() << PostgresCluster::why_not();
        m_connection = PostgresCluster::instance().create_database();
        // The tests' server leaves that out for speed; here it is about what was acknowledged before a crash.
        sql("ALTER DATABASE " + m_connection.substr(m_connection.rfind('=') + 1) + " SET synchronous_commit = on");
        KithdOptions options;
        options.postgres = m_connection;
        m_server = std::make_unique<KithdProcess>(options);
        m_alice = std::make_unique<HttpClient>(m_server->sign_up("alice"));
    }
    void TearDown() override { m_server.reset(); }

    std::string sql(const std::string& statement) const { return capture({"psql", "-XAtc", statement, m_connection}); }
    KithdProcess& server() { return *m_server; }
    HttpAnswer post(const std::string& text) { return m_alice->post("/api/v1/statuses", json::object{{"status", text}}); }
    std::string home() { return m_alice->get("/api/v1/timelines/home").body; }
    int ready() { return m_server->client().get("/health/ready").status; }

    /// Each answer comes, within the client's patience of 15 s, and says what is so.
    void expect_that_it_says_so()
    {
        for (int round = 0; round < 3; ++round) {
            const auto answer = post("while it is away");
            EXPECT_EQ(answer.status, 503) << answer.body;
            EXPECT_THAT(answer.error(), HasSubstr("try again"));
        }
        EXPECT_EQ(ready(), 503);
        EXPECT_EQ(m_server->client().get("/health/live").status, 200);
        EXPECT_EQ(m_alice->get("/api/v1/timelines/home").status, 503);
    }
    void expect_that_it_goes_on()
    {
        EXPECT_TRUE(eventually([&] { return ready() == 200; }, 20s));
        EXPECT_TRUE(eventually([&] { return post("after").status == 200; }, 20s));
        // Each session finds back by itself, within 5 s: another request may meet one that has not yet.
        EXPECT_TRUE(eventually([&] { return home().find("after") != std::string::npos; }, 20s)) << home();
        EXPECT_THAT(home(), HasSubstr("before"));
        EXPECT_EQ(home().find("while it is away"), std::string::npos);
        // A job that can only fail: whoever takes it up shows that jobs are run.
        sql("INSERT INTO jobs (id, kind, payload, run_at, created_at) VALUES (1, 'deliver', '{}', 0, 0)");
        EXPECT_TRUE(eventually([&] { return sql("SELECT COUNT(*) FROM jobs WHERE id = 1 AND attempts = 0") == "0\n"; }, 20s));
    }

private:
    std::string m_connection;
    std::unique_ptr<KithdProcess> m_server;
    std::unique_ptr<HttpClient> m_alice;
};

TEST_F(PostgresGone, IsSaidAtOnceAndIsOverWithoutARestart)
{
    ASSERT_EQ(post("before").status, 200);

    PostgresCluster::instance().stop();
    expect_that_it_says_so();
    EXPECT_TRUE(server().wait_for_log("Cannot connect to PostgreSQL."));
    EXPECT_TRUE(server().wait_for_log("What other processes say cannot be heard"));

    PostgresCluster::instance().start();
    expect_that_it_goes_on();
    EXPECT_TRUE(server().wait_for_log("What other processes say is heard again"));
}

TEST_F(PostgresGone, WithoutAWordIsSaidInTimeToo)
{
    ASSERT_EQ(post("before").status, 200);
    std::vector<pid_t> processes{PostgresCluster::instance().id()};
    std::istringstream sessions(sql("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"));
    for (pid_t id = 0; sessions >> id;)
        processes.push_back(id);
    const auto signal_all = [&](int number) {
        for (const auto id : processes)
            ::kill(id, number);
    };

    signal_all(SIGSTOP);
    expect_that_it_says_so();
    EXPECT_TRUE(server().wait_for_log("does not answer"));

    signal_all(SIGCONT);
    expect_that_it_goes_on();
}

} // namespace kith::tests

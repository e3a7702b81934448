// SPDX-License-Identifier: Apache-2.0
// Processes that count rates together in Redis, and what they do without it.
#include "tests/support/kithd_process.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/redis_server.h"

#include <gtest/gtest.h>

#include <optional>

namespace kith::tests {

namespace {

class WithRedis : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!PostgresCluster::available())
            GTEST_SKIP() << PostgresCluster::why_not();
        if (!RedisServer::available())
            GTEST_SKIP() << RedisServer::why_not();
        m_redis.emplace();
    }
    KithdProcess& start(const std::string& address)
    {
        KithdOptions options;
        options.postgres = PostgresCluster::instance().create_database();
        options.cluster = true;
        options.settings = {{"KITH_RATE_LIMIT_ENABLED", "true"}, {"KITH_REDIS_ADDRESS", address}};
        return m_server.emplace(options);
    }
    KithdProcess& start() { return start(m_redis->address()); }
    RedisServer& redis() { return *m_redis; }

    /// Signs in with a wrong password, at one process and the other in turn, until one says to wait.
    static int guesses_until_refused(const KithdProcess& server)
    {
        for (int guess = 1; guess <= 20; ++guess) {
            const auto answer = server.client().post(
                "/api/kith/v1/session", json::object{{"username", "mira"}, {"password", "a wrong password"}});
            if (answer.status == 429)
                return guess;
            EXPECT_EQ(answer.status, 401) << answer.body;
        }
        return 0;
    }
    static int times(const KithdProcess& server, const std::string& line)
    {
        const auto log = server.log_text();
        int count = 0;
        for (auto at = log.find(line); at != std::string::npos; at = log.find(line, at + 1))
            ++count;
        return count;
    }

private:
    std::optional<RedisServer> m_redis;
    std::optional<KithdProcess> m_server;
};

constexpr const char* k_together = "Rates are counted together";
constexpr const char* k_alone = "Redis does not answer.";
// Five guesses are free, the sixth makes everybody wait; a process hears of the other's guess while it checks its own.
constexpr int k_refused_together = 7;

} // namespace

TEST_F(WithRedis, AWrongPasswordAtOneProcessCountsAtTheOther)
{
    auto& server = start();
    ASSERT_TRUE(eventually([&] { return times(server, k_together) >= 3; })) << server.log_text();
    server.sign_up("mira");

    const int refused = guesses_until_refused(server);

    EXPECT_GE(refused, k_refused_together);
    EXPECT_LE(refused, k_refused_together + 1);
}

TEST_F(WithRedis, WhoseAddressIsWrongEachProcessCountsForItselfAndSaysSo)
{
    auto& server = start("unix:/nonexistent/redis.sock");
    ASSERT_TRUE(eventually([&] { return times(server, k_alone) >= 3; })) << server.log_text();
    server.sign_up("mira");

    EXPECT_GT(guesses_until_refused(server), k_refused_together + 2);

    const auto doctor = server.run({"doctor"});
    EXPECT_EQ(doctor.status, 1);
    EXPECT_NE(doctor.output.find("FAIL  Redis does not answer: "), std::string::npos) << doctor.output;
}

TEST_F(WithRedis, NobodyNoticesThatItIsGone)
{
    auto& server = start();
    ASSERT_TRUE(eventually([&] { return times(server, k_together) >= 3; })) << server.log_text();
    const auto mira = server.sign_up("mira");

    redis().kill();
    for (int request = 0; request < 20; ++request)
        EXPECT_EQ(mira.get("/api/v1/accounts/verify_credentials").status, 200);
    EXPECT_TRUE(eventually([&] { return times(server, k_alone) >= 3; })) << server.log_text();
    EXPECT_EQ(mira.post("/api/v1/statuses", json::object{{"status", "hello"}}).status, 200);
    EXPECT_EQ(server.client().get("/health/ready").status, 200);

    redis().start();
    EXPECT_TRUE(eventually([&] { return times(server, k_together) >= 6; })) << server.log_text();
    const auto doctor = server.run({"doctor"});
    EXPECT_NE(doctor.output.find("ok    Redis answers."), std::string::npos) << doctor.output;
    EXPECT_EQ(doctor.output.find(redis().address()), std::string::npos) << "it may hold a password";
}

} // namespace kith::tests

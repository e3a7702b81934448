// SPDX-License-Identifier: Apache-2.0
// Two web processes and a worker on one PostgreSQL; what they answer is tested where one process is (server/api).
#include "tests/support/servers.h"

#include <set>

namespace kith::tests {

class Cluster : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (const auto why_not = why_not_on(Engine::cluster); !why_not.empty())
            GTEST_SKIP() << why_not;
        m_server = std::make_unique<KithdProcess>(options_on(Engine::cluster));
    }
    KithdProcess& server() { return *m_server; }
    /// What so many connections in a row are answered, which reach both.
    static std::set<int> statuses_of(const HttpClient& person)
    {
        std::set<int> statuses;
        for (int number = 0; number < 4; ++number)
            statuses.insert(person.get("/api/v1/accounts/verify_credentials").status);
        return statuses;
    }

private:
    std::unique_ptr<KithdProcess> m_server;
};

TEST_F(Cluster, GivesIdsThatTellTheProcessesApart)
{
    const auto mira = server().sign_up("mira");
    std::set<std::int64_t> numbers;
    for (int number = 0; number < 6; ++number) {
        const auto status = mira.post("/api/v1/statuses", json::object{{"status", "hello"}}).json();
        numbers.insert(std::stoll(std::string{status.at("id").as_string()}) >> 10 & 63);
    }
    EXPECT_EQ(numbers.size(), 2U);
    EXPECT_FALSE(numbers.contains(0));
}

TEST_F(Cluster, HeedsACommandInEveryProcessWithinTwoSeconds)
{
    const auto mira = server().sign_up("mira");
    ASSERT_EQ(statuses_of(mira), std::set<int>{200});

    ASSERT_EQ(server().run({"account", "suspend", "mira"}).status, 0);
    EXPECT_TRUE(eventually([&] { return statuses_of(mira) == std::set<int>{403}; }, std::chrono::seconds{2}));

    ASSERT_EQ(server().run({"account", "unsuspend", "mira"}).status, 0);
    EXPECT_TRUE(eventually([&] { return statuses_of(mira) == std::set<int>{200}; }, std::chrono::seconds{2}));
}

TEST_F(Cluster, ForgetsATokenInEveryProcessWhenOneRevokesIt)
{
    const auto mira = server().sign_up("mira");
    ASSERT_EQ(statuses_of(mira), std::set<int>{200});

    EXPECT_EQ(mira.post("/oauth/revoke", json::object{{"token", mira.token()}}).status / 100, 2);

    EXPECT_TRUE(eventually([&] { return statuses_of(mira) == std::set<int>{401}; }, std::chrono::seconds{2}));
}

} // namespace kith::tests

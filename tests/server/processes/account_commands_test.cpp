// SPDX-License-Identifier: Apache-2.0
// kithd account …, beside a server that runs.
#include "tests/support/servers.h"

#include <gmock/gmock.h>

namespace kith::tests {

using ::testing::HasSubstr;

class AccountCommands : public ::testing::TestWithParam<Engine> {
protected:
    void SetUp() override
    {
        if (const auto why_not = why_not_on(GetParam()); !why_not.empty())
            GTEST_SKIP() << why_not;
        m_server = std::make_unique<KithdProcess>(options_on(GetParam()));
    }
    KithdProcess& server() { return *m_server; }
    void run(const std::vector<std::string>& arguments, const std::string& input = {})
    {
        const auto done = server().run(arguments, {}, input);
        ASSERT_EQ(done.status, 0) << done.errors;
    }
    static int status_of(const HttpClient& person) { return person.get("/api/v1/accounts/verify_credentials").status; }
    /// At every process: connections go to a cluster's two in turn.
    static bool everywhere(const HttpClient& person, int status) { return status_of(person) == status && status_of(person) == status; }
    int sign_in(const std::string& name, const std::string& password)
    {
        json::object form;
        form["username"] = name;
        form["password"] = password;
        return server().client().post("/api/kith/v1/session", form).status;
    }

private:
    std::unique_ptr<KithdProcess> m_server;
};
INSTANTIATE_TEST_SUITE_P(On, AccountCommands, KITH_SERVERS, engine_name);

TEST_P(AccountCommands, SuspendShutsTheAccountOutWithinTwoSecondsAndUnsuspendLetsItIn)
{
    const auto mira = server().sign_up("mira");
    const auto tomas = server().sign_up("tomas");
    ASSERT_EQ(status_of(mira), 200);

    run({"account", "suspend", "mira"});

    EXPECT_TRUE(eventually([&] { return everywhere(mira, 403); }, std::chrono::seconds{2}));
    EXPECT_THAT(mira.get("/api/v1/timelines/home").body, HasSubstr("suspended"));
    EXPECT_NE(sign_in("mira", KithdProcess::k_password), 200);
    EXPECT_EQ(status_of(tomas), 200);
    EXPECT_THAT(server().run({"account", "list"}).output, HasSubstr("suspended"));

    run({"account", "unsuspend", "@mira"});

    EXPECT_TRUE(eventually([&] { return everywhere(mira, 200); }, std::chrono::seconds{2}));
    EXPECT_EQ(sign_in("mira", KithdProcess::k_password), 200);
}

TEST_P(AccountCommands, ResetPasswordEndsEveryTokenAndTheOldPassword)
{
    const auto mira = server().sign_up("mira");

    run({"account", "reset-password", "mira"}, "a wholly new one\n");

    EXPECT_TRUE(eventually([&] { return everywhere(mira, 401); }, std::chrono::seconds{2}));
    EXPECT_NE(sign_in("mira", KithdProcess::k_password), 200);
    EXPECT_EQ(sign_in("mira", "a wholly new one"), 200);
}

TEST_P(AccountCommands, SetRoleIsSeenByTheAccount)
{
    const auto mira = server().sign_up("mira");
    const auto role = [&] { return mira.get("/api/v1/accounts/verify_credentials").body; };
    ASSERT_THAT(role(), ::testing::Not(HasSubstr("\"Admin\"")));

    run({"account", "set-role", "mira", "admin"});

    EXPECT_TRUE(eventually([&] { return role().find("\"Admin\"") != std::string::npos; }, std::chrono::seconds{2})) << role();
}

TEST_P(AccountCommands, SayWhatIsWrongAndChangeNothing)
{
    const auto mira = server().sign_up("mira");
    const auto refused = [&](const std::vector<std::string>& arguments, const std::string& words, const std::string& input = {}) {
        const auto done = server().run(arguments, {}, input);
        EXPECT_EQ(done.status, 1) << done.output;
        EXPECT_THAT(done.errors, HasSubstr(words));
    };
    // Made in the background at the first start.
    ASSERT_TRUE(eventually([&] { return server().client().get("/actor").status == 200; }));
    refused({"account", "suspend", "nobody"}, "no account nobody");
    refused({"account", "unsuspend", "mira"}, "not suspended");
    refused({"account", "suspend", "instance.actor"}, "cannot be suspended");
    refused({"account", "set-role", "mira", "king"}, "user, moderator or admin");
    refused({"account", "reset-password", "mira"}, "No password");
    refused({"account", "reset-password", "mira"}, "", "short\n");
    EXPECT_EQ(status_of(mira), 200);
}

} // namespace kith::tests

// SPDX-License-Identifier: Apache-2.0
// Routes whose queries nothing else reaches, and what the route adds to the service: paging headers, access.
#include "server/http/caching.h"
#include "tests/server/features/people.h"
#include "tests/server/features/stage.h"

#include <gmock/gmock.h>

namespace kith::tests {

using ::testing::HasSubstr;
using ::testing::Not;

class Routes : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        stage.emplace(db());
        token = stage->sign_up("mira");
        mira = *db().read([](Tx& tx) -> Result<std::optional<Account>> {
                        return accounts::find_by_handle(tx, "mira", {});
                    })
                    .value();
    }
    void TearDown() override
    {
        stage.reset();
        BothEngines::TearDown();
    }
    std::optional<Stage> stage;
    std::string token;
    Account mira;
};
KITH_BOTH_ENGINES(Routes);

TEST_P(Routes, OfTheInstanceCountPeopleAndPosts)
{
    post(db(), mira);
    add_remote(db(), "far", "harbour.example");
    db().write([&](Tx& tx) -> Result<void> {
            return accounts::touch_activity(tx, mira.id), Result<void>{};
        })
        .value();

    const auto v1 = Stage::json_of(stage->get("/api/v1/instance"));
    EXPECT_EQ(v1.at("stats").at("user_count").to_number<int>(), 1);
    EXPECT_EQ(v1.at("stats").at("status_count").to_number<int>(), 1);
    EXPECT_EQ(v1.at("stats").at("domain_count").to_number<int>(), 1);
    const auto v2 = Stage::json_of(stage->get("/api/v2/instance"));
    EXPECT_EQ(v2.at("usage").at("users").at("active_month").to_number<int>(), 1);
    EXPECT_TRUE(v2.at("registrations").at("enabled").as_bool());
    EXPECT_EQ(v2.at("configuration").at("urls").at("streaming").as_string(), "wss://test.example");
    EXPECT_EQ(stage->get("/health/ready").status, 200);
    const auto nodeinfo = Stage::json_of(stage->get("/nodeinfo/2.0"));
    EXPECT_EQ(nodeinfo.at("usage").at("users").at("activeMonth").to_number<int>(), 1);
}

TEST_P(Routes, OfListsSayWhereTheNextPageIs)
{
    for (int i = 0; i < 3; ++i)
        post(db(), mira);
    const auto page = stage->get("/api/v1/timelines/home?limit=2&min_id=0&x=1", token);
    const auto ids = Stage::json_of(page);
    ASSERT_EQ(ids.as_array().size(), 2U);

    const std::string link{*page.headers.find("Link")};

    EXPECT_EQ(link, "<https://test.example/api/v1/timelines/home?limit=2&x=1&max_id=" +
                        text_of(ids.at(1), "id") + ">; rel=\"next\", <https://test.example/api/v1/timelines/home?limit=2&x=1&min_id=" +
                        text_of(ids.at(0), "id") + ">; rel=\"prev\"");
    EXPECT_FALSE(stage->get("/api/v1/timelines/home?max_id=1", token).headers.find("Link"))
        << "an empty page leads nowhere";
}

TEST_P(Routes, OfRelationshipsLeaveOutWhoIsNotThere)
{
    const auto tomas = add_person(db(), "tomas");
    follow(db(), mira, tomas);

    const auto found = Stage::json_of(stage->get(
        "/api/v1/accounts/relationships?id[]=77&id[]=" + tomas.id.to_string() + "&id[]=x", token));

    ASSERT_EQ(found.as_array().size(), 1U);
    EXPECT_TRUE(found.at(0).at("following").as_bool());
}

TEST_P(Routes, OfFollowersHaveAFullSetOfPages)
{
    for (int i = 0; i < 3; ++i)
        follow(db(), add_person(db(), "fan" + std::to_string(i)), mira);
    std::vector<std::string> names;
    std::string target = "/api/v1/accounts/" + mira.id.to_string() + "/followers?limit=2";
    while (!target.empty()) {
        const auto page = stage->get(target);
        const auto people = Stage::json_of(page);
        for (const auto& account : people.as_array())
            names.push_back(text_of(account, "username"));
        const auto link = page.headers.find("Link");
        target = link ? std::string{link->substr(21, link->find('>') - 21)} : ""; // without <https://test.example
    }

    EXPECT_THAT(names, ::testing::ElementsAre("fan2", "fan1", "fan0"));
}

TEST_P(Routes, OfNotificationsTakeTypes)
{
    const auto tomas = add_person(db(), "tomas");
    follow(db(), tomas, mira);
    auto wanted = draft("Hello");
    wanted.mentions = {mira.id};
    post(db(), tomas, wanted);
    const auto types = [&](const std::string& query) {
        std::string all;
        const auto found = Stage::json_of(stage->get("/api/v1/notifications" + query, token));
        for (const auto& item : found.as_array())
            all += text_of(item, "type") + " ";
        return all;
    };

    EXPECT_EQ(types(""), "mention follow ");
    EXPECT_EQ(types("?exclude_types[]=follow&exclude_types[]=reblog"), "mention ");
    EXPECT_EQ(types("?types[]=follow"), "follow ");
    EXPECT_EQ(types("?types[]=poll"), "");
    EXPECT_EQ(types("?types[]=follow&min_id=0"), "follow ");
    EXPECT_EQ(types("?account_id=" + tomas.id.to_string()), "mention follow ");
    EXPECT_EQ(types("?account_id=" + mira.id.to_string()), "");
}

TEST_P(Routes, OfNotificationsAreDismissedByTheirOwnerOnly)
{
    const auto other = stage->sign_up("tomas");
    const auto tomas = *db().read([](Tx& tx) -> Result<std::optional<Account>> {
                                return accounts::find_by_handle(tx, "tomas", {});
                            })
                            .value();
    follow(db(), tomas, mira);
    const auto id = text_of(Stage::json_of(stage->get("/api/v1/notifications", token)).at(0), "id");

    EXPECT_EQ(stage->post("/api/v1/notifications/" + id + "/dismiss", {}, other).status, 200);
    EXPECT_EQ(stage->get("/api/v1/notifications/" + id, token).status, 200) << "still there";
    EXPECT_EQ(stage->get("/api/v1/notifications/" + id, other).status, 404);
    EXPECT_EQ(stage->post("/api/v1/notifications/" + id + "/dismiss", {}, token).status, 200);
    EXPECT_EQ(stage->get("/api/v1/notifications/" + id, token).status, 404);

    follow(db(), add_person(db(), "fan"), mira);
    EXPECT_EQ(stage->post("/api/v1/notifications/clear", {}, token).body, "{}");
    EXPECT_EQ(stage->get("/api/v1/notifications", token).body, "[]");
}

TEST_P(Routes, OfThePagesForPeopleShowWhatIsPublic)
{
    auto wanted = draft("Hello world");
    wanted.tags = {{"hi", "hi"}};
    const auto open = post(db(), mira, wanted);
    const auto narrow = post(db(), mira, "For few", Audience::followers);

    EXPECT_THAT(stage->get("/@mira").body, HasSubstr("Hello world"));
    EXPECT_THAT(stage->get("/@mira").body, Not(HasSubstr("For few")));
    EXPECT_EQ(stage->get("/@mira/" + open.id.to_string()).status, 200);
    EXPECT_EQ(stage->get("/@mira/" + narrow.id.to_string()).status, 404);
    EXPECT_EQ(stage->get("/@nobody").status, 404);
    EXPECT_EQ(stage->get("/@instance.actor").status, 404);
    EXPECT_THAT(stage->get("/tags/HI").body, HasSubstr("Hello world"));
    EXPECT_THAT(stage->get("/").body, HasSubstr("test.example"));
}

TEST_P(Routes, OfTheSearchFindAccountsInEveryForm)
{
    add_remote(db(), "far", "harbour.example");
    const auto finds = [&](const std::string& text) {
        const auto found =
            Stage::json_of(stage->get("/api/v2/search?q=" + percent_encoded(text), token)).at("accounts");
        return found.as_array().empty() ? std::string{} : text_of(found.at(0), "acct");
    };

    for (const auto* text : {"mira", "@mira", "MIRA", "@mira@test.example",
                             "https://test.example/@mira", "https://test.example/users/mira", " mira "})
        EXPECT_EQ(finds(text), "mira") << text;
    for (const auto* text : {"far@harbour.example", "@far@harbour.example", "https://harbour.example/users/far"})
        EXPECT_EQ(finds(text), "far@harbour.example") << text;
    for (const auto* text : {"nobody", "far", "instance.actor", "@@", "https://", "mira@", "https://test.example/@mira/1"})
        EXPECT_EQ(finds(text), "") << text;
    EXPECT_EQ(stage->get("/api/v2/search?q=%20").status, 422);
}

TEST_P(Routes, AskOtherServersForTheSignedInOnly)
{
    const auto ask = [&](const std::string& with) {
        return stage->get("/api/v2/search?resolve=true&q=somebody@harbour.example", with).status;
    };

    EXPECT_EQ(ask({}), 200);
    EXPECT_TRUE(stage->network.requests.empty());
    EXPECT_EQ(ask(token), 200);
    ASSERT_EQ(stage->network.requests.size(), 1U);
    EXPECT_THAT(stage->network.requests[0].url,
                HasSubstr("https://harbour.example/.well-known/webfinger"));
}

TEST_P(Routes, OfPublicDocumentsAnswerNotModifiedToWhoHasThem)
{
    const auto about = "/.well-known/webfinger?resource=acct:mira@test.example";
    for (const std::string target : {"/api/v1/instance", "/api/v2/instance", "/nodeinfo/2.0", "/nodeinfo/2.1", "/.well-known/nodeinfo",
                                     "/.well-known/host-meta", "/.well-known/oauth-authorization-server", about, about, "/users/mira",
                                     "/actor", "/avatar.svg", "/header.svg"}) {
        const auto first = stage->get(target, {}, "application/activity+json");
        ASSERT_EQ(first.status, 200) << target;
        EXPECT_THAT(std::string{first.headers.find("Cache-Control").value_or("")}, ::testing::StartsWith("public, max-age=")) << target;
        http::Request again;
        again.headers.add("If-None-Match", std::string{first.headers.find("ETag").value_or("")});
        auto second = stage->get(target, {}, "application/activity+json");

        http::apply_conditions(again, second); // what the connection does

        EXPECT_EQ(second.status, 304) << target;
        EXPECT_EQ(second.body, "") << target;
    }
}

} // namespace kith::tests

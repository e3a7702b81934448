// SPDX-License-Identifier: Apache-2.0
#include "app/features/people/people_model.h"

#include "app/services/services.h"
#include "tests/app/unit/app_test.h"
#include "tests/app/unit/home_server.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using people::PeopleModel;

namespace {

struct PeopleModelTest : testing::Test {
    HomeServer server;
    std::shared_ptr<store::Store> store = memory_store();
    services::Services services{store, services::Network::Yes};
    PeopleModel model;

    PeopleModelTest()
    {
        services.api.set_server(server.url());
        services.api.set_token("token-1");
        services.people.start(a_viewer());
        services.home.start(a_viewer());
        model.attach(services);
    }
    ~PeopleModelTest() override { model.detach(); }

    bool search(const char* text)
    {
        model.search(QString::fromUtf8(text));
        return soon([&] { return model.phase() != QLatin1String("searching"); });
    }
};

} // namespace

TEST_F(PeopleModelTest, FindsAHandleAndKnowsOneself)
{
    server.people = {an_account("1", "mira"), an_account("2", "tomas@harbour.example")};
    ASSERT_TRUE(search(" tomas@harbour.example "));
    EXPECT_EQ(model.phase(), QStringLiteral("ready"));
    EXPECT_EQ(column(model, "relation"),
              (QStringList{QStringLiteral("self"), QStringLiteral("none")}));
    EXPECT_EQ(column(model, "handle").last(), QStringLiteral("@tomas@harbour.example"));
    EXPECT_EQ(server.requests.front().query.queryItemValue(QStringLiteral("resolve")), QStringLiteral("true"));
}

TEST_F(PeopleModelTest, SaysThatThereIsNobody)
{
    ASSERT_TRUE(search("nobody"));
    EXPECT_EQ(model.phase(), QStringLiteral("none"));
    ASSERT_TRUE(search("   "));
    EXPECT_EQ(model.phase(), QStringLiteral("idle"));
}

TEST_F(PeopleModelTest, FollowsAndUnfollows)
{
    server.people = {an_account("2", "tomas@harbour.example")};
    ASSERT_TRUE(search("tomas"));
    model.follow(QStringLiteral("2"));
    EXPECT_TRUE(value(model, 0, "busy").toBool());
    ASSERT_TRUE(
        soon([&] { return value(model, 0, "relation").toString() == QLatin1String("following"); }));
    EXPECT_TRUE(soon([&] {
        return server.count_requests("GET", QStringLiteral("/api/v1/timelines/home")) == 1;
    })) << "the newest page is read again";
    ASSERT_TRUE(soon([&] { return !value(model, 0, "busy").toBool(); }));
    model.unfollow(QStringLiteral("2"));
    EXPECT_TRUE(soon([&] { return value(model, 0, "relation").toString() == QLatin1String("none"); }));
}

TEST_F(PeopleModelTest, WaitsForAYesFromElsewhere)
{
    server.people = {an_account("2", "tomas@harbour.example")};
    server.follow_is_requested = true;
    ASSERT_TRUE(search("tomas"));
    model.follow(QStringLiteral("2"));
    ASSERT_TRUE(
        soon([&] { return value(model, 0, "relation").toString() == QLatin1String("requested"); }));

    server.before = [](const HttpRequest& request) -> std::optional<HttpReply> {
        if (!request.path.endsWith(QLatin1String("/relationships")))
            return std::nullopt;
        api::Relationship relationship;
        relationship.id = "2";
        relationship.following = true;
        return HttpReply{.body = to_json_bytes(json::array{api::to_json(relationship)})};
    };

    EXPECT_TRUE(
        soon([&] { return value(model, 0, "relation").toString() == QLatin1String("following"); }));
}

TEST_F(PeopleModelTest, FindsKnownPeopleWithoutANetwork)
{
    auto tomas = an_account("2", "tomas@harbour.example");
    tomas.display_name = "Tomás Berg";
    server.people = {tomas};
    ASSERT_TRUE(search("tomas"));
    server.go_away();

    ASSERT_TRUE(search("tomas b"));

    EXPECT_EQ(model.phase(), QStringLiteral("ready"));
    EXPECT_EQ(model.count(), 1);
    EXPECT_FALSE(model.errorSentence().isEmpty());
    ASSERT_TRUE(search("somebody else"));
    EXPECT_EQ(model.phase(), QStringLiteral("error"));
}

TEST_F(PeopleModelTest, TellsTheServersSentenceWhenFollowingFails)
{
    server.people = {an_account("2", "tomas@harbour.example")};
    ASSERT_TRUE(search("tomas"));
    server.before = [](const HttpRequest&) {
        return std::optional(HttpReply{.status = 403, .body = R"({"error": "They have blocked you."})"});
    };
    QSignalSpy failed(&model, &PeopleModel::failed);
    model.follow(QStringLiteral("2"));
    ASSERT_TRUE(soon([&] { return failed.size() == 1; }));
    EXPECT_EQ(failed.front().front().toString(), QStringLiteral("They have blocked you."));
    EXPECT_FALSE(value(model, 0, "busy").toBool());
}

} // namespace kith

// SPDX-License-Identifier: Apache-2.0
#include "app/net/api_client.h"

#include "tests/app/unit/app_test.h"
#include "tests/app/unit/home_server.h"

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using net::ApiClient;

namespace {

struct ApiClientTest : testing::Test {
    HomeServer server;

    void answer_with(HttpReply reply)
    {
        server.before = [reply](const HttpRequest&) { return std::optional(reply); };
    }
    void aim(ApiClient& api)
    {
        api.set_server(server.url());
        api.set_token("token-1");
    }
    Result<std::vector<api::Status>> home(ApiClient& api)
    {
        std::optional<Result<std::vector<api::Status>>> answer;
        api.home({}, &server, [&](Result<std::vector<api::Status>> got) { answer = std::move(got); });
        EXPECT_TRUE(soon([&] { return answer.has_value(); }));
        return answer.value_or(fail(Errc::internal, "no answer came"));
    }
};

} // namespace

TEST_F(ApiClientTest, ReadsAPageAndSendsItsToken)
{
    server.add_home(1, 3);
    ApiClient api;
    aim(api);

    const auto posts = home(api);

    ASSERT_TRUE(posts);
    EXPECT_EQ(posts->size(), 3u);
    EXPECT_EQ(server.requests.front().headers.value("authorization"), "Bearer token-1");
    EXPECT_FALSE(server.requests.front().headers.contains("cookie"));
}

TEST_F(ApiClientTest, GivesTheServersOwnSentence)
{
    answer_with({.status = 422, .body = R"({"error": "That name is taken.", "details": {}})"});
    ApiClient api;
    aim(api);
    const auto posts = home(api);
    ASSERT_FALSE(posts);
    EXPECT_EQ(posts.error().code, Errc::invalid);
    EXPECT_EQ(posts.error().message, "That name is taken.");
}

TEST_F(ApiClientTest, HasASentenceWhereTheServerHasNone)
{
    answer_with({.status = 500, .body = "<html>oh</html>"});
    ApiClient api;
    aim(api);
    const auto posts = home(api);
    ASSERT_FALSE(posts);
    EXPECT_EQ(posts.error().code, Errc::unavailable);
    EXPECT_NE(posts.error().message.find("500"), std::string::npos);
}

TEST_F(ApiClientTest, GivesUpOnASilentServer)
{
    answer_with({.manner = HttpReply::Manner::Silence});
    ApiClient api({.timeout = std::chrono::milliseconds{150}});
    aim(api);
    const auto posts = home(api);
    ASSERT_FALSE(posts);
    EXPECT_EQ(posts.error().code, Errc::unavailable);
    EXPECT_NE(posts.error().message.find("in time"), std::string::npos);
}

TEST_F(ApiClientTest, TakesALostAnswerForUnknown)
{
    answer_with({.manner = HttpReply::Manner::HangUp});
    ApiClient api;
    aim(api);
    EXPECT_EQ(home(api).error().code, Errc::unavailable);
}

TEST_F(ApiClientTest, StopsReadingAnAnswerThatIsTooLarge)
{
    answer_with({.body = QByteArray(300'000, ' ')});
    ApiClient api({.max_bytes = 100'000});
    aim(api);
    EXPECT_EQ(home(api).error().code, Errc::too_large);
}

TEST_F(ApiClientTest, RefusesWhatIsNoJson)
{
    answer_with({.body = "[{]"});
    ApiClient api;
    aim(api);
    EXPECT_EQ(home(api).error().code, Errc::unavailable);
}

TEST_F(ApiClientTest, DropsABadItemAndNotItsPage)
{
    auto good = to_json_bytes(api::to_json(a_status("5")));
    answer_with({.body = "[{\"id\": 3}, " + good + ", null]"});
    ApiClient api;
    aim(api);
    const auto posts = home(api);
    ASSERT_TRUE(posts);
    ASSERT_EQ(posts->size(), 1u);
    EXPECT_EQ(posts->front().id, "5");
}

TEST_F(ApiClientTest, FollowsNoRedirectToAnotherHost)
{
    HomeServer other;
    answer_with({.status = 302,
                 .extra_header = "Location: http://localhost:" + QByteArray::number(other.url().port()) + "/"});
    ApiClient api;
    aim(api);
    EXPECT_FALSE(home(api));
    EXPECT_TRUE(other.requests.empty());
}

TEST_F(ApiClientTest, EncodesWhatComesFromOutside)
{
    ApiClient api;
    aim(api);
    std::optional<bool> done;
    api.delete_status(QStringLiteral("../x?y"), &server, [&](const Result<bool>&) { done = true; });
    ASSERT_TRUE(soon([&] { return done.has_value(); }));
    EXPECT_EQ(server.requests.back().path.count(QLatin1Char('/')), 5)
        << server.requests.back().path.toStdString();

    done.reset();
    api.search_people(QStringLiteral("a&b=c +d"), &server,
                      [&](const Result<api::Search>&) { done = true; });
    ASSERT_TRUE(soon([&] { return done.has_value(); }));
    EXPECT_EQ(server.requests.back().query.queryItemValue(QStringLiteral("q"), QUrl::FullyDecoded),
              QStringLiteral("a&b=c +d"));
}

TEST_F(ApiClientTest, DoesNotAnswerWhoIsGone)
{
    ApiClient api;
    aim(api);
    bool called = false;
    {
        QObject gone;
        api.home({}, &gone, [&](const Result<std::vector<api::Status>>&) { called = true; });
    }
    EXPECT_TRUE(home(api));
    EXPECT_FALSE(called);
}

TEST(Audience, IsNeverWiderForMastodon)
{
    EXPECT_EQ(net::visibility_of(QStringLiteral("public")), QStringLiteral("public"));
    EXPECT_EQ(net::visibility_of(QStringLiteral("unlisted")), QStringLiteral("unlisted"));
    EXPECT_EQ(net::visibility_of(QStringLiteral("followers")), QStringLiteral("private"));
    EXPECT_EQ(net::visibility_of(QStringLiteral("friends")), QStringLiteral("private"));
    EXPECT_EQ(net::visibility_of(QStringLiteral("custom")), QStringLiteral("direct"));
    EXPECT_EQ(net::visibility_of(QStringLiteral("something new")), QStringLiteral("direct"));
}

} // namespace kith

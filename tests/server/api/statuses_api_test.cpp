// SPDX-License-Identifier: Apache-2.0
#include "tests/server/api/api_fixture.h"

#include <gmock/gmock.h>

namespace kith::tests {

using ::testing::HasSubstr;
using ::testing::Not;

class StatusesApi : public ApiTest { };
KITH_ALL_SERVERS(StatusesApi);

TEST_P(StatusesApi, PostReadAndDelete)
{
    const auto mira = person("mira");

    const auto made =
        mira.post("/api/v1/statuses", {{"status", "*Hello* <script>world</script> #Kith"},
                                       {"spoiler_text", "Greetings"},
                                       {"content_type", "text/markdown"}})
            .json();

    EXPECT_THAT(text(made, "content"), HasSubstr("<em>Hello</em>"));
    EXPECT_THAT(text(made, "content"), Not(HasSubstr("<script")));
    EXPECT_TRUE(made.at("sensitive").as_bool());
    EXPECT_EQ(text(made.at("tags").at(0), "name"), "Kith");
    EXPECT_EQ(text(made.at("kith"), "audience"), "public");
    const auto id = text(made, "id");
    EXPECT_EQ(nobody().get("/api/v1/statuses/" + id).status, 200);
    EXPECT_THAT(nobody().get("/api/v1/timelines/tag/kith").body, HasSubstr(id));

    const auto deleted = mira.del("/api/v1/statuses/" + id);
    EXPECT_EQ(deleted.status, 200);
    EXPECT_EQ(text(deleted.json(), "text"), "*Hello* <script>world</script> #Kith")
        << "to write it anew";
    EXPECT_EQ(nobody().get("/api/v1/statuses/" + id).status, 404);
    EXPECT_EQ(mira.del("/api/v1/statuses/" + id).status, 404);
}

TEST_P(StatusesApi, TakeFormsAndMultipartAsWell)
{
    const auto mira = person("mira");
    EXPECT_THAT(text(post_form(mira, "/api/v1/statuses", {{"status", "As a form: ä&="}, {"visibility", "unlisted"}})
                         .json(),
                     "content"),
                HasSubstr("As a form: ä&amp;="));
    const std::string body =
        "--x\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nIn parts\r\n--x--\r\n";
    const auto answer =
        mira.send("POST", "/api/v1/statuses", {{"Content-Type", "multipart/form-data; boundary=x"}}, body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_THAT(text(answer.json(), "content"), HasSubstr("In parts"));
}

TEST_P(StatusesApi, AreOneForOneIdempotencyKey)
{
    const auto mira = person("mira");
    const auto send = [&] {
        return text(mira.send("POST", "/api/v1/statuses",
                              {{"Content-Type", "application/json"}, {"Idempotency-Key", "k1"}}, R"({"status":"Once"})")
                        .json(),
                    "id");
    };

    EXPECT_EQ(send(), send());
    EXPECT_EQ(mira.send("POST", "/api/v1/statuses",
                        {{"Content-Type", "application/json"}, {"Idempotency-Key", std::string(257, 'k')}}, R"({"status":"x"})")
                  .status,
              422);
}

TEST_P(StatusesApi, FormThreads)
{
    const auto mira = person("mira");
    const auto tomas = person("tomas");
    const auto root = text(post(mira, "Root"), "id");
    const auto answer = text(post(tomas, "@" + name_of(mira) + " hello", "public", root), "id");
    const auto below = text(post(mira, "Again", "public", answer), "id");

    const auto context = nobody().get("/api/v1/statuses/" + answer + "/context").json();

    ASSERT_EQ(context.at("ancestors").as_array().size(), 1U);
    EXPECT_EQ(text(context.at("ancestors").at(0), "id"), root);
    EXPECT_EQ(text(context.at("descendants").at(0), "id"), below);
    EXPECT_EQ(nobody().get("/api/v1/statuses/" + root).json().at("replies_count").to_number<int>(), 1);
    const auto told = mira.get("/api/v1/notifications").json();
    EXPECT_EQ(text(told.at(0), "type"), "mention");
    EXPECT_EQ(text(told.at(0).at("status"), "id"), answer);
    EXPECT_EQ(mira.get("/api/v1/notifications/" + text(told.at(0), "id")).status, 200);
}

TEST_P(StatusesApi, ReachFollowersAndNobodyElse)
{
    const auto mira = person("mira");
    const auto fan = person("fan");
    const auto stranger = person("stranger");
    const auto mira_id = id_of(mira);
    const auto followed = fan.post("/api/v1/accounts/" + mira_id + "/follow").json();
    EXPECT_TRUE(followed.at("following").as_bool());
    EXPECT_EQ(text(mira.get("/api/v1/notifications").json().at(0), "type"), "follow");

    const auto id = text(post(mira, "For my followers", "private"), "id");

    EXPECT_EQ(text(fan.get("/api/v1/timelines/home").json().at(0), "id"), id);
    EXPECT_EQ(fan.get("/api/v1/statuses/" + id).status, 200);
    for (const auto& other : {stranger, nobody()}) {
        EXPECT_EQ(other.get("/api/v1/statuses/" + id).status, 404);
        EXPECT_EQ(other.get("/api/v1/statuses/" + id + "/context").status, 404);
        EXPECT_EQ(other.get("/api/v1/accounts/" + mira_id + "/statuses").body, "[]");
    }
    EXPECT_THAT(nobody().get("/api/v1/timelines/public?limit=40").body, Not(HasSubstr(id)));

    EXPECT_FALSE(fan.post("/api/v1/accounts/" + mira_id + "/unfollow").json().at("following").as_bool());
    EXPECT_EQ(fan.get("/api/v1/statuses/" + id).status, 404);
    EXPECT_EQ(nobody().get("/api/v1/accounts/" + mira_id).json().at("followers_count").to_number<int>(), 0);
}

TEST_P(StatusesApi, ShowOnTheTimelinesOfThePublic)
{
    const auto mira = person("mira");
    const auto id = text(post(mira, "Everyone"), "id");

    for (const auto* path : {"/api/v1/timelines/public", "/api/v1/timelines/public?local=true"})
        EXPECT_EQ(text(nobody().get(path).json().at(0), "id"), id) << path;
    EXPECT_EQ(nobody().get("/api/v1/timelines/public?remote=true").body, "[]");
    EXPECT_EQ(nobody().get("/api/v1/timelines/public?only_media=true").body, "[]");
    const auto page = nobody().get("/api/v1/timelines/public?local=true&limit=1");
    EXPECT_THAT(page.header("Link"), HasSubstr("local=true&limit=1&max_id=" + id));
    EXPECT_THAT(page.header("Access-Control-Expose-Headers"), HasSubstr("Link"))
        << "web clients read it";
}

TEST_P(StatusesApi, AreFollowedFromAnyLookup)
{
    const auto mira = person("mira");
    const auto name = name_of(mira);
    const auto id = id_of(mira);

    EXPECT_EQ(text(nobody().get("/api/v1/accounts/lookup?acct=" + name).json(), "id"), id);
    EXPECT_EQ(text(nobody().get("/api/v1/accounts/lookup?acct=@" + name + "@" + server().domain()).json(), "id"), id);
    EXPECT_EQ(nobody().get("/api/v1/accounts/lookup?acct=nobody").status, 404);
    EXPECT_EQ(text(nobody().get("/api/v2/search?q=" + name).json().at("accounts").at(0), "id"), id);
    EXPECT_EQ(nobody().get("/api/v1/accounts/lookup?acct=instance.actor").status, 404);
}

TEST_P(StatusesApi, OfTheInstanceSayWhatClientsNeed)
{
    const auto v2 = nobody().get("/api/v2/instance").json();
    EXPECT_EQ(text(v2, "domain"), server().domain());
    EXPECT_EQ(text(v2.at("configuration").at("urls"), "streaming"), "ws://" + server().domain());
    EXPECT_EQ(v2.at("configuration").at("statuses").at("max_characters").to_number<int>(), 5000);
    EXPECT_TRUE(v2.at("registrations").at("enabled").as_bool());
    const auto health = nobody().get("/health");
    EXPECT_EQ(health.status, 200);
    EXPECT_EQ(nobody().get("/api/v1/streaming/health").body, "OK");
}

} // namespace kith::tests

// SPDX-License-Identifier: Apache-2.0
// Every Mastodon route that docs/api.md says we have, held against the recorded facts of that API.
#include "tests/server/api/api_fixture.h"

#include "tests/support/vectors.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

namespace kith::tests {

namespace {

/// "GET /api/v1/statuses/:id" for each line of the reference's tables of routes.
std::set<std::string> documented_routes()
{
    std::ifstream file{std::string{KITH_SOURCE_DIR} + "/docs/api.md"};
    std::set<std::string> routes;
    for (std::string line; std::getline(file, line);) {
        for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"})
            if (const auto start = "| `" + method + " "; line.starts_with(start))
                routes.insert(line.substr(3, line.find('`', 3) - 3));
    }
    return routes;
}

} // namespace

class Entities : public ApiTest {
protected:
    void SetUp() override
    {
        ApiTest::SetUp();
        if (!IsSkipped())
            KITH_NEEDS_VECTORS();
    }
    /// The problems that check_entity.py finds, "" when there are none.
    static std::string problems(const std::string& entity, const std::string& body)
    {
        const TempDir folder;
        const auto file = folder.path() / "body.json";
        std::ofstream{file} << body;
        // The version is the one that /api/v1/instance claims.
        // It also complains on standard error, and its status is not 0 when it does.
        return capture({"/bin/sh", "-c", "\"$@\" 2>&1 || echo \"status $?\"", "sh", "/usr/bin/python3",
                        "-B", vector_path("mastodon-api/check_entity.py").string(), entity,
                        file.string(), "--version", "4.4.0"});
    }
};
KITH_ALL_SERVERS(Entities);

TEST_P(Entities, OfEveryDocumentedRouteAreWhatClientsExpect)
{
    const auto mira = person("mira");
    const auto fan = person("fan");
    const auto mira_id = id_of(mira);
    fan.post("/api/v1/accounts/" + mira_id + "/follow");
    const auto root = text(post(mira, "Hello #world", "public"), "id");
    const auto answer = text(post(fan, "@" + name_of(mira) + " hello", "public", root), "id");
    const auto program = application("read write");
    const Pairs credentials{{"grant_type", "client_credentials"},
                            {"client_id", program.id},
                            {"client_secret", program.secret}};
    const auto app_token = nobody().with_token(
        text(post_form(nobody(), "/oauth/token", credentials).json(), "access_token"));
    const auto notification = text(mira.get("/api/v1/notifications").json().at(0), "id");
    const auto spare = text(post(mira, "Short-lived", "unlisted"), "id");
    const auto get = [](const HttpClient& who, const std::string& path) {
        return [who, path] { return who.get(path); };
    };
    const auto send = [](const HttpClient& who, const std::string& path) {
        return [who, path] { return who.post(path); };
    };
    const std::map<std::string, std::function<HttpAnswer()>> calls{
        {"POST /api/v1/apps",
         [&] {
             return nobody().post("/api/v1/apps", {{"client_name", "X"},
                                                   {"redirect_uris", "https://app.example/"},
                                                   {"website", "https://app.example"}});
         }},
        {"GET /api/v1/apps/verify_credentials", get(app_token, "/api/v1/apps/verify_credentials")},
        {"POST /oauth/token", [&] { return post_form(nobody(), "/oauth/token", credentials); }},
        {"POST /oauth/revoke",
         [&] {
             return post_form(nobody(), "/oauth/revoke",
                              {{"token", "x"}, {"client_id", program.id}, {"client_secret", program.secret}});
         }},
        {"GET /.well-known/oauth-authorization-server",
         get(nobody(), "/.well-known/oauth-authorization-server")},
        {"GET /oauth/userinfo", get(mira, "/oauth/userinfo")},
        {"POST /oauth/userinfo", send(mira, "/oauth/userinfo")},
        {"GET /api/v1/accounts/verify_credentials",
         get(mira, "/api/v1/accounts/verify_credentials")},
        {"GET /api/v1/accounts/lookup", get(nobody(), "/api/v1/accounts/lookup?acct=" + name_of(mira))},
        {"GET /api/v1/accounts/relationships", get(mira, "/api/v1/accounts/relationships?id[]=" + mira_id)},
        {"GET /api/v1/accounts/:id", get(nobody(), "/api/v1/accounts/" + mira_id)},
        {"GET /api/v1/accounts/:id/statuses", get(mira, "/api/v1/accounts/" + mira_id + "/statuses")},
        {"GET /api/v1/accounts/:id/followers", get(nobody(), "/api/v1/accounts/" + mira_id + "/followers")},
        {"GET /api/v1/accounts/:id/following", get(nobody(), "/api/v1/accounts/" + id_of(fan) + "/following")},
        {"POST /api/v1/accounts/:id/follow", send(mira, "/api/v1/accounts/" + id_of(fan) + "/follow")},
        {"POST /api/v1/accounts/:id/unfollow", send(mira, "/api/v1/accounts/" + id_of(fan) + "/unfollow")},
        {"POST /api/v1/statuses",
         [&] {
             return mira.post("/api/v1/statuses",
                              {{"status", "Hello"}, {"spoiler_text", "x"}, {"language", "en"}});
         }},
        {"GET /api/v1/statuses/:id", get(nobody(), "/api/v1/statuses/" + answer)},
        {"DELETE /api/v1/statuses/:id", [&] { return mira.del("/api/v1/statuses/" + spare); }},
        {"GET /api/v1/statuses/:id/context", get(mira, "/api/v1/statuses/" + root + "/context")},
        {"GET /api/v1/timelines/home", get(mira, "/api/v1/timelines/home")},
        {"GET /api/v1/timelines/public", get(nobody(), "/api/v1/timelines/public")},
        {"GET /api/v1/timelines/tag/:hashtag", get(nobody(), "/api/v1/timelines/tag/world")},
        {"GET /api/v1/notifications", get(mira, "/api/v1/notifications")},
        {"GET /api/v1/notifications/:id", get(mira, "/api/v1/notifications/" + notification)},
        {"POST /api/v1/notifications/:id/dismiss", send(fan, "/api/v1/notifications/" + notification + "/dismiss")},
        {"POST /api/v1/notifications/clear", send(fan, "/api/v1/notifications/clear")},
        {"GET /api/v1/instance", get(nobody(), "/api/v1/instance")},
        {"GET /api/v2/instance", get(nobody(), "/api/v2/instance")},
        {"GET /api/v2/search", get(mira, "/api/v2/search?q=" + name_of(mira))},
    };
    // These answer no JSON entity; other tests hold them to what they say.
    const std::set<std::string> without_entity{"GET /api/v1/streaming", "GET /api/v1/streaming/user",
                                               "GET /api/v1/streaming/user/notification",
                                               "GET /api/v1/streaming/public", "GET /api/v1/streaming/public/local",
                                               "GET /api/v1/streaming/public/remote", "GET /api/v1/streaming/hashtag",
                                               "GET /api/v1/streaming/hashtag/local", "GET /api/v1/streaming/list",
                                               "GET /api/v1/streaming/direct", "GET /api/v1/streaming/health",
                                               "GET /oauth/authorize", "GET /health"};

    const auto documented = documented_routes();
    const auto facts = read_json_vector("mastodon-api/routes.json");
    std::set<std::string> checked;
    for (const auto& route : facts.as_array()) {
        const auto name = text(route, "method") + " " + text(route, "path");
        if (!documented.contains(name) || without_entity.contains(name))
            continue;
        const auto call = calls.find(name);
        ASSERT_NE(call, calls.end()) << name << " stands in docs/api.md, and this test does not call it";
        const auto answered = call->second();
        EXPECT_EQ(answered.status, 200) << name << ": " << answered.body;
        if (const auto entity = text(route, "returns"); entity == "empty") {
            EXPECT_EQ(answered.body, "{}") << name;
        } else {
            EXPECT_EQ(problems(entity, answered.body), "") << name;
        }
        checked.insert(name);
    }

    for (const auto& [name, call] : calls)
        EXPECT_TRUE(checked.contains(name)) << name << " is missing in docs/api.md";
}

TEST_P(Entities, OfErrorsAreWhatClientsExpect)
{
    EXPECT_NE(problems("Error", "[]"), "") << "the checker finds what is wrong";
    EXPECT_EQ(problems("Error", nobody().get("/api/v1/timelines/home").body), "");
    EXPECT_EQ(problems("Error", nobody().get("/api/v1/statuses/1").body), "");
}

} // namespace kith::tests

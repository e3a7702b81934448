// SPDX-License-Identifier: Apache-2.0
// What bad input gets: a precise status, an error of the client API's form, and data that is as it was.
#include "tests/server/api/api_fixture.h"

#include <gmock/gmock.h>

#include <optional>

namespace kith::tests {

using ::testing::HasSubstr;
using Headers = HttpClient::Headers;

class BadInput : public ApiTest {
protected:
    struct Line {
        std::string what;
        std::string method;
        std::string path;
        std::string body;
        int status;
        std::string error; ///< a part of it
        Headers headers = {{"Content-Type", "application/json"}};
    };
    void expect_refused(const HttpClient& client, const std::vector<Line>& lines)
    {
        for (const auto& line : lines) {
            const auto before = counted();
            const auto answer = client.send(line.method, line.path, line.headers, line.body);
            EXPECT_EQ(answer.status, line.status) << line.what << ": " << answer.body;
            EXPECT_THAT(answer.error(), HasSubstr(line.error)) << line.what;
            EXPECT_NE(answer.error(), "") << line.what;
            EXPECT_THAT(answer.header("Content-Type"), HasSubstr("application/json")) << line.what;
            EXPECT_EQ(counted(), before) << line.what;
        }
    }
};
KITH_ALL_SERVERS(BadInput);

TEST_P(BadInput, InSignUps)
{
    const auto taken = name_of(person("mira"));
    const auto sign_up = [](const std::string& username, const std::string& password,
                            const std::string& agreement = "true") {
        json::object body;
        body["username"] = username;
        body["password"] = password;
        body["agreement"] = agreement;
        return to_text(body);
    };
    const std::string path = "/api/kith/v1/accounts";
    const std::string good = "long enough";
    expect_refused(
        nobody(),
        {
            {"taken name", "POST", path, sign_up(taken, good), 409, "taken"},
            {"taken name, other letters", "POST", path, sign_up("M" + taken.substr(1), good), 409, "taken"},
            {"reserved name", "POST", path, sign_up("admin", good), 422, "reserved"},
            {"no name", "POST", path, sign_up("", good), 422, "name"},
            {"bad name", "POST", path, sign_up("mi ra", good), 422, "name"},
            {"long name", "POST", path, sign_up(std::string(31, 'a'), good), 422, "name"},
            {"short password", "POST", path, sign_up("fresh_name", "1234567"), 422, "8 characters"},
            {"long password", "POST", path, sign_up("fresh_name", std::string(257, 'x')), 422, "256"},
            {"password is the name", "POST", path, sign_up("fresh_name", "fresh_name"), 422, "name"},
            {"no agreement", "POST", path, sign_up("fresh_name", good, "false"), 422, "agreement"},
            {"nothing", "POST", path, "", 422, "name", {}},
            {"malformed JSON", "POST", path, R"({"username": )", 400, ""},
            {"a list", "POST", path, "[1]", 400, "object"},
            {"JSON after the end", "POST", path, sign_up("fresh_name", good) + "x", 400, ""},
            {"too deep", "POST", path,
             R"({"username":)" + std::string(40, '[') + std::string(40, ']') + "}", 413, "deep"},
            {"invalid UTF-8", "POST", path, "{\"username\":\"a\xff\"}", 400, ""},
            {"NUL in the name", "POST", path,
             "{\"username\":\"mira\\u0000\",\"password\":\"long enough\",\"agreement\":true}", 400, ""},
            {"bad escape in a form", "POST", path, "username=%zz", 400, "escape", {{"Content-Type", "application/x-www-form-urlencoded"}}},
        });
    EXPECT_EQ(
        nobody().post("/api/kith/v1/session", {{"username", "fresh_name"}, {"password", good}}).status, 401);
}

TEST_P(BadInput, InSignIns)
{
    const auto name = name_of(person("mira"));
    const std::string path = "/api/kith/v1/session";
    const auto body = [](const std::string& username, const std::string& password) {
        return to_text(json::object{{"username", username}, {"password", password}});
    };
    expect_refused(nobody(),
                   {
                       {"wrong password", "POST", path, body(name, "wrong"), 401, "not right"},
                       {"unknown name", "POST", path, body("nobody_here", "wrong"), 401, "not right"},
                       {"the server's own actor", "POST", path, body("instance.actor", ""), 401, "not right"},
                       {"nothing", "POST", path, "{}", 401, "not right"},
                       {"endless password", "POST", path, body(name, std::string(100000, 'x')), 401, "not right"},
                   });
    EXPECT_EQ(nobody().get(path).status, 405);
}

TEST_P(BadInput, InTokens)
{
    const auto mira = person("mira");
    const auto gone = narrowed(mira, "read");
    const auto revoked = person("tomas");
    post_form(nobody(), "/oauth/revoke", {{"token", revoked.token()}});
    const std::string home = "/api/v1/timelines/home";
    const auto with = [](const std::string& value) { return Headers{{"Authorization", value}}; };
    const std::string invalid = "The access token is invalid";
    expect_refused(
        nobody(),
        {
            {"no token", "GET", home, "", 401, invalid, {}},
            {"garbage", "GET", home, "", 401, invalid, with("Bearer garbage")},
            {"empty", "GET", home, "", 401, invalid, with("Bearer ")},
            {"another scheme", "GET", home, "", 401, invalid, with("Basic " + mira.token())},
            {"no scheme", "GET", home, "", 401, invalid, with(mira.token())},
            {"cut short", "GET", home, "", 401, invalid, with("Bearer " + mira.token().substr(1))},
            {"longer", "GET", home, "", 401, invalid, with("Bearer " + mira.token() + "x")},
            {"other letters", "GET", home, "", 401, invalid, with("Bearer " + std::string(300, 'a'))},
            {"revoked", "GET", home, "", 401, invalid, with("Bearer " + revoked.token())},
            {"garbage where none is needed", "GET", "/api/v1/timelines/public", "", 401, invalid, with("Bearer garbage")},
            {"SQL", "GET", home, "", 401, invalid, with("Bearer ' OR 1=1 --")},
        });
    EXPECT_EQ(nobody().send("GET", home, with("bEaReR " + mira.token()), "").status, 200)
        << "the scheme has no case";
    EXPECT_THAT(nobody().get(home).header("WWW-Authenticate"), HasSubstr("Bearer"));
    const std::string outside = "outside the authorized scopes";
    expect_refused(
        gone, {
                  {"post with a reader's token", "POST", "/api/v1/statuses", R"({"status":"x"})", 403, outside},
                  {"follow with a reader's token", "POST", "/api/v1/accounts/1/follow", "", 403, outside},
                  {"delete with a reader's token", "DELETE", "/api/v1/statuses/1", "", 403, outside},
              });
    const auto writer = narrowed(mira, "write");
    expect_refused(writer, {
                               {"read with a writer's token", "GET", home, "", 403, outside},
                               {"read what is public with a writer's token", "GET",
                                "/api/v1/timelines/public", "", 403, outside},
                           });
    expect_refused(narrowed(mira, "read:accounts"), {{"another part", "GET", home, "", 403, outside}});
}

TEST_P(BadInput, InPosts)
{
    const auto mira = person("mira");
    const auto hidden = text(post(person("tomas"), "Mine alone", "self"), "id");
    const std::string path = "/api/v1/statuses";
    const auto with = [](const std::string& name, const auto& value) {
        json::object body{{"status", "Hello"}};
        body[name] = value;
        return to_text(body);
    };
    expect_refused(
        mira,
        {
            {"nothing", "POST", path, "", 422, "blank"},
            {"no text", "POST", path, "{}", 422, "blank"},
            {"blank", "POST", path, with("status", " \n\t "), 422, "blank"},
            {"too long", "POST", path, with("status", std::string(5001, 'a')), 422, "5000"},
            {"too long with its warning", "POST", path,
             to_text(json::object{{"status", std::string(4990, 'a')}, {"spoiler_text", "eleven char"}}), 422, "5000"},
            {"unknown visibility", "POST", path, with("visibility", "everybody"), 422, "visibility"},
            {"unknown audience", "POST", path, with("kith_audience", "cats"), 422, "visibility"},
            {"custom audience", "POST", path, with("kith_audience", "custom"), 422, "custom"},
            {"bad language", "POST", path, with("language", "<script>"), 422, "anguage"},
            {"bad type", "POST", path, with("content_type", "text/html"), 422, "content type"},
            {"poll", "POST", path, with("poll", json::object{{"options", json::array{"a", "b"}}}), 422, "poll"},
            {"media", "POST", path, with("media_ids", json::array{"1"}), 422, "media"},
            {"scheduled", "POST", path, with("scheduled_at", "2030-01-01T00:00:00Z"), 422, "schedule"},
            {"answer to nothing", "POST", path, with("in_reply_to_id", "42"), 404, "not found"},
            {"answer to nonsense", "POST", path, with("in_reply_to_id", "x"), 404, "not found"},
            {"answer to what is hidden", "POST", path, with("in_reply_to_id", hidden), 404, "not found"},
            {"invalid UTF-8", "POST", path, "{\"status\":\"\xc3\x28\"}", 400, ""},
            {"invalid UTF-8 in a form", "POST", path, "status=%ff", 400, "", {{"Content-Type", "application/x-www-form-urlencoded"}}},
            {"half a surrogate", "POST", path, R"({"status":"\ud800"})", 400, ""},
            {"malformed JSON", "POST", path, R"({"status":"x")", 400, ""},
            {"malformed multipart", "POST", path, "--x\r\nnonsense", 400, "", {{"Content-Type", "multipart/form-data; boundary=x"}}},
            {"too many parameters",
             "POST",
             path,
             [] {
                 std::string body;
                 for (int i = 0; i < 300; ++i)
                     body += "a=1&";
                 return body;
             }(),
             413,
             "",
             {{"Content-Type", "application/x-www-form-urlencoded"}}},
        });
    EXPECT_EQ(nobody().get("/api/v1/accounts/" + id_of(mira)).json().at("statuses_count").to_number<int>(), 0);
    EXPECT_EQ(mira.post(path, {{"status", std::string(5000, 'a')}}).status, 200)
        << "the limit itself is allowed";
}

TEST_P(BadInput, InLengths)
{
    const auto mira = person("mira");
    const std::string path = "/api/v1/statuses";
    const std::string good = R"({"status":"Hello"})";
    const auto claims = [](const std::string& length) {
        return Headers{{"Content-Type", "application/json"}, {"Content-Length", length}};
    };
    expect_refused(
        mira,
        {
            {"more than a mebibyte", "POST", path, R"({"status":")" + std::string(1 << 20, 'a') + "\"}", 413, ""},
            {"claims more than a mebibyte", "POST", path, good, 413, "", claims("10000000000")},
            {"claims more than a number holds", "POST", path, good, 400, "", claims("99999999999999999999999")},
            {"claims less than it sends", "POST", path, good, 400, "", claims("5")},
            {"negative", "POST", path, good, 400, "", claims("-1")},
            {"no number", "POST", path, good, 400, "", claims("many")},
            {"two lengths", "POST", path, good, 400, "", {{"Content-Type", "application/json"}, {"Content-Length", "18"}, {"Content-Length", "5"}}},
            {"a length and chunks",
             "POST",
             path,
             good,
             400,
             "",
             {{"Content-Type", "application/json"}, {"Content-Length", "18"}, {"Transfer-Encoding", "chunked"}}},
        });
    EXPECT_EQ(nobody().get("/api/v1/accounts/" + id_of(mira)).json().at("statuses_count").to_number<int>(), 0);
}

TEST_P(BadInput, InIdsAndAddresses)
{
    const auto mira = person("mira");
    const auto tomas = person("tomas");
    const auto hidden = text(post(tomas, "Mine alone", "self"), "id");
    const auto open = text(post(tomas, "Open"), "id");
    std::vector<Line> lines;
    for (const std::string id : {"42", "0", "-1", "x", "9223372036854775807", "99999999999999999999",
                                 "1.5", "%00", "%ff", "1%2f2", "'%20OR%201=1"}) {
        const bool no_text = id == "%00" || id == "%ff";
        for (const std::string& path :
             {"/api/v1/statuses/" + id, "/api/v1/statuses/" + id + "/context",
              "/api/v1/accounts/" + id, "/api/v1/accounts/" + id + "/statuses",
              "/api/v1/accounts/" + id + "/followers", "/api/v1/notifications/" + id})
            lines.push_back({path, "GET", path, "", no_text ? 400 : 404, "", {}});
        lines.push_back({"follow " + id, "POST", "/api/v1/accounts/" + id + "/follow", "",
                         no_text ? 400 : 404, ""});
        lines.push_back({"delete " + id, "DELETE", "/api/v1/statuses/" + id, "", no_text ? 400 : 404, "", {}});
    }
    lines.push_back({"hidden", "GET", "/api/v1/statuses/" + hidden, "", 404, "Record not found", {}});
    lines.push_back(
        {"delete what is hidden", "DELETE", "/api/v1/statuses/" + hidden, "", 404, "Record not found", {}});
    lines.push_back({"delete another's", "DELETE", "/api/v1/statuses/" + open, "", 404, "Record not found", {}});
    lines.push_back({"no such route", "GET", "/api/v1/nothing", "", 404, "", {}});
    lines.push_back({"wrong method", "PATCH", "/api/v1/statuses", "", 405, "", {}});
    lines.push_back({"follow oneself", "POST", "/api/v1/accounts/" + id_of(mira) + "/follow", "", 422, "yourself"});
    expect_refused(mira, lines);
    EXPECT_EQ(tomas.get("/api/v1/statuses/" + open).status, 200);
}

TEST_P(BadInput, InPaging)
{
    const auto mira = person("mira");
    std::vector<Line> lines;
    for (const std::string path : {"/api/v1/timelines/home", "/api/v1/timelines/public",
                                   "/api/v1/notifications", "/api/v1/timelines/tag/x"}) {
        for (const std::string query :
             {"max_id=x", "since_id=-1", "min_id=1.5", "max_id=99999999999999999999", "min_id='"})
            lines.push_back({path + "?" + query, "GET", path + "?" + query, "", 422, "not an id", {}});
        for (const std::string query : {"limit=0", "limit=-1", "limit=x", "limit=99999999999999999999999"})
            lines.push_back({path + "?" + query, "GET", path + "?" + query, "", 422, "limit", {}});
        lines.push_back({path + "?%zz", "GET", path + "?max_id=%zz", "", 400, "escape", {}});
    }
    expect_refused(mira, lines);
    for (const std::string query : {"max_id=&since_id=&min_id=", "min_id=0", "max_id=1&min_id=9223372036854775807",
                                    "limit=1000000", "page=7&unknown[]=1"})
        EXPECT_EQ(mira.get("/api/v1/timelines/home?" + query).status, 200) << query;
}

} // namespace kith::tests

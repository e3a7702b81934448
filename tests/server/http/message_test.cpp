// SPDX-License-Identifier: Apache-2.0
#include "server/http/message.h"
#include "server/http/request_id.h"
#include "server/http/response_head.h"

#include <gtest/gtest.h>

namespace kith::http {

namespace {

Request with_body(std::string type, std::string body)
{
    Request request;
    request.headers.add("Content-Type", std::move(type));
    request.body = std::move(body);
    return request;
}

} // namespace

TEST(Request, GivesALargeBodysMemoryBackForTheNext)
{
    Request request = with_body("text/plain", std::string(1 << 20, 'x'));
    request.target = request.path = "/";

    request.clear();

    EXPECT_EQ(request.body, "");
    EXPECT_EQ(request.path, "");
    EXPECT_TRUE(request.headers.all().empty());
    EXPECT_LE(request.body.capacity(), 4096u);
}

TEST(Request, KeepsNoLargeHeadForTheNext)
{
    Request request;
    request.target = request.path = request.query = std::string(8 << 10, 'x');
    for (int i = 0; i < 100; ++i)
        request.headers.add("X-A", "1");

    request.clear();

    EXPECT_LE(request.target.capacity() + request.path.capacity() + request.query.capacity(), 3 * 256u);
    EXPECT_LE(request.headers.all().capacity(), 32u);
}

TEST(Headers, CompareNamesWithoutCase)
{
    Headers headers;
    headers.add("Link", "a");
    headers.add("link", "b");

    EXPECT_EQ(headers.find("LINK"), "a");
    EXPECT_EQ(headers.count("lInk"), 2u);
    headers.set("LINK", "c");
    EXPECT_EQ(headers.count("link"), 1u);
    EXPECT_EQ(headers.find("link"), "c");
}

TEST(Params, AreDecodedInOrder)
{
    const auto params = Params::parse("q=a+b%2Bc&id[]=1&id%5B%5D=2&id=3&flag&&empty=&u=%C3%BC");

    ASSERT_TRUE(params);
    EXPECT_EQ(params->find("q"), "a b+c");
    EXPECT_EQ(params->all("id"), (std::vector<std::string>{"1", "2", "3"}));
    EXPECT_EQ(params->find("flag"), "");
    EXPECT_EQ(params->find("empty"), "");
    EXPECT_EQ(params->find("u"), "\xC3\xBC");
    EXPECT_EQ(params->find("none"), std::nullopt);
}

TEST(Params, RefuseWhatIsNotText)
{
    for (const char* text : {"a=%", "a=%2", "a=%zz", "%=a", "a=%ff", "a=%c0%80", "a=%00", "%00=a", "a=%ed%a0%80"}) {
        const auto params = Params::parse(text);
        ASSERT_FALSE(params) << text;
        EXPECT_EQ(params.error().code, Errc::malformed) << text;
    }
}

TEST(Params, AreBounded)
{
    std::string text = "a=1";
    for (int i = 1; i < 256; ++i)
        text += "&a=1";
    EXPECT_TRUE(Params::parse(text));
    EXPECT_FALSE(Params::parse(text + "&a=1"));
    EXPECT_FALSE(Params::parse(std::string(257, 'n') + "=1"));
}

TEST(Request, GivesTheParametersOfQueryAndForm)
{
    auto request = with_body("application/x-www-form-urlencoded; charset=utf-8",
                             "status=hi+there&media_ids[]=7");
    request.query = "limit=2";

    const auto params = request.params();

    ASSERT_TRUE(params);
    EXPECT_EQ(params->find("limit"), "2");
    EXPECT_EQ(params->find("status"), "hi there");
    EXPECT_EQ(params->all("media_ids"), std::vector<std::string>{"7"});
}

TEST(Request, FlattensAJsonObject)
{
    const auto request = with_body("application/json", R"({"status":"hi","sensitive":true,"n":3,"none":null,
        "media_ids":["1","2"],"poll":{"options":["a","b"],"expires_in":60},"fields":[{"name":"x"}]})");

    const auto params = request.params();

    ASSERT_TRUE(params);
    EXPECT_EQ(params->find("status"), "hi");
    EXPECT_EQ(params->find("sensitive"), "true");
    EXPECT_EQ(params->find("n"), "3");
    EXPECT_EQ(params->find("none"), std::nullopt);
    EXPECT_EQ(params->all("media_ids"), (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(params->all("poll[options]"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(params->find("poll[expires_in]"), "60");
    EXPECT_EQ(params->find("fields[][name]"), "x");
}

TEST(Request, RefusesJsonThatIsNoObjectOrTooMuch)
{
    EXPECT_FALSE(with_body("application/json", "[1]").params());
    EXPECT_FALSE(with_body("application/json", "{").params());
    EXPECT_FALSE(with_body("application/json", R"({"a":"\u0000"})").params());
    EXPECT_FALSE(with_body("application/json", "{\"" + std::string(300, 'k') + "\":[1,2]}").params());
    EXPECT_FALSE(with_body("application/json", std::string(40, '[') + std::string(40, ']')).json_body());
    std::string many = "[0";
    for (int i = 0; i < 300; ++i)
        many += ",0";
    EXPECT_FALSE(with_body("application/json", "{\"a\":" + many + "]}").params());
}

TEST(Request, ReadsTheTextOfAMultipartForm)
{
    const auto request = with_body(
        "multipart/form-data; boundary=\"b b\"",
        "--b b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b b\r\n"
        "Content-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n\xff\r\n--b b--\r\n");

    const auto params = request.params();

    ASSERT_TRUE(params);
    EXPECT_EQ(params->find("a"), "1");
    EXPECT_EQ(params->find("f"), std::nullopt);
}

TEST(Request, LeavesOtherBodiesAlone)
{
    const auto params = with_body("application/activity+json", "{").params();
    ASSERT_TRUE(params);
    EXPECT_TRUE(params->pairs().empty());
}

TEST(ErrorResponse, ShowsTheMessageAndNeverTheCause)
{
    const auto response =
        error_response(fail(Errc::unauthorized, "The access token is invalid", "token 12345"));

    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.body, R"({"error":"The access token is invalid","error_description":"The access token is invalid"})");
    EXPECT_EQ(response.headers.find("WWW-Authenticate"), "Bearer");
}

TEST(ErrorResponse, HasAStatusForEveryKind)
{
    const std::vector<std::pair<Errc, int>> table{
        {Errc::malformed, 400},   {Errc::invalid, 422},   {Errc::unauthorized, 401},
        {Errc::forbidden, 403},   {Errc::not_found, 404}, {Errc::gone, 410},
        {Errc::conflict, 409},    {Errc::too_large, 413}, {Errc::rate_limited, 429},
        {Errc::unavailable, 503}, {Errc::internal, 500}};
    for (const auto& [code, status] : table)
        EXPECT_EQ(status_of(code), status) << to_string(code);
}

TEST(ResponseHead, LeavesOutWhatWouldEndIt)
{
    auto response = text_response(200, "x");
    response.headers.add("X-Bad", "a\r\nX-Injected: b");
    response.headers.add("Bad Name", "a");
    response.headers.add("Content-Length", "99");
    response.headers.add("Server", "Kith/1.0");
    std::string head;

    write_head(head, response, HeadOptions{});

    EXPECT_EQ(head.find("X-Injected"), head.npos);
    EXPECT_EQ(head.find("Bad Name"), head.npos);
    EXPECT_EQ(head.find("99"), head.npos);
    EXPECT_EQ(head.find("Server"), head.npos);
    EXPECT_NE(head.find("\r\nContent-Length: 1\r\n"), head.npos);
    EXPECT_NE(head.find("\r\nX-Content-Type-Options: nosniff\r\n"), head.npos);
    EXPECT_NE(head.find("\r\nX-Frame-Options: DENY\r\n"), head.npos);
    EXPECT_NE(
        head.find("\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"), head.npos);
}

TEST(ResponseHead, LetsPagesSayWhatTheyLoad)
{
    auto response = html_response(200, "<p>");
    response.headers.add("Content-Security-Policy", "default-src 'self'");
    std::string head;

    write_head(head, response, HeadOptions{});

    EXPECT_NE(head.find("default-src 'self'"), head.npos);
    EXPECT_EQ(head.find("default-src 'none'"), head.npos);
}

TEST(RequestId, IsTakenOrMade)
{
    const auto id_for = [](const std::string& sent) {
        Headers headers;
        headers.add("X-Request-Id", sent);
        return request_id_of(headers, true);
    };
    EXPECT_EQ(id_for("aZ0._-"), "aZ0._-");
    EXPECT_EQ(id_for(std::string(128, 'a')), std::string(128, 'a'));
    EXPECT_EQ(id_for(std::string(129, 'a')).size(), 16u);
    EXPECT_EQ(id_for("a b").size(), 16u);
    EXPECT_EQ(id_for("").size(), 16u);
    EXPECT_NE(request_id_of(Headers{}, true), request_id_of(Headers{}, true));
    Headers sent;
    sent.add("X-Request-Id", "abc");
    EXPECT_EQ(request_id_of(sent, false).size(), 16u);
    sent.add("X-Request-Id", "def");
    EXPECT_EQ(request_id_of(sent, true).size(), 16u) << "which one?";
}

} // namespace kith::http

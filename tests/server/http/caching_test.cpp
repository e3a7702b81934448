// SPDX-License-Identifier: Apache-2.0
#include "server/http/caching.h"

#include <gtest/gtest.h>

namespace kith::http {

using namespace std::chrono_literals;

namespace {

Request get_with(std::vector<std::pair<std::string, std::string>> fields)
{
    Request request;
    for (auto& [name, value] : fields)
        request.headers.add(std::move(name), std::move(value));
    return request;
}

int status_for(const Response& whole, std::vector<std::pair<std::string, std::string>> fields, Method method = Method::get)
{
    auto request = get_with(std::move(fields));
    request.method = method;
    auto response = whole;
    apply_conditions(request, response);
    EXPECT_EQ(response.body.empty(), response.status != 200);
    return response.status;
}

} // namespace

TEST(Caching, TheTagFollowsTheBody)
{
    const auto a = cacheable(text_response(200, "a"), KeptBy::anyone, 60s);
    const auto same = cacheable(text_response(200, "a"), KeptBy::client, 0s);
    const auto b = cacheable(text_response(200, "b"), KeptBy::anyone, 60s);

    EXPECT_EQ(a.headers.find("Cache-Control"), "public, max-age=60");
    EXPECT_EQ(same.headers.find("Cache-Control"), "private, no-cache");
    EXPECT_EQ(a.headers.find("ETag"), same.headers.find("ETag"));
    EXPECT_NE(a.headers.find("ETag"), b.headers.find("ETag"));
    EXPECT_EQ(a.headers.find("ETag")->size(), 34u);
}

TEST(Caching, TagsCompareStronglyAndWeakly)
{
    const struct {
        const char* list;
        const char* tag;
        bool weak;
        bool strong;
    } cases[]{
        {"\"a\"", "\"a\"", true, true},
        {"W/\"a\"", "\"a\"", true, false},
        {"\"a\"", "W/\"a\"", true, false},
        {"W/\"a\"", "W/\"a\"", true, false},
        {"\"b\", \"a\"", "\"a\"", true, true},
        {"\"b\",,W/\"c\" ,\"a\"", "\"a\"", true, true},
        {"\"a, b\", \"c\"", "\"c\"", true, true},
        {"*", "\"a\"", true, true},
        {"\"b\"", "\"a\"", false, false},
        {"a", "\"a\"", false, false},
        {"\"a", "\"a\"", false, false},
        {"w/\"a\"", "\"a\"", false, false},
        {"", "\"a\"", false, false},
        {"\"\"", "\"\"", true, true},
        {"\"a\"", "", false, false},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(etag_matches(c.list, c.tag, Compare::weak), c.weak) << c.list << " " << c.tag;
        EXPECT_EQ(etag_matches(c.list, c.tag, Compare::strong), c.strong) << c.list << " " << c.tag;
    }
}

TEST(Caching, ConditionsDecideInTheOrderOfTheStandard)
{
    auto response = text_response(200, "body");
    response.headers.add("ETag", "\"a\"");
    response.headers.add("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    const std::string same = "Sun, 06 Nov 1994 08:49:37 GMT", before = "Sun, 06 Nov 1994 08:49:36 GMT";

    EXPECT_EQ(status_for(response, {}), 200);
    EXPECT_EQ(status_for(response, {{"If-None-Match", "\"a\""}}), 304);
    EXPECT_EQ(status_for(response, {{"If-None-Match", "W/\"a\""}}), 304);
    EXPECT_EQ(status_for(response, {{"If-None-Match", "\"b\""}, {"If-None-Match", "\"a\""}}), 304) << "two fields are one list";
    EXPECT_EQ(status_for(response, {{"If-None-Match", "\"b\""}}), 200);
    EXPECT_EQ(status_for(response, {{"If-None-Match", "\"a\""}}, Method::head), 304);
    EXPECT_EQ(status_for(response, {{"If-None-Match", "\"a\""}}, Method::post), 200);
    EXPECT_EQ(status_for(response, {{"If-Modified-Since", same}}), 304);
    EXPECT_EQ(status_for(response, {{"If-Modified-Since", before}}), 200);
    EXPECT_EQ(status_for(response, {{"If-Modified-Since", "yesterday"}}), 200);
    EXPECT_EQ(status_for(response, {{"If-None-Match", "\"b\""}, {"If-Modified-Since", same}}), 200) << "the tag wins over the date";
    EXPECT_EQ(status_for(response, {{"If-Match", "\"a\""}}), 200);
    EXPECT_EQ(status_for(response, {{"If-Match", "W/\"a\""}}), 412);
    EXPECT_EQ(status_for(response, {{"If-Match", "\"b\""}, {"If-None-Match", "\"a\""}}), 412);
    EXPECT_EQ(status_for(response, {{"If-Unmodified-Since", before}}), 412);
    EXPECT_EQ(status_for(response, {{"If-Unmodified-Since", same}}), 200);
    EXPECT_EQ(status_for(response, {{"Range", "bytes=0-1"}}), 200) << "ranges are for files";

    auto untagged = text_response(200, "body");
    EXPECT_EQ(status_for(untagged, {{"If-None-Match", "*"}}), 200) << "not marked as cacheable";
    auto missing = response;
    missing.status = 404;
    auto request = get_with({{"If-None-Match", "\"a\""}});
    apply_conditions(request, missing);
    EXPECT_EQ(missing.status, 404);
}

TEST(Caching, RangesAreReadAsTheStandardSays)
{
    using Kind = ByteRange::Kind;
    const struct {
        const char* value;
        std::uint64_t size;
        Kind kind;
        std::uint64_t first;
        std::uint64_t length;
    } cases[]{
        {"bytes=0-0", 10, Kind::part, 0, 1},
        {"bytes=2-5", 10, Kind::part, 2, 4},
        {"bytes=2-", 10, Kind::part, 2, 8},
        {"bytes=-3", 10, Kind::part, 7, 3},
        {"bytes=-30", 10, Kind::part, 0, 10},
        {"bytes=0-100", 10, Kind::part, 0, 10},
        {"Bytes = 2-5", 10, Kind::part, 2, 4},
        {"bytes=9-99999999999999999999999999", 10, Kind::part, 9, 1},
        {"bytes=10-", 10, Kind::unsatisfiable, 0, 0},
        {"bytes=10-20", 10, Kind::unsatisfiable, 0, 0},
        {"bytes=99999999999999999999999999-", 10, Kind::unsatisfiable, 0, 0},
        {"bytes=-0", 10, Kind::unsatisfiable, 0, 0},
        {"bytes=0-", 0, Kind::unsatisfiable, 0, 0},
        {"bytes=-1", 0, Kind::unsatisfiable, 0, 0},
        {"bytes=5-2", 10, Kind::whole, 0, 0},
        {"bytes=0-1,3-4", 10, Kind::whole, 0, 0},
        {"bytes=-", 10, Kind::whole, 0, 0},
        {"bytes=a-b", 10, Kind::whole, 0, 0},
        {"bytes=+1-2", 10, Kind::whole, 0, 0},
        {"bytes=1 -2", 10, Kind::whole, 0, 0},
        {"bytes", 10, Kind::whole, 0, 0},
        {"items=0-1", 10, Kind::whole, 0, 0},
        {"", 10, Kind::whole, 0, 0},
    };
    for (const auto& c : cases) {
        const auto range = parse_range(c.value, c.size);
        EXPECT_EQ(range.kind, c.kind) << c.value;
        EXPECT_EQ(range.first, c.first) << c.value;
        EXPECT_EQ(range.length, c.length) << c.value;
    }
}

} // namespace kith::http

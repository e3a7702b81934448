// SPDX-License-Identifier: Apache-2.0
#include "common/base/json.h"

#include "tests/support/vectors.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

std::string nested(std::size_t depth)
{
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(ParseJson, ReadsADocument)
{
    const auto value = parse_json(R"({"a": [1, true, null, "é\u00e9\ud83d\ude00"], "b": {"a": 2}})");

    ASSERT_TRUE(value);
    EXPECT_EQ(to_text(*value), R"({"a":[1,true,null,"éé😀"],"b":{"a":2}})");
}

TEST(ParseJson, RefusesWhatIsNotWholeJson)
{
    for (const auto* text : {"", " ", "{", "[1,]", "{\"a\":}", "{} {}", "{}x", "nul", "'a'", "{a:1}", "[1] // no",
                             "\"\x01\"", "[NaN]", "\xEF\xBB\xBF{}"})
        EXPECT_EQ(parse_json(text).has_value(), false) << text;
    EXPECT_EQ(parse_json("{").error().code, Errc::malformed);
}

TEST(ParseJson, RefusesAKeyThatIsNamedTwice)
{
    EXPECT_FALSE(parse_json(R"({"id":1,"id":2})"));
    EXPECT_FALSE(parse_json(R"([{"x":{"id":1,"b":2,"id":3}}])"));
    EXPECT_FALSE(parse_json(R"({"id":1,"\u0069d":2})")) << "written differently, yet the same key";
    EXPECT_TRUE(parse_json(R"({"id":1,"x":{"id":2},"y":[{"id":3},{"id":4}]})"));
}

TEST(ParseJson, RefusesLoneSurrogatesAndBadUtf8)
{
    EXPECT_FALSE(parse_json(R"(["\ud800"])"));
    EXPECT_FALSE(parse_json(R"(["\udc00\ud800"])"));
    EXPECT_FALSE(parse_json(R"({"\ud800":1})"));
    EXPECT_FALSE(parse_json("[\"\xC3\"]"));
    EXPECT_FALSE(parse_json("[\"\xC0\xAF\"]"));
    EXPECT_FALSE(parse_json("[\"\xED\xA0\x80\"]"));
    EXPECT_FALSE(parse_json("{\"\xFF\":1}"));
}

TEST(ParseJson, StopsAtItsLimits)
{
    JsonLimits limits;
    limits.max_depth = 32;
    EXPECT_TRUE(parse_json(nested(32), limits));
    EXPECT_EQ(parse_json(nested(33), limits).error().code, Errc::too_large);
    EXPECT_EQ(parse_json(nested(500'000)).error().code, Errc::too_large);

    limits.max_bytes = 10;
    EXPECT_TRUE(parse_json("[\"234567\"]", limits));
    EXPECT_EQ(parse_json("[\"2345678\"]", limits).error().code, Errc::too_large);
}

TEST(ParseJson, RefusesTheHostileVectors)
{
    KITH_NEEDS_VECTORS();
    for (const auto* name : {"duplicate-keys", "invalid-utf8", "lone-surrogate"})
        EXPECT_EQ(parse_json(tests::read_vector(std::string{"hostile/"} + name + ".json")).error().code,
                  Errc::malformed)
            << name;
    EXPECT_EQ(parse_json(tests::read_vector("hostile/nested-5000.json")).error().code, Errc::too_large);
}

TEST(FindMember, ReadsOnlyTheTypeItIsAskedFor)
{
    const auto value = *parse_json(R"({"text":"x","flag":true,"number":7,"nothing":null})");

    EXPECT_EQ(find_string(value, "text"), "x");
    EXPECT_EQ(find_bool(value, "flag"), true);
    EXPECT_EQ(find_int(value, "number"), 7);
    EXPECT_FALSE(find_string(value, "number"));
    EXPECT_FALSE(find_int(value, "text"));
    EXPECT_FALSE(find_bool(value, "nothing"));
    EXPECT_FALSE(find_string(value, "absent"));
    EXPECT_EQ(find(json::value{1}, "text"), nullptr);
}

} // namespace
} // namespace kith

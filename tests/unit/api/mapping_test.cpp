// SPDX-License-Identifier: Apache-2.0
#include "common/api/mapping_code.h"

#include <gtest/gtest.h>

namespace kith::api {
namespace {

struct Tag {
    std::string name;
    double weight = 0.5;
};
template <class V>
void describe(V& v, Tag& e)
{
    v("name", e.name);
    v.require(!e.name.empty());
    v("weight", e.weight);
}

struct Post {
    StatusId id;
    std::string content = "nothing";
    bool sensitive = false;
    std::int64_t count = 3;
    Timestamp at{};
    std::optional<std::string> language;
    std::optional<Tag> first_tag;
    std::optional<std::string> text;
    std::vector<Tag> tags;
    std::vector<std::string> words;
    std::shared_ptr<Post> boosted;
    json::value raw;
};
template <class V>
void describe(V& v, Post& e)
{
    v("id", e.id);
    v.require(static_cast<bool>(e.id));
    v("content", e.content);
    v("sensitive", e.sensitive);
    v("count", e.count);
    v("at", e.at);
    v("language", e.language);
    v("first_tag", e.first_tag);
    v.optional("text", e.text);
    v("tags", e.tags);
    v("words", e.words);
    v("boosted", e.boosted);
    v("raw", e.raw);
}

Result<Post> read(std::string_view text)
{
    return from_json<Post>(*parse_json(text));
}

TEST(Mapping, EmitsExactlyWhatIsDescribed)
{
    Post post;
    post.id = StatusId{7};

    EXPECT_EQ(to_text(to_json(post)),
              R"({"id":"7","content":"nothing","sensitive":false,"count":3,"at":"1970-01-01T00:00:00.000Z",)"
              R"("language":null,"first_tag":null,"tags":[],"words":[],"boosted":null,"raw":null})");
}

TEST(Mapping, ReadsBackWhatItEmits)
{
    Post post;
    post.id = StatusId{7};
    post.content = "<p>é</p>";
    post.sensitive = true;
    post.count = -9'000'000'000;
    post.at = from_ms(1'795'242'048'007);
    post.language = "cs";
    post.first_tag = Tag{"a", 2.25};
    post.text = "é";
    post.tags = {Tag{"a"}, Tag{"b"}};
    post.words = {"x", "y"};
    post.raw = json::array{1, "two", nullptr};
    post.boosted = std::make_shared<Post>();
    post.boosted->id = StatusId{8};

    const auto again = from_json<Post>(json::value(to_json(post)));

    ASSERT_TRUE(again);
    EXPECT_EQ(to_text(to_json(*again)), to_text(to_json(post)));
    EXPECT_EQ(again->boosted->id, StatusId{8});
    EXPECT_EQ(again->at, post.at);
}

TEST(Mapping, KeepsDefaultsForMissingAndMistypedMembers)
{
    const auto post = read(R"({"id":"7","content":5,"sensitive":"yes","count":"3","at":"yesterday","language":1,
                               "tags":{},"words":null,"unknown":[1],"first_tag":"a","boosted":[]})");

    ASSERT_TRUE(post);
    EXPECT_EQ(post->content, "nothing");
    EXPECT_FALSE(post->sensitive);
    EXPECT_EQ(post->count, 3);
    EXPECT_EQ(post->at, Timestamp{});
    EXPECT_FALSE(post->language);
    EXPECT_FALSE(post->first_tag);
    EXPECT_FALSE(post->text);
    EXPECT_TRUE(post->tags.empty());
    EXPECT_TRUE(post->words.empty());
    EXPECT_FALSE(post->boosted);
}

TEST(Mapping, TellsNullFromAbsentWhenWriting)
{
    Post post;
    post.id = StatusId{7};
    EXPECT_FALSE(to_json(post).contains("text"));
    EXPECT_TRUE(to_json(post).at("language").is_null());

    post.text = "";
    EXPECT_EQ(to_json(post).at("text"), "");
}

TEST(Mapping, DropsBadItemsButKeepsTheirList)
{
    const auto post = read(R"({"id":"7","tags":[{"name":"a"},{"name":""},{},5,null,{"name":"b"}],"words":["x",1,"y"]})");

    ASSERT_TRUE(post);
    ASSERT_EQ(post->tags.size(), 2U);
    EXPECT_EQ(post->tags[0].name, "a");
    EXPECT_EQ(post->tags[1].name, "b");
    EXPECT_EQ(post->words, (std::vector<std::string>{"x", "y"}));
}

TEST(Mapping, RefusesAnEntityWithoutWhatItRequires)
{
    EXPECT_EQ(read("{}").error().code, Errc::malformed);
    EXPECT_FALSE(read(R"({"id":7})")) << "ids are strings";
    EXPECT_FALSE(read(R"({"id":"-7"})"));
    EXPECT_FALSE(from_json<Post>(json::value(nullptr)));
    EXPECT_FALSE(from_json<Post>(json::array{}));
}

TEST(Mapping, FollowsAnEntityThatHoldsItsOwnKind)
{
    const auto post = read(R"({"id":"1","boosted":{"id":"2","boosted":{"id":"3","boosted":null}}})");

    ASSERT_TRUE(post);
    EXPECT_EQ(post->boosted->boosted->id, StatusId{3});
    EXPECT_FALSE(post->boosted->boosted->boosted);
}

TEST(Mapping, IgnoresAnInnerEntityThatIsNotWhole)
{
    const auto post = read(R"({"id":"1","boosted":{"content":"no id"},"first_tag":{"weight":1}})");

    ASSERT_TRUE(post);
    EXPECT_FALSE(post->boosted);
    EXPECT_FALSE(post->first_tag);
}

TEST(Mapping, ReadsWholeNumbersWhereFractionsAreExpected)
{
    const auto tag = from_json<Tag>(*parse_json(R"({"name":"a","weight":2})"));

    ASSERT_TRUE(tag);
    EXPECT_DOUBLE_EQ(tag->weight, 2.0);
}

TEST(ListFromJson, KeepsTheGoodItems)
{
    const auto posts = list_from_json<Post>(*parse_json(R"([{"id":"1"},{"id":"x"},7,{"id":"2"}])"));

    ASSERT_TRUE(posts);
    ASSERT_EQ(posts->size(), 2U);
    EXPECT_EQ((*posts)[1].id, StatusId{2});
    EXPECT_FALSE(list_from_json<Post>(json::object{}));
}

} // namespace
} // namespace kith::api

// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/note.h"

#include "federation/vocab/public_address.h"
#include "federation/vocab/read.h"
#include "tests/unit/federation/vectors.h"

#include <gmock/gmock.h>

namespace kith::vocab {

using test::parse_quoted;
using testing::ElementsAre;

namespace {

Note a_note()
{
    Note note;
    note.id = "https://a.example/n/1";
    note.attributed_to = "https://a.example/u/alice";
    note.content = "<p>Hello <b>you</b></p>";
    note.language = "en";
    note.summary = "food";
    note.sensitive = true;
    note.url = "https://a.example/@alice/1";
    note.in_reply_to = "https://b.example/n/7";
    note.published = from_ms(1700000000123);
    note.updated = from_ms(1700000100000);
    note.to = {std::string{k_public_address}};
    note.cc = {"https://a.example/u/alice/followers", "https://b.example/u/bob"};
    note.tags.mentions = {{"https://b.example/u/bob", "@bob@b.example"}};
    note.tags.hashtags = {{"#cats", "https://a.example/tags/cats"}};
    note.tags.emojis = {{"https://a.example/e/1", ":cat:", "https://a.example/e/1.png", from_ms(1600000000000)}};
    note.source = Source{"Hello **you**", "text/markdown"};
    note.attachments = {parse_quoted(
        "{'type':'Document','mediaType':'image/png','url':'https://a.example/p.png'}")};
    return note;
}

} // namespace

TEST(Note, ComesBackAsItWasWritten)
{
    const auto note = a_note();

    const json::value written = write_note(note);
    const auto read = read_note(written);

    ASSERT_TRUE(read);
    EXPECT_EQ(json::value(write_note(*read)), written);
    EXPECT_EQ(read->content, note.content);
    EXPECT_EQ(read->language, "en");
    EXPECT_EQ(read->published, note.published);
    EXPECT_EQ(read->cc, note.cc);
    EXPECT_EQ(read->tags.emojis.at(0).icon_url, "https://a.example/e/1.png");
    EXPECT_EQ(read->source->content, "Hello **you**");
    EXPECT_EQ(read->attachments.size(), 1u);
}

TEST(Note, WritesContextFirstAndListsAlways)
{
    Note note = a_note();
    note.tags = {};
    note.attachments.clear();
    note.cc.clear();

    const auto written = write_note(note);

    EXPECT_EQ(written.begin()->key(), "@context");
    for (const char* key : {"to", "cc", "tag", "attachment"})
        EXPECT_TRUE(written.at(key).is_array()) << key;
    EXPECT_FALSE(write_note(note, WithContext::No).contains("@context"));
}

TEST(Note, ReadsValuesForListsAndObjectsForIds)
{
    const auto read = read_note(parse_quoted(
        "{'id':'https://a.example/n/1','type':['Note','x:Thing'],"
        "'attributedTo':{'id':'https://a.example/u/alice','type':'Person'},'to':'as:Public',"
        "'cc':{'id':'https://a.example/f'},'tag':{'type':'Mention','href':'https://b.example/u/"
        "bob'},"
        "'inReplyTo':{'id':'https://b.example/n/"
        "7'},'attachment':{'type':'Image'},'content':null}"));

    ASSERT_TRUE(read);
    EXPECT_EQ(read->kind, "Note");
    EXPECT_EQ(read->attributed_to, "https://a.example/u/alice");
    EXPECT_TRUE(is_public(read->to.at(0)));
    EXPECT_THAT(read->cc, ElementsAre("https://a.example/f"));
    EXPECT_EQ(read->tags.mentions.size(), 1u);
    EXPECT_EQ(read->in_reply_to, "https://b.example/n/7");
    EXPECT_EQ(read->attachments.size(), 1u);
    EXPECT_TRUE(read->content.empty());
}

TEST(Note, TakesContentAndLanguageFromTheMap)
{
    const auto read = read_note(
        parse_quoted("{'id':'https://a.example/n/1','type':'Note',"
                     "'attributedTo':'https://a.example/u/a','contentMap':{'de':'Hallo'}}"));

    ASSERT_TRUE(read);
    EXPECT_EQ(read->content, "Hallo");
    EXPECT_EQ(read->language, "de");
}

TEST(Note, ReadsAllSpellingsOfPublicAndTypesWithPrefix)
{
    EXPECT_TRUE(is_public("https://www.w3.org/ns/activitystreams#Public"));
    EXPECT_TRUE(is_public("as:Public"));
    EXPECT_TRUE(is_public("Public"));
    EXPECT_FALSE(is_public("public"));
    const auto read = read_note(parse_quoted("{'id':'https://a.example/n/1','type':'as:Note',"
                                             "'attributedTo':'https://a.example/u/a'}"));
    EXPECT_TRUE(read);
}

TEST(Note, RefusesWhatIsNoPostOrHasNoIdOrAuthor)
{
    for (const char* text :
         {"[]", "'x'", "{}", "{'type':'Follow','id':'https://a.example/1'}",
          "{'type':'Note','attributedTo':'https://a.example/u/a'}",
          "{'type':'Note','id':['https://a.example/1'],'attributedTo':'https://a.example/u/a'}",
          "{'type':'Note','id':'https://a.example/1'}", "{'type':{'a':1},'id':'https://a.example/1'}",
          "{'type':'Note','id':'javascript:alert(1)','attributedTo':'https://a.example/u/a'}"}) {
        const auto read = read_note(parse_quoted(text));
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, Errc::invalid);
    }
}

TEST(Note, KeepsNoMoreThanTheBounds)
{
    json::array many;
    for (int i = 0; i < 50000; ++i)
        many.emplace_back("https://a.example/u/" + std::to_string(i));
    json::array tags(50000, parse_quoted("{'type':'Hashtag','name':'#a'}"));
    json::array pictures(500, parse_quoted("{'type':'Image'}"));
    json::object document = parse_quoted("{'id':'https://a.example/n/1','type':'Note',"
                                         "'attributedTo':'https://a.example/u/a'}")
                                .as_object();
    document["cc"] = many;
    document["tag"] = tags;
    document["attachment"] = pictures;
    document["content"] = std::string(k_max_text_bytes - 1, 'x') + "\xc3\xa9";
    document["name"] = std::string_view{"a\0b", 3};

    const auto read = read_note(document);

    ASSERT_TRUE(read);
    EXPECT_EQ(read->cc.size(), k_max_recipients);
    EXPECT_EQ(read->tags.hashtags.size(), k_max_tags);
    EXPECT_EQ(read->attachments.size(), k_max_attachments);
    EXPECT_EQ(read->content.size(), k_max_text_bytes - 1)
        << "cut before the character, not inside it";
    EXPECT_EQ(read->name, "ab");
}

TEST(Note, DropsLinksThatAreNoWebAddresses)
{
    const auto read = read_note(parse_quoted(
        "{'id':'https://a.example/n/1','type':'Note','attributedTo':'https://a.example/u/a',"
        "'url':['javascript:alert(1)',{'type':'Link','href':'https://user:pw@evil.example/'},"
        "{'type':'Link','mediaType':'video/mp4','href':'https://a.example/v.mp4'},"
        "{'type':'Link','mediaType':'text/html','href':'https://a.example/v'}],"
        "'tag':[{'type':'Mention','href':'javascript:alert(1)'},{'type':'Hashtag','name':'cats','"
        "href':'data:x'}]}"));

    ASSERT_TRUE(read);
    EXPECT_EQ(read->url, "https://a.example/v");
    EXPECT_TRUE(read->tags.mentions.empty());
    ASSERT_EQ(read->tags.hashtags.size(), 1u);
    EXPECT_EQ(read->tags.hashtags[0].name, "#cats");
    EXPECT_EQ(read->tags.hashtags[0].href, "");
}

} // namespace kith::vocab

// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/activity.h"

#include "federation/vocab/actor.h"
#include "federation/vocab/public_address.h"
#include "federation/vocab/tombstone.h"
#include "tests/unit/federation/vectors.h"

#include <gmock/gmock.h>

namespace kith::vocab {

using test::parse_quoted;
using test::string_of;
using testing::ElementsAre;

namespace {

const std::string k_alice = "https://a.example/u/alice";
const std::string k_bob = "https://b.example/u/bob";

Note a_note()
{
    Note note;
    note.id = "https://a.example/n/1";
    note.attributed_to = k_alice;
    note.content = "<p>hi</p>";
    note.published = from_ms(1700000000000);
    note.to = {std::string{k_public_address}};
    note.cc = {k_alice + "/followers"};
    return note;
}

} // namespace

TEST(Activity, FollowAndItsAcceptComeBack)
{
    const auto follow = make_follow("https://a.example/f/1", k_alice, k_bob);
    const auto accept = make_accept("https://b.example/a/1", k_bob, follow);

    const json::value written = write_activity(accept);
    const auto read = read_activity(written);

    ASSERT_TRUE(read);
    EXPECT_EQ(kind_of(*read), ActivityKind::Accept);
    EXPECT_EQ(read->actor, k_bob);
    EXPECT_EQ(read->object, "https://a.example/f/1");
    EXPECT_THAT(read->to, ElementsAre(k_alice));
    const auto inner = inner_activity(*read);
    ASSERT_TRUE(inner);
    EXPECT_EQ(kind_of(*inner), ActivityKind::Follow);
    EXPECT_EQ(inner->actor, k_alice);
    EXPECT_EQ(inner->object, k_bob);
    EXPECT_FALSE(written.at("object").as_object().contains("@context"));
}

TEST(Activity, CreateEmbedsThePostUnderOneContext)
{
    const json::value written = write_activity(make_create("https://a.example/n/1/activity", a_note()));

    EXPECT_TRUE(written.at("@context").is_array());
    EXPECT_FALSE(written.at("object").as_object().contains("@context"));
    EXPECT_EQ(written.at("to"), written.at("object").at("to"));
    EXPECT_EQ(string_of(written, "published"), "2023-11-14T22:13:20.000Z");
    const auto read = read_activity(written);
    ASSERT_TRUE(read);
    EXPECT_TRUE(read_note(read->embedded));
}

TEST(Activity, UpdateOfAnActorUsesTheActorsContext)
{
    Actor actor;
    actor.id = k_alice;
    actor.inbox = k_alice + "/inbox";

    const json::value written =
        write_activity(make_update_actor("https://a.example/up/1", k_alice, write_actor(actor)));

    EXPECT_EQ(written.at("@context"), actor_context());
    EXPECT_EQ(read_activity(written)->object, k_alice);
}

TEST(Activity, DeleteCarriesATombstoneAndAnAccountsDeleteTheBareId)
{
    const json::value post = write_activity(
        make_delete("https://a.example/d/1", k_alice, "https://a.example/n/1", a_note().to, {}));
    const json::value account = write_activity(make_delete_actor("https://a.example/d/2", k_alice));

    EXPECT_TRUE(read_tombstone(post.at("object")));
    EXPECT_EQ(string_of(account, "object"), k_alice);
    const auto read = read_activity(post);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->object, "https://a.example/n/1");
}

TEST(Activity, UndoAnnounceAndLikeComeBack)
{
    const auto announce = make_announce("https://a.example/b/1", k_alice, "https://b.example/n/7",
                                        from_ms(0), a_note().to, a_note().cc);
    const auto undo = make_undo("https://a.example/b/1/undo", k_alice, announce);
    const auto like = make_like("https://a.example/l/1", k_alice, "https://b.example/n/7", k_bob);

    const auto read = read_activity(write_activity(undo));
    ASSERT_TRUE(read);
    EXPECT_EQ(kind_of(*read), ActivityKind::Undo);
    EXPECT_EQ(kind_of(*inner_activity(*read)), ActivityKind::Announce);
    EXPECT_EQ(read->cc, announce.cc);
    const auto liked = read_activity(write_activity(like));
    EXPECT_EQ(kind_of(*liked), ActivityKind::Like);
    EXPECT_THAT(liked->to, ElementsAre(k_bob));
}

TEST(Activity, RejectComesBack)
{
    const auto reject =
        make_reject("https://b.example/r/1", k_bob, make_follow("https://a.example/f/1", k_alice, k_bob));

    EXPECT_EQ(kind_of(*read_activity(write_activity(reject))), ActivityKind::Reject);
}

TEST(Activity, RefusesSeveralActorsAndIdsThatAreNoAddress)
{
    for (const char* text :
         {"{}", "{'type':'Follow'}", "{'actor':'https://a.example/u'}",
          "{'type':'Follow','actor':[{'id':'https://a.example/u'},{'id':'https://v.example/u'}]}",
          "{'type':'Follow','id':['https://a.example/1'],'actor':'https://a.example/u'}",
          "{'type':'Follow','id':'x','actor':'https://a.example/u'}", "{'type':7,'actor':'https://a.example/u'}"})
        EXPECT_FALSE(read_activity(parse_quoted(text))) << text;
}

TEST(Activity, ReadsListsOfObjectsAndUnknownTypes)
{
    const auto flag =
        read_activity(parse_quoted("{'type':'Flag','actor':'https://a.example/u','object':['https:/"
                                   "/b.example/u/b','https://b.example/n/1']}"));

    ASSERT_TRUE(flag);
    EXPECT_EQ(kind_of(*flag), ActivityKind::Other);
    EXPECT_THAT(flag->objects, ElementsAre("https://b.example/u/b", "https://b.example/n/1"));
    EXPECT_EQ(flag->object, "");
    EXPECT_TRUE(write_activity(*flag).at("object").is_array());
}

TEST(Activity, SeesNoActivityInAPost)
{
    const auto read = read_activity(
        parse_quoted("{'type':'Undo','actor':'https://a.example/"
                     "u','object':{'type':['Note','Follow'],'actor':'https://v.example/u',"
                     "'id':'https://a.example/1'}}"));

    ASSERT_TRUE(read);
    EXPECT_FALSE(inner_activity(*read));
}

} // namespace kith::vocab

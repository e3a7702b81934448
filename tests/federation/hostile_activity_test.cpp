// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/hostile.h"

using namespace kith;
using namespace kith::tests;
using ::testing::IsEmpty;

namespace {

class HostileActivity : public HostilePeer {
protected:
    json::object create(const json::object& note) { return evil.activity("Create", mallory, note); }
};

} // namespace

TEST_F(HostileActivity, TheSameOneTwiceHappensOnce)
{
    auto note = evil.note(mallory, "once");
    note["tag"] = json::array{json::object{
        {"type", "Mention"}, {"href", "https://alpha.test/users/alice"}, {"name", "@alice@alpha.test"}}};
    note["cc"] = json::array{"https://alpha.test/users/alice"};
    const auto delivery = sign(mallory, create(note));

    EXPECT_EQ(deliver(delivery), 202);
    const auto before = data();
    EXPECT_EQ(deliver(delivery), 202);
    EXPECT_EQ(data(), before);

    // Neither does the note in another activity come twice.
    EXPECT_EQ(deliver(mallory, create(note)), 202);
    EXPECT_EQ(count_with(alice->home(), "once"), 1U);
    EXPECT_EQ(alice->notifications("mention").size(), 1U);
}

TEST_F(HostileActivity, ItsIdIsOfItsActorsOrigin)
{
    auto activity = create(evil.note(mallory, "foreign activity"));
    activity["id"] = "https://good.test/activities/99";
    expect_refused(mallory, activity, 403, "not of its actor's origin");
}

TEST_F(HostileActivity, APostIsItsSendersOwn)
{
    expect_refused(mallory, create(evil.note(eve, "of a neighbour")), 403, "may not say this");
    expect_refused(mallory, create(good.note(grace, "of somebody elsewhere")), 403, "may not say this");

    auto misplaced = evil.note(mallory, "misplaced");
    misplaced["id"] = "https://good.test/notes/77";
    expect_refused(mallory, create(misplaced), 403, "may not say this");

    auto ours = evil.note(mallory, "on our own ground");
    ours["id"] = "https://alpha.test/users/alice/statuses/1";
    expect_refused(mallory, create(ours), 403, "may not say this");

    auto shared = evil.note(mallory, "of two");
    shared["attributedTo"] = json::array{mallory.id, grace.id};
    expect_refused(mallory, create(shared), 403, "may not say this");
}

TEST_F(HostileActivity, OnlyTheAuthorDeletes)
{
    const auto by_grace = post_of(good, grace, "Grace wrote this");
    const auto by_mallory = post_of(evil, mallory, "Mallory wrote this");
    const auto by_alice = text_of(alice->post("Alice wrote this"), "uri");

    expect_refused(mallory, evil.activity("Delete", mallory, json::value(by_grace)), 403, "may not say this");
    expect_refused(eve, evil.activity("Delete", eve, json::value(by_mallory)), 403, "may not say this");
    expect_refused(mallory, evil.activity("Delete", mallory, json::value(by_alice)), 403, "may not say this");
    expect_refused(mallory, evil.activity("Delete", mallory, json::value(grace.id)), 403, "may not say this");
    for (const char* author : {"Grace", "Mallory", "Alice"})
        EXPECT_EQ(count_with(alice->home(), author + std::string{" wrote this"}), 1U);
}

TEST_F(HostileActivity, WhatWasDeletedStaysDead)
{
    const auto note = evil.note(mallory, "the undead");
    EXPECT_EQ(deliver(mallory, create(note)), 202);
    const auto id = id_with(alice->home(), "the undead");

    EXPECT_EQ(deliver(mallory, evil.activity("Delete", mallory,
                                             json::object{{"type", "Tombstone"}, {"id", note.at("id")}})),
              202);
    EXPECT_EQ(alice->status_of(id), 404);
    EXPECT_EQ(deliver(mallory, create(note)), 202) << "a late copy is no mistake of the peer";
    EXPECT_EQ(count_with(alice->home(), "the undead"), 0U);

    // The deletion overtakes the post.
    const auto overtaken = evil.note(mallory, "too late");
    EXPECT_EQ(deliver(mallory, evil.activity("Delete", mallory, overtaken.at("id"))), 202);
    EXPECT_EQ(deliver(mallory, create(overtaken)), 202);
    EXPECT_EQ(count_with(alice->home(), "too late"), 0U);
}

TEST_F(HostileActivity, OnlyWhoWasAskedAccepts)
{
    const auto& harry = good.add_actor("harry");
    const auto account = alice->find("harry@good.test");
    alice->follow(account);
    json::value asked;
    EXPECT_TRUE(eventually([&] { return good.count_of("Follow") == 2; }));
    asked = good.wait_for("Follow");
    ASSERT_EQ(text_of(asked, "object"), harry.id);

    expect_refused(mallory, evil.activity("Accept", mallory, asked), 403, "may not say this");
    expect_refused(mallory, evil.activity("Reject", mallory, asked.at("id")), 403, "may not say this");
    EXPECT_TRUE(alice->relationship(account).at("requested").as_bool());
    EXPECT_EQ(deliver(harry, good.activity("Accept", harry, asked)), 202);
    EXPECT_TRUE(alice->relationship(account).at("following").as_bool());
}

TEST_F(HostileActivity, AnAnswerToNoQuestionMakesNoFollow)
{
    const auto eve_here = alice->find("eve@evil.test");
    const json::object invented{{"id", "https://alpha.test/users/alice/follows/1"},
                                {"type", "Follow"},
                                {"actor", "https://alpha.test/users/alice"},
                                {"object", eve.id}};
    EXPECT_EQ(deliver(eve, evil.activity("Accept", eve, invented)), 202)
        << "nothing to do: as the map says, softly";
    EXPECT_EQ(deliver(eve, evil.activity("Accept", eve, invented.at("id"))), 202);

    EXPECT_FALSE(alice->relationship(eve_here).at("following").as_bool());
    EXPECT_FALSE(alice->relationship(eve_here).at("requested").as_bool());
    EXPECT_EQ(deliver(eve, evil.activity("Create", eve, evil.note(eve, "unasked"))), 202);
    EXPECT_EQ(count_with(alice->public_timeline(), "unasked"), 0U) << "it concerns nobody here";
}

TEST_F(HostileActivity, OnlyTheFollowerUndoes)
{
    const auto follow = good.activity("Follow", grace, json::value("https://alpha.test/users/alice"));
    EXPECT_EQ(deliver(grace, follow), 202);
    EXPECT_EQ(text_of(good.wait_for("Accept").at("object"), "id"), text_of(follow, "id"));
    const auto followers = [&] {
        return alice->account(alice->id()).at("followers_count").as_int64();
    };
    ASSERT_EQ(followers(), 1);

    expect_refused(mallory, evil.activity("Undo", mallory, follow), 403, "may not say this");
    expect_refused(mallory, evil.activity("Undo", mallory, follow.at("id")), 403, "may not say this");
    auto claimed = follow;
    claimed["actor"] = mallory.id;
    expect_refused(mallory, evil.activity("Undo", mallory, claimed), 403, "may not say this");
    EXPECT_EQ(followers(), 1);
    EXPECT_EQ(deliver(grace, good.activity("Undo", grace, follow)), 202);
    EXPECT_EQ(followers(), 0);
}

TEST_F(HostileActivity, CannotChooseWhoSeesIt)
{
    const Person carol(alpha(), "carol");
    auto direct = evil.note(mallory, "whispered");
    direct["to"] = json::array{"https://alpha.test/users/alice"};
    direct["cc"] = json::array{};
    EXPECT_EQ(deliver(mallory, create(direct)), 202);

    // Addressed without being named: she may read it, and is not told.
    const auto id = id_with(alice->home(), "whispered");
    ASSERT_FALSE(id.empty());
    EXPECT_TRUE(alice->notifications("mention").empty());
    EXPECT_EQ(carol.status_of(id), 404);
    EXPECT_EQ(carol.context_status_of(id), 404);
    EXPECT_EQ(alpha().client().get("/api/v1/statuses/" + id).status, 404);
    EXPECT_EQ(count_with(carol.public_timeline(), "whispered"), 0U);
}

TEST_F(HostileActivity, HasNoScript)
{
    auto note = evil.note(mallory, "harmless");
    note["content"] = "<p onclick=\"x()\">harmless<script>alert(1)</script><img src=x "
                      "onerror=alert(1)><a href=\"javascript:x()\">y</a></p>";
    note["url"] = "javascript:alert(1)";
    EXPECT_EQ(deliver(mallory, create(note)), 202);

    const auto home = alice->home();
    ASSERT_EQ(count_with(home, "harmless"), 1U);
    const auto content = text_of(home.front(), "content");
    for (const char* bad : {"script", "onclick", "onerror"})
        EXPECT_EQ(content.find(bad), std::string::npos) << content;
    EXPECT_EQ(text_of(home.front(), "url").find("javascript"), std::string::npos)
        << text_of(home.front(), "url");
}

TEST_F(HostileActivity, HasBounds)
{
    auto delivery = good_delivery("big");
    delivery.body += std::string((1 << 20) + 1, ' ');
    expect_refused(delivery, 413, "");

    std::string bomb = R"({"id":"https://evil.test/activities/bomb","type":"Create","actor":"https://evil.test/users/mallory","object":)";
    for (int i = 0; i < 5000; ++i)
        bomb += "[";
    bomb += std::string(5000, ']') + "}";
    delivery = good_delivery("deep");
    delivery.body = bomb;
    expect_refused(delivery, 413, "");

    delivery = good_delivery("no JSON");
    delivery.body = "{\"type\": ";
    expect_refused(delivery, 400, "JSON");

    delivery = good_delivery("wrong type");
    delivery.header("Content-Type") = "text/html";
    expect_refused(delivery, 422, "application/activity+json");

    delivery = good_delivery("no such inbox");
    delivery.path = "/users/nobody/inbox";
    EXPECT_EQ(deliver(delivery), 404);
}

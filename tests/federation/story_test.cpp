// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/two_servers.h"

#include <gmock/gmock.h>

using namespace kith;
using namespace kith::tests;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

class Story : public TwoServers { };
KITH_TWO_SERVERS(Story);

/// The first update whose content has the text.
std::optional<json::value> wait_for_post(WebSocketClient& stream, const std::string& text)
{
    const auto event = stream.wait_for([&](const StreamEvent& candidate) {
        return candidate.event == "update" && candidate.payload.find(text) != std::string::npos;
    });
    if (!event)
        return std::nullopt;
    return event->json();
}

/// At last: where alpha is several processes, they tell each other what changed, and have five seconds for it.
bool has_replies(const Person& reader, const std::string& status, std::int64_t count)
{
    return eventually([&] { return reader.status(status).at("replies_count").as_int64() == count; }, std::chrono::seconds{5});
}

std::string id_in_home(const Person& reader, const std::string& text)
{
    std::string id;
    eventually([&] { return !(id = id_with(reader.home(), text)).empty(); });
    return id;
}

} // namespace

TEST_P(Story, APersonIsFoundAndFollowedAcrossServers)
{
    const Person alice(alpha(), "alice");
    const Person bob(beta(), "bob");
    WebSocketClient live(alice.http());

    const auto alice_at_beta = bob.find("alice@alpha.test");
    ASSERT_FALSE(alice_at_beta.empty());
    const auto asked = bob.follow(alice_at_beta);
    EXPECT_TRUE(asked.at("requested").as_bool()) << "the other server has not answered yet";
    EXPECT_FALSE(asked.at("following").as_bool());

    EXPECT_TRUE(eventually([&] { return bob.relationship(alice_at_beta).at("following").as_bool(); }));
    EXPECT_FALSE(bob.relationship(alice_at_beta).at("requested").as_bool());
    const auto notified = live.wait_for("notification");
    ASSERT_TRUE(notified);
    EXPECT_EQ(text_of(notified->json(), "type"), "follow");
    EXPECT_EQ(text_of(notified->json().at("account"), "acct"), "bob@beta.test");
    ASSERT_EQ(alice.notifications("follow").size(), 1U);
    EXPECT_EQ(alice.account(alice.id()).at("followers_count").as_int64(), 1);
    EXPECT_EQ(bob.account(bob.id()).at("following_count").as_int64(), 1);
    EXPECT_EQ(bob.account(alice_at_beta).at("acct"), "alice@alpha.test");
    EXPECT_EQ(bob.account(alice_at_beta).at("uri"), "https://alpha.test/users/alice");
    EXPECT_EQ(bob.find("nobody@alpha.test"), "");
}

TEST_P(Story, APostArrivesLiveAndInTheHomeTimeline)
{
    const Person alice(alpha(), "alice");
    const Person bob(beta(), "bob");
    const auto alice_at_beta = bob.befriend(alice);
    WebSocketClient live(bob.http());

    const auto posted =
        alice.post("Good <b>morning</b>, @bob@beta.test! #Sunrise over the #harbour",
                   {{"spoiler_text", "weather"}, {"visibility", "unlisted"}, {"language", "en"}});

    const auto arrived = wait_for_post(live, "morning");
    ASSERT_TRUE(arrived);
    EXPECT_EQ(text_of(arrived->at("account"), "acct"), "alice@alpha.test");
    EXPECT_EQ(text_of(arrived->at("account"), "id"), alice_at_beta);
    EXPECT_THAT(text_of(*arrived, "content"), HasSubstr("&lt;b&gt;morning"))
        << "what she wrote is text";
    EXPECT_EQ(text_of(*arrived, "uri"), text_of(posted, "uri"));
    EXPECT_EQ(text_of(*arrived, "visibility"), "unlisted");
    EXPECT_EQ(text_of(*arrived, "spoiler_text"), "weather");
    EXPECT_TRUE(arrived->at("sensitive").as_bool());
    EXPECT_EQ(text_of(*arrived, "language"), "en");
    ASSERT_EQ(arrived->at("tags").as_array().size(), 2U);
    EXPECT_EQ(text_of(arrived->at("tags").as_array().at(0), "name"), "harbour");
    ASSERT_EQ(arrived->at("mentions").as_array().size(), 1U);
    EXPECT_EQ(text_of(arrived->at("mentions").as_array().at(0), "id"), bob.id());
    EXPECT_EQ(text_of(arrived->at("mentions").as_array().at(0), "acct"), "bob");

    EXPECT_EQ(count_with(bob.home(), "morning"), 1U);
    EXPECT_EQ(count_with(bob.timeline_of(alice_at_beta), "morning"), 1U);
    EXPECT_EQ(count_with(bob.get("/api/v1/timelines/tag/sunrise").as_array(), "morning"), 0U)
        << "unlisted";
    EXPECT_EQ(count_with(bob.public_timeline(), "morning"), 0U) << "unlisted";
    const auto mentions = bob.notifications("mention");
    ASSERT_EQ(mentions.size(), 1U);
    EXPECT_EQ(text_of(mentions.front().at("status"), "uri"), text_of(posted, "uri"));

    alice.post("For everybody #sunrise");
    ASSERT_TRUE(wait_for_post(live, "For everybody"));
    EXPECT_EQ(count_with(bob.public_timeline(), "For everybody"), 1U);
    EXPECT_EQ(count_with(bob.get("/api/v1/timelines/tag/sunrise").as_array(), "For everybody"), 1U);
}

TEST_P(Story, ARepliesThreadIsTheSameOnBothServers)
{
    const Person alice(alpha(), "alice");
    const Person bob(beta(), "bob");
    bob.befriend(alice);
    WebSocketClient live(alice.http());
    const auto first = text_of(alice.post("Who comes along?"), "id");
    const auto first_at_beta = id_in_home(bob, "Who comes along");
    ASSERT_FALSE(first_at_beta.empty());

    const auto reply =
        text_of(bob.post("@alice@alpha.test I do!", {{"in_reply_to_id", first_at_beta}}), "id");
    const auto notified = live.wait_for("notification");

    ASSERT_TRUE(notified);
    EXPECT_EQ(text_of(notified->json(), "type"), "mention");
    const auto reply_at_alpha = text_of(notified->json().at("status"), "id");
    EXPECT_EQ(text_of(notified->json().at("status"), "in_reply_to_id"), first);
    EXPECT_EQ(text_of(notified->json().at("status"), "in_reply_to_account_id"), alice.id());
    EXPECT_THAT(alice.descendants(first), ElementsAre(HasSubstr("I do!")));
    EXPECT_THAT(bob.descendants(first_at_beta), ElementsAre(HasSubstr("I do!")));
    EXPECT_THAT(bob.ancestors(reply), ElementsAre(HasSubstr("Who comes along")));
    EXPECT_TRUE(has_replies(alice, first, 1));
    EXPECT_EQ(bob.status(first_at_beta).at("replies_count").as_int64(), 1);

    alice.post("Great, at nine.", {{"in_reply_to_id", reply_at_alpha}});
    EXPECT_FALSE(id_in_home(bob, "at nine").empty());
    EXPECT_THAT(bob.descendants(first_at_beta),
                ElementsAre(HasSubstr("I do!"), HasSubstr("at nine")));
    EXPECT_THAT(alice.descendants(first), ElementsAre(HasSubstr("I do!"), HasSubstr("at nine")));
    EXPECT_EQ(bob.status(reply).at("replies_count").as_int64(), 1);

    EXPECT_EQ(bob.remove(reply), 200);
    EXPECT_TRUE(eventually([&] { return alice.status_of(reply_at_alpha) == 404; }));
    EXPECT_TRUE(has_replies(alice, first, 0));
    EXPECT_EQ(bob.status(first_at_beta).at("replies_count").as_int64(), 0);
}

TEST_P(Story, ADeletedPostIsGoneEverywhere)
{
    const Person alice(alpha(), "alice");
    const Person bob(beta(), "bob");
    bob.befriend(alice);
    const auto posted = alice.post("A slip of the finger");
    const auto at_beta = id_in_home(bob, "slip of the finger");
    ASSERT_FALSE(at_beta.empty());
    WebSocketClient live(bob.http());

    EXPECT_EQ(alice.remove(text_of(posted, "id")), 200);

    const auto gone = live.wait_for("delete");
    ASSERT_TRUE(gone);
    EXPECT_EQ(gone->payload, at_beta);
    EXPECT_EQ(bob.status_of(at_beta), 404);
    EXPECT_EQ(count_with(bob.home(), "slip of the finger"), 0U);
    EXPECT_EQ(alice.status_of(text_of(posted, "id")), 404);
    const auto path = text_of(posted, "uri").substr(std::string{"https://alpha.test"}.size());
    const auto tombstone =
        alpha().client().send("GET", path, {{"Accept", "application/activity+json"}}, {});
    EXPECT_EQ(tombstone.status, 410);
    EXPECT_EQ(text_of(tombstone.json(), "type"), "Tombstone");
    EXPECT_EQ(bob.account(bob.find("alice@alpha.test")).at("statuses_count").as_int64(), 0);
}

TEST_P(Story, WhoUnfollowsHearsNoMore)
{
    const Person alice(alpha(), "alice");
    const Person bob(beta(), "bob");
    const Person carol(beta(), "carol");
    const auto alice_at_beta = bob.befriend(alice);
    carol.befriend(alice);

    EXPECT_FALSE(bob.unfollow(alice_at_beta).at("following").as_bool());
    EXPECT_TRUE(
        eventually([&] { return alice.account(alice.id()).at("followers_count").as_int64() == 1; }));
    alice.post("After the farewell");

    EXPECT_FALSE(id_in_home(carol, "After the farewell").empty()) << "it has come to the server";
    EXPECT_EQ(count_with(bob.home(), "After the farewell"), 0U);
    carol.unfollow(alice_at_beta);
    EXPECT_TRUE(
        eventually([&] { return alice.account(alice.id()).at("followers_count").as_int64() == 0; }));
    alice.post("Nobody listens");
    alice.post("@carol@beta.test but you");
    EXPECT_TRUE(eventually([&] { return carol.notifications("mention").size() == 1; }));
    EXPECT_EQ(count_with(bob.public_timeline(), "Nobody listens"), 0U) << "it was not sent at all";
}

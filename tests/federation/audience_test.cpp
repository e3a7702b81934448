// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/two_servers.h"

#include <gmock/gmock.h>

using namespace kith;
using namespace kith::tests;
using ::testing::IsEmpty;

namespace {

/// Alice on alpha; Bob on beta follows her, and she follows him; Dora on beta only follows; Carol on beta does not.
class Audience : public TwoServers {
protected:
    void SetUp() override
    {
        TwoServers::SetUp();
        if (IsSkipped())
            return;
        alice.emplace(alpha(), "alice");
        bob.emplace(beta(), "bob");
        carol.emplace(beta(), "carol");
        dora.emplace(beta(), "dora");
        bob->befriend(*alice);
        dora->befriend(*alice);
        alice->befriend(*bob);
    }

    /// Waits until the post is on beta, which `reader` may read; its id there.
    static std::string arrives_at(const Person& reader, const std::string& text)
    {
        std::string id;
        eventually([&] { return !(id = id_with(reader.home(), text)).empty(); });
        return id;
    }
    void expect_hidden_from(const Person& reader, const std::string& id, const std::string& text)
    {
        EXPECT_EQ(reader.status_of(id), 404) << reader.handle();
        EXPECT_EQ(reader.context_status_of(id), 404) << reader.handle();
        EXPECT_EQ(count_with(reader.home(), text), 0U) << reader.handle();
        EXPECT_EQ(count_with(reader.public_timeline(), text), 0U) << reader.handle();
        EXPECT_EQ(count_with(reader.timeline_of(reader.find("alice@alpha.test")), text), 0U)
            << reader.handle();
        EXPECT_THAT(reader.notifications("mention"), IsEmpty()) << reader.handle();
        EXPECT_EQ(beta().client().get("/api/v1/statuses/" + id).status, 404) << "signed out";
    }

    std::optional<Person> alice, bob, carol, dora;
};
KITH_TWO_SERVERS(Audience);

} // namespace

TEST_P(Audience, AFollowersPostIsForFollowers)
{
    const auto posted = alice->post("Among us", {{"visibility", "private"}});

    const auto at_beta = arrives_at(*bob, "Among us");
    ASSERT_FALSE(at_beta.empty());
    EXPECT_EQ(text_of(bob->status(at_beta), "visibility"), "private");
    EXPECT_EQ(count_with(dora->home(), "Among us"), 1U);
    expect_hidden_from(*carol, at_beta, "Among us");
    const auto path = text_of(posted, "uri").substr(std::string{"https://alpha.test"}.size());
    EXPECT_EQ(alpha().client().send("GET", path, {{"Accept", "application/activity+json"}}, {}).status, 404);
}

TEST_P(Audience, ADirectPostIsForWhomItNames)
{
    alice->post("@bob@beta.test Just you", {{"visibility", "direct"}});

    EXPECT_TRUE(eventually([&] { return bob->notifications("mention").size() == 1; }));
    const auto at_beta = text_of(bob->notifications("mention").at(0).at("status"), "id");
    EXPECT_EQ(text_of(bob->status(at_beta), "visibility"), "direct");
    expect_hidden_from(*carol, at_beta, "Just you");
    expect_hidden_from(*dora, at_beta, "Just you");
}

TEST_P(Audience, AFriendsPostIsForThoseWhoFollowEachOther)
{
    const auto posted = alice->post("Old friends", {{"kith_audience", "friends"}});

    std::string at_beta;
    EXPECT_TRUE(eventually([&] { return !(at_beta = id_with(bob->home(), "Old friends")).empty(); }));
    ASSERT_FALSE(at_beta.empty());
    expect_hidden_from(*carol, at_beta, "Old friends");
    expect_hidden_from(*dora, at_beta, "Old friends");
    // Bob is let in, not named: nothing tells him so, and nobody sees who else was.
    EXPECT_EQ(bob->notifications("mention").size(), 0U);
    EXPECT_TRUE(bob->status(at_beta).at("mentions").as_array().empty());

    // Who was a friend then hears of the deletion, friend or not.
    alice->unfollow(alice->find(bob->handle()));
    EXPECT_EQ(alice->remove(text_of(posted, "id")), 200);
    EXPECT_TRUE(eventually([&] { return bob->status_of(at_beta) == 404; }));
}

TEST_P(Audience, AnAnswerToANarrowPostIsNoWiderThanIt)
{
    alice->post("Among us", {{"visibility", "private"}});
    const auto at_beta = arrives_at(*bob, "Among us");
    ASSERT_FALSE(at_beta.empty());

    const auto reply =
        text_of(bob->post("@alice@alpha.test Hear, hear", {{"in_reply_to_id", at_beta}}), "id");

    EXPECT_TRUE(eventually([&] { return alice->notifications("mention").size() == 1; }));
    EXPECT_EQ(dora->status_of(reply), 200) << "Dora may read what it answers";
    EXPECT_EQ(carol->status_of(reply), 404);
    EXPECT_EQ(count_with(carol->public_timeline(), "Hear, hear"), 0U);
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/two_servers.h"

using namespace kith;
using namespace kith::tests;
using std::chrono::seconds;

namespace {

class Delivery : public TwoServers { };
KITH_TWO_SERVERS(Delivery);

} // namespace

TEST_P(Delivery, WaitsForAPeerThatIsDown)
{
    const Person alice(alpha(), "alice");
    const Person bob(beta(), "bob");
    bob.befriend(alice);
    beta().stop();

    alice.post("You were away");
    alice.post("Twice even");
    ASSERT_TRUE(alpha().wait_for_log("A delivery did not arrive."));
    beta().start();

    // The first retry comes after 16 s (jobs/backoff); the second post waits behind the first.
    EXPECT_TRUE(eventually([&] { return count_with(bob.home(), "Twice even") == 1; }, seconds{40}));
    EXPECT_EQ(count_with(bob.home(), "You were away"), 1U);
}

TEST_P(Delivery, SurvivesTheDeathOfTheSender)
{
    const Person alice(alpha(), "alice");
    const Person bob(beta(), "bob");
    bob.befriend(alice);
    alice.post("@bob@beta.test Before");
    ASSERT_TRUE(eventually([&] { return bob.notifications("mention").size() == 1; }));

    alice.post("@bob@beta.test What was answered is kept");
    alpha().kill();
    alpha().start();

    // A job under way at the end of its process is free again when its lease has run out, after 60 s.
    EXPECT_TRUE(eventually([&] { return count_with(bob.home(), "is kept") == 1; }, seconds{90}));
    EXPECT_EQ(bob.notifications("mention").size(), 2U);
    EXPECT_EQ(count_with(alice.home(), "is kept"), 1U);
}

TEST_P(Delivery, SurvivesTheDeathOfTheReceiver)
{
    const Person alice(alpha(), "alice");
    const Person bob(beta(), "bob");
    bob.befriend(alice);
    alice.post("@bob@beta.test Look");
    ASSERT_TRUE(eventually([&] { return bob.notifications("mention").size() == 1; }));

    beta().kill();
    beta().start();

    EXPECT_EQ(count_with(bob.home(), "Look"), 1U);
    EXPECT_EQ(bob.notifications("mention").size(), 1U);
    alice.post("@bob@beta.test Again");
    EXPECT_TRUE(eventually([&] { return bob.notifications("mention").size() == 2; }, seconds{40}));
}

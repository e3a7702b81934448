// SPDX-License-Identifier: Apache-2.0
#include "federation/addressing/audience.h"

#include "federation/vocab/public_address.h"

#include <gmock/gmock.h>

namespace kith::addressing {

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const std::string k_public{vocab::k_public_address};
const std::string k_followers = "https://a.example/u/alice/followers";
const std::string k_bob = "https://b.example/u/bob";

} // namespace

TEST(Audience, ComesBackForAllFour)
{
    for (auto audience : {Audience::Public, Audience::Unlisted, Audience::Followers, Audience::Direct}) {
        const auto addresses = write_audience(audience, k_followers, {k_bob});
        EXPECT_EQ(read_audience(addresses.to, addresses.cc, k_followers), audience);
        EXPECT_THAT(recipients(addresses.to, addresses.cc, k_followers), ElementsAre(k_bob));
    }
}

TEST(Audience, StandsInToAndCcAsOthersExpect)
{
    const auto open = write_audience(Audience::Public, k_followers, {k_bob, k_bob});
    EXPECT_THAT(open.to, ElementsAre(k_public));
    EXPECT_THAT(open.cc, ElementsAre(k_followers, k_bob));
    const auto unlisted = write_audience(Audience::Unlisted, k_followers, {});
    EXPECT_THAT(unlisted.to, ElementsAre(k_followers));
    EXPECT_THAT(unlisted.cc, ElementsAre(k_public));
    const auto followers = write_audience(Audience::Followers, k_followers, {k_bob});
    EXPECT_THAT(followers.to, ElementsAre(k_followers));
    const auto direct = write_audience(Audience::Direct, k_followers, {k_bob});
    EXPECT_THAT(direct.to, ElementsAre(k_bob));
    EXPECT_THAT(direct.cc, IsEmpty());
}

TEST(Audience, ReadsOddSpellingsAndDoubtAsTheNarrower)
{
    EXPECT_EQ(read_audience({"as:Public"}, {}, k_followers), Audience::Public);
    EXPECT_EQ(read_audience({}, {"Public"}, k_followers), Audience::Unlisted);
    EXPECT_EQ(read_audience({k_bob}, {k_followers}, k_followers), Audience::Followers);
    EXPECT_EQ(read_audience({"https://a.example/u/other/followers"}, {}, k_followers), Audience::Direct);
    EXPECT_EQ(read_audience({""}, {}, ""), Audience::Direct);
    EXPECT_EQ(narrower(Audience::Public, Audience::Followers), Audience::Followers);
    EXPECT_EQ(narrower(Audience::Direct, Audience::Unlisted), Audience::Direct);
}

} // namespace kith::addressing

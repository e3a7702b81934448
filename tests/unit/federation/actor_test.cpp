// SPDX-License-Identifier: Apache-2.0
#include "federation/vocab/actor.h"

#include "federation/addressing/actor_trust.h"
#include "tests/unit/federation/vectors.h"

#include <gtest/gtest.h>

namespace kith::vocab {

using addressing::check_key_owner;
using addressing::trusted_actor;
using test::parse_quoted;

namespace {

Actor an_actor()
{
    Actor actor;
    actor.id = "https://a.example/u/alice";
    actor.preferred_username = "alice";
    actor.name = "Alice";
    actor.summary = "<p>hi</p>";
    actor.url = "https://a.example/@alice";
    actor.inbox = actor.id + "/inbox";
    actor.outbox = actor.id + "/outbox";
    actor.followers = actor.id + "/followers";
    actor.following = actor.id + "/following";
    actor.shared_inbox = "https://a.example/inbox";
    actor.webfinger = "alice@a.example";
    actor.public_keys = {{actor.id + "#main-key", actor.id, "-----BEGIN PUBLIC KEY-----\nAAAA\n"}};
    actor.assertion_methods = {{actor.id + "#ed25519-key", actor.id, "z6MkexampleKey"}};
    actor.manually_approves_followers = true;
    actor.discoverable = true;
    actor.icon = {"https://a.example/p.png", "image/png"};
    actor.published = from_ms(1700000000000);
    return actor;
}

std::string with_keys(const std::string& keys)
{
    return "{'id':'https://a.example/u/a','type':'Person','inbox':'https://a.example/u/a/"
           "inbox','publicKey':" +
           keys + "}";
}

} // namespace

TEST(Actor, ComesBackAsItWasWritten)
{
    const json::value written = write_actor(an_actor());

    const auto read = read_actor(written);

    ASSERT_TRUE(read);
    EXPECT_EQ(json::value(write_actor(*read)), written);
    EXPECT_EQ(read->public_keys.at(0).id, "https://a.example/u/alice#main-key");
    EXPECT_EQ(read->assertion_methods.at(0).multibase, "z6MkexampleKey");
    EXPECT_TRUE(read->discoverable);
    EXPECT_FALSE(read->indexable);
    EXPECT_TRUE(written.at("publicKey").is_object());
    EXPECT_TRUE(written.at("assertionMethod").is_array());
}

TEST(Actor, RefusesWhatIsNoActorOrHasNoInbox)
{
    for (const char* text : {"{}", "{'type':'Note','id':'https://a.example/1','inbox':'https://a.example/i'}",
                             "{'type':'Person','inbox':'https://a.example/i'}",
                             "{'type':'Person','id':'https://a.example/1'}"})
        EXPECT_FALSE(read_actor(parse_quoted(text))) << text;
}

TEST(Actor, ReadsAListOfKeysAndLeavesOutThoseOfOthers)
{
    const auto read = read_actor(parse_quoted(with_keys(
        "[{'id':'https://a.example/u/a#1','owner':'https://a.example/u/a','publicKeyPem':'A'},"
        "{'id':'https://a.example/u/a#2','owner':'https://victim.example/u/v','publicKeyPem':'B'},"
        "{'id':'https://a.example/u/a#3','publicKeyPem':'C'}]")));

    ASSERT_TRUE(read);
    ASSERT_EQ(read->public_keys.size(), 2u);
    EXPECT_EQ(read->public_keys[0].pem, "A");
    EXPECT_EQ(read->public_keys[1].owner, "https://a.example/u/a");
}

TEST(Actor, BelievesNeitherOfTwoKeysWithOneId)
{
    const auto read = read_actor(parse_quoted(with_keys(
        "[{'id':'https://a.example/u/a#1','owner':'https://a.example/u/a','publicKeyPem':'A'},"
        "{'id':'https://a.example/u/a#1','owner':'https://a.example/u/a','publicKeyPem':'B'}]")));

    ASSERT_TRUE(read);
    EXPECT_TRUE(read->public_keys.empty());
}

TEST(Actor, FindsAKeyInItselfInAStubAndAlone)
{
    const auto in_actor = parse_quoted(with_keys(
        "{'id':'https://a.example/u/a#1','owner':'https://a.example/u/a','publicKeyPem':'A'}"));
    const auto stub =
        parse_quoted("{'id':'https://a.example/u/a','publicKey':{'id':'https://a.example/u/a/key',"
                     "'owner':'https://a.example/u/a','publicKeyPem':'B'}}");
    const auto bare = parse_quoted(
        "{'id':'https://a.example/k','owner':'https://a.example/u/a','publicKeyPem':'C'}");

    EXPECT_EQ(read_public_key(in_actor, "https://a.example/u/a#1")->pem, "A");
    EXPECT_EQ(read_public_key(stub, "https://a.example/u/a/key")->pem, "B");
    EXPECT_EQ(read_public_key(bare, "https://a.example/k")->owner, "https://a.example/u/a");
    EXPECT_FALSE(read_public_key(in_actor, "https://a.example/u/a#2"));
    EXPECT_FALSE(read_public_key(parse_quoted("{'id':'https://a.example/k','publicKeyPem':'C'}"),
                                 "https://a.example/k"));
}

TEST(ActorTrust, RefusesAnInboxOfAnotherOrigin)
{
    auto actor = an_actor();
    actor.inbox = "https://evil.example/inbox";

    EXPECT_FALSE(trusted_actor(actor));
}

TEST(ActorTrust, LeavesOutWhatIsOfAnotherOrigin)
{
    auto actor = an_actor();
    actor.shared_inbox = "https://evil.example/inbox";
    actor.followers = "https://a.example.evil.example/f";
    actor.public_keys.push_back({"https://evil.example/k", actor.id, "B"});

    const auto kept = trusted_actor(actor);

    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->shared_inbox, "");
    EXPECT_EQ(kept->followers, "");
    EXPECT_EQ(kept->outbox, actor.outbox);
    EXPECT_EQ(kept->public_keys.size(), 1u);
}

TEST(ActorTrust, TakesAKeyOnlyWhenItsOwnerListsIt)
{
    const auto actor = an_actor();
    auto key = actor.public_keys[0];
    EXPECT_TRUE(check_key_owner(key, actor));

    key.pem = "-----BEGIN PUBLIC KEY-----\r\nAAAA\r\n\r\n";
    EXPECT_TRUE(check_key_owner(key, actor)) << "line ends do not matter";

    key.pem = "other";
    EXPECT_FALSE(check_key_owner(key, actor));
    key = {"https://evil.example/k/1", actor.id, actor.public_keys[0].pem};
    EXPECT_FALSE(check_key_owner(key, actor));
}

} // namespace kith::vocab

// SPDX-License-Identifier: Apache-2.0
#include "federation/discovery/webfinger.h"

#include "tests/unit/federation/vectors.h"

#include <gtest/gtest.h>

namespace kith::discovery {

using kith::test::parse_quoted;
using kith::test::read_vector;

namespace {

const Handle k_bob{"bob", "beta.example"};
const std::string k_bob_id = "https://social.beta.example/u/bob";

Jrd answer(const std::string& subject, const std::string& actor)
{
    Jrd jrd;
    jrd.subject = subject;
    jrd.links = {{"self", std::string{k_activity_type}, actor, ""}};
    return jrd;
}

} // namespace

TEST(Webfinger, AsksAtTheDomain)
{
    EXPECT_EQ(webfinger_address(k_bob),
              "https://beta.example/.well-known/webfinger?resource=acct%3Abob%40beta.example");
    EXPECT_EQ(webfinger_address({"bob", "beta.test:8443"}, "http"),
              "http://beta.test:8443/.well-known/webfinger?resource=acct%3Abob%40beta.test%3A8443");
}

TEST(Webfinger, ReadsWhatOthersAskUs)
{
    EXPECT_EQ(parse_resource("acct:bob@beta.example")->kind, Resource::Kind::Handle);
    EXPECT_EQ(parse_resource("https://beta.example/u/bob")->address, "https://beta.example/u/bob");
    for (const char* text : {"https://beta.example/", "https://BETA.example:443"}) {
        const auto resource = parse_resource(text);
        ASSERT_TRUE(resource);
        EXPECT_EQ(resource->kind, Resource::Kind::Origin);
        EXPECT_EQ(resource->origin, "https://beta.example");
    }
    for (const char* text : {"", "bob", "mailto:bob@beta.example/x", "ftp://beta.example/", "https://u@beta.example/"})
        EXPECT_FALSE(parse_resource(text)) << text;
}

TEST(Webfinger, AnAccountsAnswerComesBack)
{
    const auto jrd = account_jrd(k_bob, k_bob_id, "https://beta.example/@bob",
                                 "https://beta.example/authorize?uri={uri}");

    const auto read = read_jrd(write_jrd(jrd));

    ASSERT_TRUE(read);
    EXPECT_EQ(read->subject, "acct:bob@beta.example");
    EXPECT_EQ(self_link(*read), k_bob_id);
    EXPECT_EQ(read->aliases.size(), 2u);
    EXPECT_EQ(read->links.size(), 3u);
    EXPECT_EQ(read->links[2].address_template, "https://beta.example/authorize?uri={uri}");
}

TEST(Webfinger, TheServersOwnAnswerPointsToItsActor)
{
    const auto jrd = server_jrd("https://beta.example", "https://beta.example/actor");

    EXPECT_EQ(jrd.subject, "https://beta.example/");
    EXPECT_EQ(jrd.links.at(0).rel, k_service_rel);
    EXPECT_EQ(jrd.links.at(0).href, "https://beta.example/actor");
}

TEST(Webfinger, TakesASelfLinkOfTheTwoMediaTypesOnly)
{
    Jrd jrd;
    jrd.links = {{"self", "text/html", "https://beta.example/html", ""},
                 {"self", std::string{k_activity_type}, "javascript:alert(1)", ""},
                 {"other", std::string{k_activity_type}, "https://beta.example/other", ""},
                 {"self", std::string{k_ld_activity_type}, k_bob_id, ""}};

    EXPECT_EQ(self_link(jrd), k_bob_id);
    jrd.links.pop_back();
    EXPECT_EQ(self_link(jrd), "");
}

TEST(Webfinger, ClosesTheCircle)
{
    const auto found = read_finding(k_bob, answer("acct:Bob@beta.example", k_bob_id));
    ASSERT_EQ(found.state, Finding::State::Found);
    vocab::Actor actor;
    actor.id = k_bob_id;
    actor.preferred_username = "bob";
    EXPECT_TRUE(check_actor_handle(found, actor));

    actor.preferred_username = "mallory";
    EXPECT_FALSE(check_actor_handle(found, actor));
    actor.preferred_username = "bob";
    actor.id = "https://social.beta.example/u/other";
    EXPECT_FALSE(check_actor_handle(found, actor));
}

TEST(Webfinger, AsksTheOtherDomainAndBelievesItAlone)
{
    const auto first =
        read_finding({"bob", "social.beta.example"}, answer("acct:bob@beta.example", k_bob_id));
    ASSERT_EQ(first.state, Finding::State::AskAgain);
    EXPECT_EQ(first.handle.to_string(), "bob@beta.example");

    EXPECT_EQ(confirm(first, answer("acct:bob@beta.example", k_bob_id)).state, Finding::State::Found);
    EXPECT_EQ(confirm(first, answer("acct:bob@beta.example", "https://evil.example/u/bob")).state,
              Finding::State::Refused);
    EXPECT_EQ(confirm(first, answer("acct:bob@third.example", k_bob_id)).state, Finding::State::Refused);
}

TEST(Webfinger, RefusesAnswersWithoutUse)
{
    EXPECT_EQ(read_finding(k_bob, answer("acct:bob", k_bob_id)).state, Finding::State::Refused);
    EXPECT_EQ(read_finding(k_bob, answer("acct:bob@beta.example", "http://beta.example/u")).state,
              Finding::State::Refused);
    EXPECT_EQ(read_finding(k_bob, answer("acct:bob@beta.example", "http://beta.example/u"), {true}).state,
              Finding::State::Found);
    EXPECT_FALSE(read_jrd(parse_quoted("{'links':[]}")));
    EXPECT_FALSE(read_jrd(parse_quoted("[]")));
}

TEST(Webfinger, ClaimsTheHandleThatTheActorGives)
{
    vocab::Actor actor;
    actor.id = k_bob_id;
    actor.preferred_username = "bob";
    EXPECT_EQ(claimed_handle(actor)->to_string(), "bob@social.beta.example");
    actor.webfinger = "bob@beta.example";
    EXPECT_EQ(claimed_handle(actor)->to_string(), "bob@beta.example");
    actor.webfinger = "nonsense";
    EXPECT_EQ(claimed_handle(actor)->to_string(), "bob@social.beta.example");
    actor.preferred_username = "b ob";
    EXPECT_FALSE(claimed_handle(actor));
}

TEST(Webfinger, ReadsTheAnswersOfOthers)
{
    SKIP_WITHOUT_VECTORS("activitypub/webfinger");
    const auto mastodon =
        read_jrd(read_vector("activitypub/mastodon/bf-mastodon-mastodon_webfinger.json"));
    const auto pleroma = read_jrd(read_vector("activitypub/pleroma/bf-pleroma_webfinger.json"));
    const auto hubzilla = read_jrd(read_vector("activitypub/hubzilla/rb-kaniini-gerzilla.de.json"));

    ASSERT_TRUE(mastodon && pleroma && hubzilla);
    for (const auto* jrd : {&*mastodon, &*pleroma, &*hubzilla})
        EXPECT_NE(self_link(*jrd), "") << jrd->subject;
    EXPECT_EQ(self_link(*hubzilla), "https://gerzilla.de/channel/kaniini");
}

} // namespace kith::discovery

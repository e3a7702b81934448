// SPDX-License-Identifier: Apache-2.0
// The cases of vectors/hostile that are about origins, owners, ids and odd documents.
#include "federation/addressing/actor_trust.h"
#include "federation/addressing/audience.h"
#include "federation/addressing/ownership.h"
#include "federation/discovery/jrd.h"
#include "federation/vocab/activity.h"
#include "federation/vocab/actor.h"
#include "federation/vocab/collection.h"
#include "federation/vocab/note.h"
#include "tests/unit/federation/vectors.h"

#include <gtest/gtest.h>

#include <map>

namespace kith {

using addressing::check_fetched;
using addressing::check_owner;
using addressing::Trust;

namespace {

class HostileVectors : public testing::Test {
protected:
    void SetUp() override
    {
        SKIP_WITHOUT_VECTORS("hostile/hostile-cases.json");
        const auto file = test::read_vector("hostile/hostile-cases.json");
        const auto* cases = file.if_array() ? file.if_array() : find(file, "cases")->if_array();
        ASSERT_TRUE(cases);
        for (const auto& item : *cases) {
            if (const auto* document = find(item, "document"))
                m_documents[test::string_of(item, "id")] = *document;
        }
    }

    json::value document(const std::string& id)
    {
        EXPECT_TRUE(m_documents.contains(id)) << id;
        return m_documents[id];
    }
    Trust trust_of(const std::string& id, std::string_view signer, std::string_view known_owner = {})
    {
        const auto activity = vocab::read_activity(document(id));
        EXPECT_TRUE(activity) << id;
        return activity ? check_owner(signer, *activity, known_owner).trust : Trust::Refused;
    }

private:
    std::map<std::string, json::value> m_documents;
};

} // namespace

TEST_F(HostileVectors, H01ADocumentUnderAForeignAddressIsReadAgainFromItsOwn)
{
    const auto verdict = check_fetched("https://a.example/n/1", document("H01"));

    EXPECT_EQ(verdict.trust, Trust::MustFetch);
    EXPECT_EQ(verdict.fetch, "https://victim.example/n/9");
}

TEST_F(HostileVectors, H02AnEmbeddedObjectOfAnotherOriginIsNotBelieved)
{
    EXPECT_NE(trust_of("H02", "https://a.example/u/alice"), Trust::Trusted);
}

TEST_F(HostileVectors, H03TheSignerMustBeTheActor)
{
    EXPECT_EQ(trust_of("H03", "https://a.example/u/mallory"), Trust::Refused);
    EXPECT_EQ(trust_of("H03", "https://victim.example/u/mallory"), Trust::Refused);
}

TEST_F(HostileVectors, H04AKeyThatItsOwnerDoesNotListIsRefused)
{
    const auto key = vocab::read_public_key(document("H04"), "https://evil.example/k/1");
    ASSERT_TRUE(key);
    vocab::Actor victim;
    victim.id = "https://victim.example/u/v";
    victim.public_keys = {{"https://victim.example/u/v#main-key", victim.id, "other"}};

    EXPECT_FALSE(addressing::check_key_owner(*key, victim));
    victim.public_keys.push_back(*key);
    EXPECT_FALSE(addressing::check_key_owner(*key, victim))
        << "a key of another origin never counts";
}

TEST_F(HostileVectors, H06OnlyTwoMediaTypesAreDocuments)
{
    using discovery::is_activity_media_type;
    for (const char* type : {"image/png", "text/plain", "application/octet-stream", "application/json",
                             "", "application/ld+json", "application/ld+json; profile=\"https://evil.example/\"",
                             "application/activity+json-x", "text/html; x=application/activity+json"})
        EXPECT_FALSE(is_activity_media_type(type)) << type;
    EXPECT_TRUE(is_activity_media_type("application/activity+json; charset=utf-8"));
    EXPECT_TRUE(is_activity_media_type(
        "Application/LD+JSON; Profile=\"https://www.w3.org/ns/activitystreams\""));
    EXPECT_TRUE(is_activity_media_type(
        "application/ld+json; charset=utf-8; profile=https://www.w3.org/ns/activitystreams"));
}

TEST_F(HostileVectors, H08UpdatesOfAnotherUserOfTheSameHostAreRefused)
{
    EXPECT_EQ(trust_of("H08", "https://a.example/u/alice"), Trust::Refused);
}

TEST_F(HostileVectors, H10DeletesOfOthersAreRefused)
{
    EXPECT_EQ(trust_of("H10", "https://evil.example/u/m"), Trust::Refused);
    EXPECT_EQ(trust_of("H10", "https://evil.example/u/m", "https://victim.example/u/v"), Trust::Refused);
}

TEST_F(HostileVectors, H11UndosOfOthersAreRefused)
{
    EXPECT_EQ(trust_of("H11", "https://evil.example/u/m"), Trust::Refused);
}

TEST_F(HostileVectors, H12AcceptsByAStrangerAreRefused)
{
    EXPECT_EQ(trust_of("H12", "https://evil.example/u/m"), Trust::Refused);
    EXPECT_EQ(trust_of("H12", "https://evil.example/u/m", "https://victim.example/u/v"), Trust::Refused);
}

TEST_F(HostileVectors, H13AMovesTargetIsFetchedFirst)
{
    EXPECT_EQ(trust_of("H13", "https://a.example/u/alice"), Trust::MustFetch);
}

TEST_F(HostileVectors, H14AddToACollectionOfOthersIsRefused)
{
    EXPECT_EQ(trust_of("H14", "https://evil.example/u/m"), Trust::Refused);
    EXPECT_EQ(trust_of("H14", "https://evil.example/u/m", "https://us.example/c/group"), Trust::Refused);
}

TEST_F(HostileVectors, H20ContextsChangeNothing)
{
    const auto note = vocab::read_note(document("H20"));

    ASSERT_TRUE(note);
    EXPECT_EQ(note->id, "https://a.example/n/1");
    EXPECT_EQ(note->content, "<p>x</p>");
}

TEST_F(HostileVectors, H22LinksThatAreNoWebAddressesAreDropped)
{
    const auto note = vocab::read_note(document("H22"));

    ASSERT_TRUE(note);
    EXPECT_EQ(note->url, "");
}

TEST_F(HostileVectors, H31NegativeCountsAreLeftOut)
{
    const auto page = vocab::read_collection(document("H31"));

    ASSERT_TRUE(page);
    EXPECT_FALSE(page->total_items);
}

TEST_F(HostileVectors, H37OddFormsOfPublicAreRead)
{
    const auto note = vocab::read_note(document("H37"));

    ASSERT_TRUE(note);
    EXPECT_EQ(addressing::read_audience(note->to, note->cc, ""), addressing::Audience::Public);
}

TEST_F(HostileVectors, H44OddTypesAreRefusedWithoutHarm)
{
    EXPECT_FALSE(vocab::read_activity(document("H44")));
    EXPECT_FALSE(vocab::read_note(document("H44")));
    EXPECT_FALSE(vocab::read_actor(document("H44")));
}

TEST_F(HostileVectors, BrokenBodiesAreRefused)
{
    for (const char* name : {"duplicate-keys.json", "invalid-utf8.json", "lone-surrogate.json", "nested-5000.json"})
        EXPECT_FALSE(parse_json(test::read_text(test::vectors_folder() / "hostile" / name))) << name;
}

TEST_F(HostileVectors, AStolenPostIsRefused)
{
    SKIP_WITHOUT_VECTORS("activitypub/hostile");
    const auto spoofed = test::read_vector("activitypub/hostile/bf-spoofed_pleroma_note.json");
    const auto crossed =
        vocab::read_activity(test::read_vector("activitypub/hostile/ff-cross-origin-actor.json"));
    const auto announce = vocab::read_activity(
        test::read_vector("activitypub/hostile/rb-bogus-mastodon-announce.json"));

    EXPECT_EQ(check_fetched(test::string_of(spoofed, "id"), spoofed).trust, Trust::Refused);
    ASSERT_TRUE(crossed && announce);
    EXPECT_EQ(check_owner(crossed->actor, *crossed).trust, Trust::Refused);
    const auto verdict = check_owner(announce->actor, *announce, {}, addressing::IdPolicy{true});
    EXPECT_EQ(verdict.trust, Trust::MustFetch);
    EXPECT_EQ(verdict.fetch, "https://mastodon.social/users/emelie/statuses/101849165031453404");
}

} // namespace kith

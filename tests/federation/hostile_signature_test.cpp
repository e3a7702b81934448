// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/hostile.h"

using namespace kith;
using namespace kith::tests;
using std::chrono::hours;

namespace {

class HostileSignature : public HostilePeer {
protected:
    Delivery signed_at(Timestamp when)
    {
        return Peer::signed_delivery(mallory, evil.activity("Create", mallory, evil.note(mallory, "late")),
                                     "alpha.test", when);
    }
};

} // namespace

TEST_F(HostileSignature, TheRightOneIsTaken)
{
    EXPECT_EQ(deliver(good_delivery("well signed")), 202) << last().body;
    EXPECT_EQ(count_with(alice->home(), "well signed"), 1U);
    EXPECT_EQ(deliver(signed_at(SystemClock{}.now() - std::chrono::minutes{50})), 202)
        << "clocks differ";
}

TEST_F(HostileSignature, WithoutOneNothingIsTaken)
{
    auto delivery = good_delivery("unsigned");
    std::erase_if(delivery.headers, [](const auto& header) { return header.first == "Signature"; });
    expect_refused(delivery, 401, "is not signed");
}

TEST_F(HostileSignature, OfAnotherKeyIsRefused)
{
    auto forger = eve;
    forger.key_id = mallory.key_id;
    expect_refused(Peer::signed_delivery(
                       forger, evil.activity("Create", mallory, evil.note(mallory, "forged")), "alpha.test"),
                   401, "does not match the request");
}

TEST_F(HostileSignature, OfOtherHeadersIsRefused)
{
    auto delivery = good_delivery("moved");
    delivery.path = "/users/alice/inbox";
    expect_refused(delivery, 401, "signature");
}

TEST_F(HostileSignature, MustFitTheBody)
{
    auto delivery = good_delivery("what was signed");
    delivery.body.replace(delivery.body.find("what was signed"), 4, "WHAT");
    expect_refused(delivery, 401, "digest");

    delivery = good_delivery("what was signed");
    delivery.body.replace(delivery.body.find("what was signed"), 4, "WHAT");
    delivery.header("Digest") = "SHA-256=" + signatures::digest_of(delivery.body);
    expect_refused(delivery, 401, "signature");
}

TEST_F(HostileSignature, MustBeOfNow)
{
    expect_refused(signed_at(SystemClock{}.now() - hours{2}), 401, "too old");
    expect_refused(signed_at(SystemClock{}.now() + hours{2}), 401, "in the future");
}

TEST_F(HostileSignature, MustBeOfTheActorsKey)
{
    expect_refused(eve, evil.activity("Create", mallory, evil.note(mallory, "not hers")), 401,
                   "The key is not the actor's");
    expect_refused(mallory, good.activity("Create", grace, good.note(grace, "not hers")), 401,
                   "The key is not the actor's");
}

TEST_F(HostileSignature, MustStandThereOnce)
{
    auto delivery = good_delivery("twice");
    delivery.headers.emplace_back("Signature", delivery.header("Signature"));
    expect_refused(delivery, 401, "twice");
}

TEST_F(HostileSignature, ForAnotherHostIsRefused)
{
    const auto activity = evil.activity("Create", mallory, evil.note(mallory, "elsewhere"));
    expect_refused(Peer::signed_delivery(mallory, activity, "beta.test"), 401, "another host");

    auto delivery = good_delivery("readdressed");
    delivery.header("Host") = "beta.test";
    expect_refused(delivery, 401, "another host");
}

TEST_F(HostileSignature, OfAKeyThatItsOwnerDoesNotListIsRefused)
{
    // A key document of its own, which names Grace as the owner.
    auto thief = eve;
    thief.key_id = "https://evil.test/keys/1";
    const json::object document{
        {"id", thief.key_id}, {"owner", grace.id}, {"publicKeyPem", thief.key.public_key().to_pem()}};
    evil.serve("/keys/1", document);
    expect_refused(Peer::signed_delivery(thief, good.activity("Create", grace, good.note(grace, "stolen")), "alpha.test"),
                   401, "does not list the key");
}

TEST_F(HostileSignature, OfAnActorWhoseHandleIsNotConfirmedIsRefused)
{
    const auto& nobody = evil.add_actor("nobody");
    evil.serve_webfinger("nobody", eve.id, "acct:nobody@evil.test");
    expect_refused(nobody, evil.activity("Follow", nobody, json::value("https://alpha.test/users/alice")),
                   403, "does not confirm");
    EXPECT_EQ(alice->find("nobody@evil.test"), "");

    // Nor does somebody else's address make a second name for them.
    evil.serve_webfinger("grace", grace.id, "acct:grace@evil.test");
    EXPECT_EQ(alice->find("grace@evil.test"), "");

    // And one that would like to be called as somebody elsewhere.
    const auto& liar = evil.add_actor("liar");
    auto document = evil.actor_document(liar);
    document["webfinger"] = "grace@good.test";
    evil.serve("/users/liar", document);
    expect_refused(liar, evil.activity("Follow", liar, json::value("https://alpha.test/users/alice")),
                   403, "does not confirm");
}

TEST_F(HostileSignature, OfAnActorOnAForbiddenAddressMakesNobodyConnectThere)
{
    const auto& spy = inner.add_actor("spy");
    expect_refused(spy, inner.activity("Follow", spy, json::value("https://alpha.test/users/alice")), 403, "");
    for (const char* host : {"169.254.169.254", "10.0.0.1", "127.0.0.2", "[::1]"}) {
        auto metadata = spy;
        metadata.id = "https://" + std::string{host} + "/users/spy";
        metadata.key_id = metadata.id + "#main-key";
        auto activity = inner.activity("Follow", metadata, json::value("https://alpha.test/users/alice"));
        activity["id"] = "https://" + std::string{host} + "/activities/1";
        expect_refused(metadata, activity, 403, "");
    }

    // The way there through a redirect.
    const auto& guide = evil.add_actor("guide");
    evil.redirect("/users/guide", spy.id);
    expect_refused(guide, evil.activity("Follow", guide, json::value("https://alpha.test/users/alice")), 403, "");

    // And through an inbox that is not the actor's own.
    const auto& mule = evil.add_actor("mule");
    auto document = evil.actor_document(mule);
    document["inbox"] = "https://10.0.0.1/inbox";
    evil.serve("/users/mule", document);
    expect_refused(mule, evil.activity("Follow", mule, json::value("https://alpha.test/users/alice")),
                   422, "inbox is not of its own origin");
    EXPECT_EQ(inner.connections(), 0U);
    EXPECT_EQ(alpha().client().get("/health/ready").status, 200);
}

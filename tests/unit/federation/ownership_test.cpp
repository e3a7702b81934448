// SPDX-License-Identifier: Apache-2.0
#include "federation/addressing/ownership.h"

#include "tests/unit/federation/vectors.h"

#include <gtest/gtest.h>

namespace kith::addressing {

using test::parse_quoted;

namespace {

const std::string k_alice = "https://a.example/u/alice";
const std::string k_bob = "https://us.example/u/bob";

vocab::Activity activity_of(const std::string& members, const std::string& actor = k_alice)
{
    auto read = vocab::read_activity(
        parse_quoted("{'id':'https://a.example/act/1','actor':'" + actor + "'," + members + "}"));
    EXPECT_TRUE(read) << members;
    return read ? *read : vocab::Activity{};
}

Trust trust_of(const std::string& members, std::string_view known_owner = {})
{
    return check_owner(k_alice, activity_of(members), known_owner).trust;
}

} // namespace

TEST(CheckOwner, TrustsAPostOfItsSigner)
{
    EXPECT_EQ(trust_of("'type':'Create','object':{'type':'Note','id':'https://a.example/n/1',"
                       "'attributedTo':'https://a.example/u/alice'}"),
              Trust::Trusted);
    EXPECT_EQ(
        trust_of("'type':'Update','object':{'type':'Person','id':'https://a.example/u/alice'}"), Trust::Trusted);
}

TEST(CheckOwner, RefusesASignerWhoIsNotTheActor)
{
    const auto activity = activity_of("'type':'Follow','object':'https://us.example/u/bob'");

    EXPECT_EQ(check_owner("https://a.example/u/mallory", activity).trust, Trust::Refused)
        << "same host is not enough";
    EXPECT_EQ(check_owner("https://evil.example/u/m", activity).trust, Trust::Refused);
    EXPECT_EQ(check_owner(k_alice, activity).trust, Trust::Trusted);
}

TEST(CheckOwner, RefusesAnActivityWithAnIdOfAnotherOrigin)
{
    auto activity = activity_of("'type':'Follow','object':'https://us.example/u/bob'");
    activity.id = "https://victim.example/act/1";

    EXPECT_EQ(check_owner(k_alice, activity).trust, Trust::Refused);
}

TEST(CheckOwner, FetchesWhatIsNamedOnlyOrOfAnotherOrigin)
{
    EXPECT_EQ(trust_of("'type':'Create','object':'https://a.example/n/1'"), Trust::MustFetch);
    const auto foreign = check_owner(
        k_alice, activity_of("'type':'Create','object':{'type':'Note','id':'https://v.example/n/1',"
                             "'attributedTo':'https://v.example/u/v'}"));
    EXPECT_EQ(foreign.trust, Trust::MustFetch);
    EXPECT_EQ(foreign.fetch, "https://v.example/n/1");
}

TEST(CheckOwner, RefusesAPostOfSomebodyElse)
{
    for (const char* object :
         {// of the same origin
          "{'type':'Note','id':'https://a.example/n/1','attributedTo':'https://a.example/u/carol'}",
          // id and owner of two origins
          "{'type':'Note','id':'https://a.example/n/1','attributedTo':'https://v.example/u/v'}",
          "{'type':'Note','id':'https://v.example/n/1','attributedTo':'https://a.example/u/alice'}",
          // two authors, the first is another
          "{'type':'Note','id':'https://a.example/n/1','attributedTo':['https://a.example/u/"
          "c','https://a.example/u/alice']}",
          // reads as an actor to one and as a post to the other
          "{'type':['Person','Note'],'id':'https://a.example/u/alice','attributedTo':'https://"
          "v.example/u/v'}",
          // no id
          "{'type':'Note','attributedTo':'https://a.example/u/alice'}"})
        EXPECT_EQ(trust_of(std::string{"'type':'Create','object':"} + object), Trust::Refused) << object;
}

TEST(CheckOwner, HoldsToWhoIsKnownAsTheOwner)
{
    const std::string update =
        "'type':'Update','object':{'type':'Note','id':'https://a.example/n/1',"
        "'attributedTo':'https://a.example/u/alice'}";
    EXPECT_EQ(trust_of(update, k_alice), Trust::Trusted);
    EXPECT_EQ(trust_of(update, "https://a.example/u/carol"), Trust::Refused);
    EXPECT_EQ(trust_of("'type':'Delete','object':'https://a.example/n/1'", k_alice), Trust::Trusted);
    EXPECT_EQ(trust_of("'type':'Delete','object':'https://a.example/n/1'", "https://a.example/u/c"),
              Trust::Refused);
}

TEST(CheckOwner, DeletesOnlyWithinTheOrigin)
{
    EXPECT_EQ(trust_of("'type':'Delete','object':'https://a.example/u/alice'"), Trust::Trusted);
    EXPECT_EQ(
        trust_of("'type':'Delete','object':{'type':'Tombstone','id':'https://a.example/n/9'}"), Trust::Trusted);
    EXPECT_EQ(trust_of("'type':'Delete','object':'https://v.example/n/9'"), Trust::Refused);
    EXPECT_EQ(
        trust_of("'type':'Delete','object':{'type':'Person','id':'https://a.example/u/carol'}"), Trust::Refused);
}

TEST(CheckOwner, UndoesOnlyItsOwnActivities)
{
    const auto undo = [](const std::string& inner) { return "'type':'Undo','object':" + inner; };
    EXPECT_EQ(
        trust_of(undo(
            "{'type':'Follow','id':'https://a.example/f/1','actor':'https://a.example/u/alice',"
            "'object':'https://us.example/u/bob'}")),
        Trust::Trusted);
    EXPECT_EQ(
        trust_of(undo(
            "{'type':'Follow','id':'https://a.example/f/1','actor':'https://a.example/u/carol',"
            "'attributedTo':'https://a.example/u/alice','object':'https://us.example/u/bob'}")),
        Trust::Refused)
        << "the actor of the inner activity counts, nothing else";
    EXPECT_EQ(trust_of(undo("'https://a.example/f/1'"), k_alice), Trust::Trusted);
    EXPECT_EQ(trust_of(undo("'https://a.example/f/1'"), "https://a.example/u/carol"), Trust::Refused);
    EXPECT_EQ(trust_of(undo("'https://v.example/f/1'")), Trust::Refused);
}

TEST(CheckOwner, TakesAnAnswerOnlyFromWhoWasAsked)
{
    const std::string own =
        "'type':'Accept','object':{'type':'Follow','id':'https://us.example/f/1',"
        "'actor':'https://us.example/u/bob','object':'https://a.example/u/alice'}";
    const std::string other =
        "'type':'Reject','object':{'type':'Follow','id':'https://us.example/f/1',"
        "'actor':'https://us.example/u/bob','object':'https://a.example/u/carol'}";
    EXPECT_EQ(trust_of(own), Trust::Trusted);
    EXPECT_EQ(trust_of(own, "https://a.example/u/carol"), Trust::Refused);
    EXPECT_EQ(trust_of(other), Trust::Refused);
    EXPECT_EQ(trust_of("'type':'Accept','object':'https://us.example/f/1'"), Trust::Refused);
    EXPECT_EQ(trust_of("'type':'Accept','object':'https://us.example/f/1'", k_alice), Trust::Trusted);
}

TEST(CheckOwner, ReadsAnnouncedObjectsFromTheirOrigin)
{
    EXPECT_EQ(trust_of("'type':'Announce','object':'https://v.example/n/1'"), Trust::MustFetch);
    EXPECT_EQ(
        trust_of("'type':'Announce','object':'https://v.example/n/1'", "https://v.example/u/v"), Trust::Trusted);
    EXPECT_EQ(trust_of("'type':'Announce','object':{'type':'Create','id':'https://v.example/c/1',"
                       "'actor':'https://v.example/u/v','object':'https://v.example/n/1'}"),
              Trust::MustFetch);
    EXPECT_EQ(trust_of("'type':'Announce'"), Trust::Refused);
}

TEST(CheckOwner, MovesOnlyOneselfAndChangesOnlyOwnCollections)
{
    EXPECT_EQ(
        trust_of(
            "'type':'Move','object':'https://a.example/u/alice','target':'https://c.example/u/a'"),
        Trust::MustFetch);
    EXPECT_EQ(
        trust_of(
            "'type':'Move','object':'https://a.example/u/carol','target':'https://c.example/u/a'"),
        Trust::Refused);
    const std::string add = "'type':'Add','object':'https://a.example/n/1','target':'https://"
                            "a.example/u/alice/featured'";
    EXPECT_EQ(trust_of(add), Trust::Refused);
    EXPECT_EQ(trust_of(add, k_alice), Trust::Trusted);
}

TEST(CheckFetched, BelievesADocumentOnlyUnderItsOwnAddress)
{
    const auto note = parse_quoted(
        "{'type':'Note','id':'https://a.example/n/1','attributedTo':'https://a.example/u/a'}");
    const auto forged = parse_quoted(
        "{'type':'Note','id':'https://a.example/n/1','attributedTo':'https://v.example/u/v'}");

    EXPECT_EQ(check_fetched("https://a.example/n/1", note).trust, Trust::Trusted);
    EXPECT_EQ(check_fetched("https://a.example/n/1", forged).trust, Trust::Refused);
    EXPECT_EQ(check_fetched("https://a.example/", parse_quoted("{'type':'Note'}")).trust, Trust::Refused);
    const auto elsewhere = check_fetched("https://evil.example/x", note);
    EXPECT_EQ(elsewhere.trust, Trust::MustFetch);
    EXPECT_EQ(elsewhere.fetch, "https://a.example/n/1");
}

} // namespace kith::addressing

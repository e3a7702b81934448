// SPDX-License-Identifier: Apache-2.0
#include "tests/server/features/people.h"

#include <gmock/gmock.h>

namespace kith::statuses {

using namespace std::chrono_literals;
using namespace kith::tests;

class Statuses : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        mira = add_person(db(), "mira");
        tomas = add_person(db(), "tomas");
    }
    Result<Status> create_now(const Account& author, const Draft& wanted)
    {
        return db().write([&](Tx& tx) { return create(tx, author, wanted); });
    }
    Result<void> remove_now(const Account& account, const Status& status)
    {
        return db().write([&](Tx& tx) { return remove(tx, account, status); });
    }
    Account mira;
    Account tomas;
};
KITH_BOTH_ENGINES(Statuses);

TEST_P(Statuses, KeepWhatWasWritten)
{
    auto wanted = draft("Fresh bread", Audience::unlisted);
    wanted.spoiler_text = "Food";
    wanted.language = "en";
    wanted.mentions = {tomas.id, tomas.id};
    wanted.tags = {{"bread", "Bread"}, {"bread", "BREAD"}};

    const auto made = post(db(), mira, wanted);

    const auto stored = reload(db(), made);
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->source, "Fresh bread");
    EXPECT_EQ(stored->html, "<p>Fresh bread</p>");
    EXPECT_EQ(stored->spoiler_text, "Food");
    EXPECT_TRUE(stored->sensitive) << "what has a warning is sensitive";
    EXPECT_EQ(stored->language, "en");
    EXPECT_EQ(stored->audience, Audience::unlisted);
    EXPECT_EQ(stored->root_id, made.id);
    EXPECT_EQ(stored->created_at, db().clock.now());
    EXPECT_EQ(time_of_id(made.id.value), db().clock.now());
    const auto shown =
        db().read([&](Tx& tx) -> Result<api::Status> { return render(tx, Viewer{mira.id}, *stored); });
    EXPECT_EQ(shown->mentions.size(), 1U);
    ASSERT_EQ(shown->tags.size(), 1U);
    EXPECT_EQ(shown->tags[0].name, "Bread");
    EXPECT_EQ(shown->tags[0].url, "https://test.example/tags/bread");
    EXPECT_EQ(shown->kith->audience, "unlisted");
}

TEST_P(Statuses, AreMadeOncePerIdempotencyKey)
{
    auto wanted = draft("Once");
    wanted.idempotency_key = "key";

    const auto first = create_now(mira, wanted).value();
    wanted.source = "Once, edited on the way";
    const auto second = create_now(mira, wanted).value();

    EXPECT_EQ(second.id, first.id);
    EXPECT_EQ(second.source, "Once");
    EXPECT_EQ(reload(db(), mira).statuses_count, 1);
    EXPECT_NE(create_now(tomas, wanted).value().id, first.id) << "a key is its account's own";
}

TEST_P(Statuses, ThatFailedLeaveTheirIdempotencyKeyFree)
{
    auto wanted = draft("An answer");
    wanted.idempotency_key = "key";
    wanted.parent_id = StatusId{42};
    ASSERT_EQ(create_now(mira, wanted).error().code, Errc::not_found);
    wanted.parent_id.reset();

    EXPECT_TRUE(create_now(mira, wanted));
}

TEST_P(Statuses, ThatWereDeletedDoNotComeBackThroughTheirIdempotencyKey)
{
    auto wanted = draft("Once");
    wanted.idempotency_key = "key";
    const auto made = create_now(mira, wanted).value();
    remove_now(mira, made).value();

    EXPECT_EQ(create_now(mira, wanted).error().code, Errc::gone);
    EXPECT_EQ(reload(db(), mira).statuses_count, 0);
}

TEST_P(Statuses, CannotAnswerWhatTheirAuthorCannotSee)
{
    const auto secret = post(db(), mira, "For my followers", Audience::followers);
    auto wanted = draft("I see you");
    wanted.parent_id = secret.id;

    const auto refused = create_now(tomas, wanted);

    EXPECT_EQ(refused.error().code, Errc::not_found);
    EXPECT_EQ(reload(db(), secret)->replies, 0);
    EXPECT_EQ(reload(db(), tomas).statuses_count, 0);
}

TEST_P(Statuses, KnowTheirParentAndRoot)
{
    const auto root = post(db(), mira);
    const auto first = reply(db(), tomas, root);
    const auto second = reply(db(), mira, first);

    EXPECT_EQ(second.parent_id, first.id);
    EXPECT_EQ(second.parent_account_id, tomas.id);
    EXPECT_EQ(second.root_id, root.id);
    EXPECT_EQ(reload(db(), root)->replies, 1);
    EXPECT_EQ(reload(db(), first)->replies, 1);
}

TEST_P(Statuses, CountExactlyAfterAnySequence)
{
    const auto root = post(db(), mira);
    const auto first = reply(db(), tomas, root);
    const auto second = reply(db(), tomas, root);
    post(db(), mira, "A note to myself", Audience::self);
    post(db(), mira, "Direct", Audience::direct);
    EXPECT_EQ(reload(db(), mira).statuses_count, 1)
        << "direct posts and notes to oneself are not counted";
    EXPECT_EQ(reload(db(), root)->replies, 2);

    remove_now(tomas, first).value();
    EXPECT_EQ(reload(db(), root)->replies, 1);
    EXPECT_EQ(reload(db(), tomas).statuses_count, 1);
    EXPECT_EQ(remove_now(tomas, first).error().code, Errc::not_found) << "a second time";
    EXPECT_EQ(reload(db(), root)->replies, 1);
    EXPECT_EQ(reload(db(), tomas).statuses_count, 1);

    remove_now(mira, root).value();
    EXPECT_EQ(reload(db(), mira).statuses_count, 0);
    const auto orphan = reload(db(), second);
    ASSERT_TRUE(orphan) << "answers outlive what they answer";
    EXPECT_FALSE(orphan->parent_id);
    remove_now(tomas, *orphan).value();
    EXPECT_EQ(reload(db(), tomas).statuses_count, 0);
}

TEST_P(Statuses, RememberTheirAuthorsLatest)
{
    post(db(), mira);
    const auto latest = db().clock.now();
    EXPECT_EQ(reload(db(), mira).last_status_at, latest);
}

TEST_P(Statuses, AreDeletedByTheirAuthorOnly)
{
    const auto made = post(db(), mira);

    EXPECT_EQ(remove_now(tomas, made).error().code, Errc::forbidden);
    EXPECT_TRUE(reload(db(), made));
}

TEST_P(Statuses, LeaveATombstoneAndNothingElse)
{
    auto wanted = draft("Bye");
    wanted.mentions = {tomas.id};
    wanted.tags = {{"bye", "bye"}};
    const auto made = post(db(), mira, wanted);
    const auto uri = uri_of(db().site, made, mira);

    remove_now(mira, made).value();

    EXPECT_TRUE(*db().read([&](Tx& tx) -> Result<bool> { return is_buried(tx, uri); }));
    for (const auto* table : {"SELECT COUNT(*) FROM statuses", "SELECT COUNT(*) FROM status_texts",
                              "SELECT COUNT(*) FROM status_counts", "SELECT COUNT(*) FROM status_mentions",
                              "SELECT COUNT(*) FROM status_tags"})
        EXPECT_EQ(number(db(), table), 0) << table;
    EXPECT_EQ(db().sql("SELECT expires_at FROM tombstones").at(0).maybe_integer(0), std::nullopt);
}

TEST_P(Statuses, TellWhoWasLetInBeforeTheyAreGone)
{
    std::vector<AccountId> told;
    std::string uri;
    bool still_there = false;
    db().events.subscribe<StatusDeleted>([&](Tx& tx, const StatusDeleted& event) -> Result<void> {
        told = event.admitted;
        uri = event.uri;
        still_there = statuses::find(tx, event.status.id).has_value();
        return {};
    });
    auto wanted = draft("Hello");
    wanted.mentions = {tomas.id};
    const auto made = post(db(), mira, wanted);
    const auto silent = add_person(db(), "silent");
    db().write(
            [&](Tx& tx) -> Result<void> { return admit(tx, made.id, {silent.id}), Result<void>{}; })
        .value();

    remove_now(mira, made).value();

    EXPECT_EQ(told, (std::vector{tomas.id, silent.id}));
    EXPECT_EQ(uri, mira.uri + "/statuses/" + made.id.to_string());
    EXPECT_TRUE(still_there);
}

TEST_P(Statuses, AreFoundByTheirOwnAddressOnly)
{
    const auto made = post(db(), mira);
    const auto find_it = [&](const std::string& uri) {
        return db().read([&](Tx& tx) -> Result<bool> { return find_by_uri(tx, uri).has_value(); }).value();
    };

    EXPECT_TRUE(find_it("https://test.example/users/mira/statuses/" + made.id.to_string()));
    EXPECT_FALSE(find_it("https://test.example/users/tomas/statuses/" + made.id.to_string()));
    EXPECT_FALSE(find_it("https://test.example/users/mira/statuses/1"));
    EXPECT_FALSE(find_it("https://other.example/users/mira/statuses/" + made.id.to_string()));
    EXPECT_EQ(url_of(db().site, made, mira), "https://test.example/@mira/" + made.id.to_string());
}

TEST_P(Statuses, ShowWhatTheirAnswerersNeed)
{
    const auto root = post(db(), mira, "Root", Audience::friends);
    follow(db(), mira, tomas);
    follow(db(), tomas, mira);
    const auto answer = reply(db(), tomas, root, Audience::direct);

    const auto shown = db().read([&](Tx& tx) -> Result<std::vector<api::Status>> {
        return render(tx, Viewer{}, {root, answer});
    });

    ASSERT_EQ(shown->size(), 2U);
    EXPECT_EQ(shown->at(0).visibility, "private");
    EXPECT_EQ(shown->at(0).kith->audience, "friends");
    EXPECT_FALSE(shown->at(0).favourited) << "nobody asks";
    EXPECT_EQ(shown->at(1).in_reply_to_id, root.id.to_string());
    EXPECT_EQ(shown->at(1).in_reply_to_account_id, mira.id.to_string());
    EXPECT_EQ(shown->at(1).visibility, "direct");
}

TEST(AudienceNames, AreKithsSevenAndMastodonsPrivate)
{
    for (int i = 0; i < 7; ++i) {
        const auto audience = static_cast<Audience>(i);
        EXPECT_EQ(*parse_audience(to_string(audience)), audience);
    }
    EXPECT_EQ(*parse_audience("private"), Audience::followers);
    for (const auto* bad : {"", "Public", "everybody", "limited"})
        EXPECT_EQ(parse_audience(bad).error().code, Errc::invalid) << bad;
    EXPECT_STREQ(mastodon_visibility(Audience::friends), "private");
    EXPECT_STREQ(mastodon_visibility(Audience::custom), "direct");
    EXPECT_STREQ(mastodon_visibility(Audience::self), "direct");
    EXPECT_STREQ(mastodon_visibility(Audience::unlisted), "unlisted");
    EXPECT_STREQ(mastodon_visibility(Audience::public_), "public");
}

TEST(KindPolicies, KeepStoriesOutOfEverything)
{
    const auto& story = policy(Kind::story);
    EXPECT_FALSE(story.home || story.profile || story.public_timelines || story.mastodon_api ||
                 story.counted);
    EXPECT_EQ(story.federates_as, nullptr);
    const auto& boost = policy(Kind::boost);
    EXPECT_TRUE(boost.home && boost.profile);
    EXPECT_FALSE(boost.public_timelines || boost.counted);
    EXPECT_STREQ(to_string(Kind::listing), "listing");
    EXPECT_STREQ(policy(Kind::listing).federates_as, "Note");
}

} // namespace kith::statuses

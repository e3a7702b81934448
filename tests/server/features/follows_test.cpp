// SPDX-License-Identifier: Apache-2.0
#include "tests/server/features/people.h"

namespace kith::follows {

using namespace kith::tests;

class Follows : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        mira = add_person(db(), "mira");
        tomas = add_person(db(), "tomas");
        far = add_remote(db(), "far", "harbour.example");
        db().events.subscribe<FollowAsked>(
            [this](Tx&, const FollowAsked&) -> Result<void> { return ++asked, Result<void>{}; });
        db().events.subscribe<FollowAccepted>([this](Tx&, const FollowAccepted&) -> Result<void> {
            return ++accepted, Result<void>{};
        });
        db().events.subscribe<FollowRemoved>([this](Tx&, const FollowRemoved& event) -> Result<void> {
            removed_state = event.follow.state;
            return ++removed, Result<void>{};
        });
    }
    Result<Follow> follow_now(const Account& account, const Account& target)
    {
        return db().write([&](Tx& tx) { return follows::follow(tx, account, target); });
    }
    Result<Follow> receive_now(const Account& account, const Account& target, const std::string& uri)
    {
        return db().write([&](Tx& tx) { return receive(tx, account, target, uri); });
    }
    void accept_now(const Account& account, const Account& target)
    {
        db().write([&](Tx& tx) { return accept(tx, account, target); }).value();
    }
    bool remove_now(const Account& account, const Account& target, EndedBy by = EndedBy::follower)
    {
        return db().write([&](Tx& tx) { return remove(tx, account, target, by); }).value();
    }
    std::vector<AccountId> ask(const Account& account, Side side, const features::Page& page = {})
    {
        const auto listed = db().read(
            [&](Tx& tx) -> Result<std::vector<Listed>> { return list(tx, account.id, side, page); });
        std::vector<AccountId> ids;
        for (const auto& entry : *listed)
            ids.push_back(entry.account);
        return ids;
    }
    api::Relationship relationship(const Account& me, const Account& other)
    {
        return db()
            .read([&](Tx& tx) -> Result<api::Relationship> {
                return relationships(tx, me.id, {other.id}).at(0);
            })
            .value();
    }
    void expect_counts(const Account& account, std::int64_t followers, std::int64_t following)
    {
        EXPECT_EQ(reload(db(), account).followers_count, followers) << account.username;
        EXPECT_EQ(reload(db(), account).following_count, following) << account.username;
    }
    Account mira;
    Account tomas;
    Account far;
    int asked = 0;
    int accepted = 0;
    int removed = 0;
    State removed_state = State::asked;
};
KITH_BOTH_ENGINES(Follows);

TEST_P(Follows, CountAtOnceBetweenTwoOfThisServer)
{
    EXPECT_EQ(follow_now(mira, tomas)->state, State::accepted);

    expect_counts(mira, 0, 1);
    expect_counts(tomas, 1, 0);
    EXPECT_EQ(accepted, 1);
    EXPECT_TRUE(relationship(mira, tomas).following);
    EXPECT_FALSE(relationship(mira, tomas).followed_by);
    EXPECT_TRUE(relationship(tomas, mira).followed_by);
}

TEST_P(Follows, ChangeNothingTheSecondTime)
{
    follow_now(mira, tomas).value();

    EXPECT_EQ(follow_now(mira, tomas)->state, State::accepted);
    expect_counts(tomas, 1, 0);
    EXPECT_EQ(accepted, 1);
}

TEST_P(Follows, OfOneselfTheSuspendedAndTheServerItselfAreRefused)
{
    EXPECT_EQ(follow_now(mira, mira).error().code, Errc::invalid);
    const auto actor = add_person(db(), accounts::k_instance_actor);
    EXPECT_EQ(follow_now(mira, actor).error().code, Errc::forbidden);
    EXPECT_EQ(receive_now(far, actor, "https://harbour.example/f/1").error().code, Errc::forbidden);
    db().sql("UPDATE accounts SET suspended_at = 1 WHERE id = $1", tomas.id);
    const auto suspended = reload(db(), tomas);
    EXPECT_EQ(follow_now(mira, suspended).error().code, Errc::forbidden);
    EXPECT_EQ(receive_now(far, suspended, "https://harbour.example/f/1").error().code, Errc::forbidden);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM follows"), 0);
}

TEST_P(Follows, OfALockedAccountWaitForItsYes)
{
    db().sql("UPDATE accounts SET locked = TRUE WHERE id = $1", tomas.id);
    const auto locked = reload(db(), tomas);

    EXPECT_EQ(follow_now(mira, locked)->state, State::asked);
    expect_counts(tomas, 0, 0);
    EXPECT_TRUE(relationship(mira, tomas).requested);
    EXPECT_TRUE(relationship(tomas, mira).requested_by);
    EXPECT_TRUE(ask(tomas, Side::followers).empty());

    accept_now(mira, locked);
    expect_counts(tomas, 1, 0);
    EXPECT_TRUE(relationship(mira, tomas).following);
}

TEST_P(Follows, OfAnotherServersAccountAreAskedWithAnAddressOfTheirOwn)
{
    const auto made = follow_now(mira, far).value();

    EXPECT_EQ(made.state, State::asked);
    EXPECT_TRUE(made.uri.starts_with("https://test.example/users/mira/follows/")) << made.uri;
    EXPECT_EQ(asked, 1);
    expect_counts(far, 0, 0);
    EXPECT_EQ(follow_now(mira, far)->uri, made.uri) << "asking again asks nothing new";
    EXPECT_EQ(asked, 1);
}

TEST_P(Follows, AreAcceptedOnceHoweverOftenThePeerSaysYes)
{
    follow_now(mira, far).value();

    accept_now(mira, far);
    accept_now(mira, far);

    expect_counts(far, 1, 0);
    expect_counts(mira, 0, 1);
    EXPECT_EQ(accepted, 1);
}

TEST_P(Follows, ThatNobodyAskedForAreNotAccepted)
{
    accept_now(mira, far);

    expect_counts(far, 0, 0);
    EXPECT_EQ(accepted, 0);
}

TEST_P(Follows, FromElsewhereKeepTheNewestAddress)
{
    EXPECT_EQ(receive_now(far, mira, "https://harbour.example/f/1")->state, State::accepted);
    EXPECT_EQ(receive_now(far, mira, "https://harbour.example/f/2")->uri,
              "https://harbour.example/f/2");
    expect_counts(mira, 1, 0);
    EXPECT_EQ(accepted, 1);
}

TEST_P(Follows, EndOnce)
{
    follow_now(mira, tomas).value();

    EXPECT_TRUE(remove_now(mira, tomas));
    EXPECT_FALSE(remove_now(mira, tomas));

    expect_counts(mira, 0, 0);
    expect_counts(tomas, 0, 0);
    EXPECT_EQ(removed, 1);
    EXPECT_EQ(removed_state, State::accepted);
}

TEST_P(Follows, ThatWereOnlyAskedEndWithoutCounting)
{
    follow_now(mira, far).value();

    EXPECT_TRUE(remove_now(mira, far, EndedBy::target));

    expect_counts(far, 0, 0);
    expect_counts(mira, 0, 0);
}

TEST_P(Follows, CanBeginAgain)
{
    follow_now(mira, tomas).value();
    remove_now(mira, tomas);
    follow_now(mira, tomas).value();

    expect_counts(mira, 0, 1);
    expect_counts(tomas, 1, 0);
    EXPECT_EQ(accepted, 2);
}

TEST_P(Follows, AreListedNewestFirstInPages)
{
    std::vector<AccountId> all;
    for (int i = 0; i < 7; ++i) {
        const auto fan = add_person(db(), "fan" + std::to_string(i));
        db().clock.advance(std::chrono::milliseconds{1});
        follow_now(fan, mira).value();
        all.insert(all.begin(), fan.id);
    }
    EXPECT_EQ(ask(mira, Side::followers), all);

    const auto cursors = db().read([&](Tx& tx) -> Result<std::vector<Listed>> {
        return list(tx, mira.id, Side::followers, {});
    });
    const auto at = [&](std::size_t i) { return cursors->at(i).cursor; };
    features::Page page;
    page.limit = 2;
    page.max_id = at(1);
    EXPECT_EQ(ask(mira, Side::followers, page), (std::vector{all[2], all[3]}));
    page = {};
    page.limit = 2;
    page.since_id = at(5);
    EXPECT_EQ(ask(mira, Side::followers, page), (std::vector{all[0], all[1]}));
    page = {};
    page.limit = 2;
    page.min_id = at(5);
    EXPECT_EQ(ask(mira, Side::followers, page), (std::vector{all[3], all[4]}))
        << "the next above, not the newest";
}

TEST_P(Follows, OfSomebodyAreListedInBothDirections)
{
    follow_now(mira, tomas).value();
    follow_now(mira, far).value();
    EXPECT_EQ(ask(mira, Side::following), std::vector{tomas.id})
        << "who was only asked is not listed";
    accept_now(mira, far);

    EXPECT_EQ(ask(mira, Side::following), (std::vector{far.id, tomas.id}));
    features::Page page;
    page.min_id = 0;
    page.limit = 1;
    EXPECT_EQ(ask(mira, Side::following, page), std::vector{tomas.id});
}

TEST_P(Follows, TellHowOneStandsWithManyInTheirOrder)
{
    std::vector<AccountId> others;
    for (int i = 0; i < 510; ++i)
        others.push_back(add_person(db(), "p" + std::to_string(i)).id);
    const auto last =
        db().read([&](Tx& tx) -> Result<Account> { return *accounts::find(tx, others.back()); }).value();
    follow_now(mira, last).value();

    const auto found = db().read([&](Tx& tx) -> Result<std::vector<api::Relationship>> {
        return relationships(tx, mira.id, others);
    });

    ASSERT_EQ(found->size(), others.size());
    EXPECT_EQ(found->front().id, others.front().to_string());
    EXPECT_FALSE(found->front().following);
    EXPECT_TRUE(found->back().following);
}

} // namespace kith::follows

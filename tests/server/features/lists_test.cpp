// SPDX-License-Identifier: Apache-2.0
// Pages of timelines, as Mastodon's documentation tells clients to ask for them.
#include "tests/server/features/people.h"

#include <algorithm>

namespace kith::statuses {

using namespace kith::tests;

class Lists : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        mira = add_person(db(), "mira");
        tomas = add_person(db(), "tomas");
        home.feed = Feed::home;
        home.account = mira.id;
    }
    /// Newest first.
    std::vector<StatusId> posts(std::size_t count, Audience audience = Audience::public_)
    {
        std::vector<StatusId> made;
        for (std::size_t i = 0; i < count; ++i)
            made.insert(made.begin(), post(db(), mira, "Post", audience).id);
        return made;
    }
    std::vector<StatusId> ask(const FeedFilter& filter, const Page& page, Viewer viewer)
    {
        return ids_of(db().read([&](Tx& tx) -> Result<std::vector<Status>> {
                              return list(tx, viewer, filter, page);
                          })
                          .value());
    }
    std::vector<StatusId> ask(const Page& page) { return ask(home, page, Viewer{mira.id}); }
    std::vector<StatusId> ask(Feed feed, Viewer viewer = {}, AccountId account = {})
    {
        FeedFilter filter;
        filter.feed = feed;
        filter.account = account;
        return ask(filter, Page{}, viewer);
    }
    static std::vector<StatusId> slice(const std::vector<StatusId>& all, std::size_t from, std::size_t to)
    {
        return {all.begin() + static_cast<std::ptrdiff_t>(from),
                all.begin() + static_cast<std::ptrdiff_t>(to)};
    }
    Account mira;
    Account tomas;
    FeedFilter home;
};
KITH_BOTH_ENGINES(Lists);

TEST_P(Lists, BeginWithTheNewest)
{
    const auto all = posts(25);
    Page page;

    EXPECT_EQ(ask(page), slice(all, 0, 20));
    page.limit = 3;
    EXPECT_EQ(ask(page), slice(all, 0, 3));
    page.limit = 40;
    EXPECT_EQ(ask(page), all);
}

TEST_P(Lists, MaxIdGivesTheOnesBelowIt)
{
    const auto all = posts(10);
    Page page;
    page.limit = 4;
    page.max_id = all[2].value;
    EXPECT_EQ(ask(page), slice(all, 3, 7));
    page.max_id = all[9].value;
    EXPECT_TRUE(ask(page).empty());
}

TEST_P(Lists, SinceIdGivesTheNewestOfThoseAboveIt)
{
    const auto all = posts(10);
    Page page;
    page.limit = 4;
    page.since_id = all[8].value;
    EXPECT_EQ(ask(page), slice(all, 0, 4));
    page.since_id = all[2].value;
    EXPECT_EQ(ask(page), slice(all, 0, 2));
    page.since_id = all[0].value;
    EXPECT_TRUE(ask(page).empty());
}

TEST_P(Lists, MinIdGivesTheNextAboveItNewestFirst)
{
    const auto all = posts(10);
    Page page;
    page.limit = 4;
    page.min_id = all[8].value;
    EXPECT_EQ(ask(page), slice(all, 4, 8));
    page.min_id = 0;
    EXPECT_EQ(ask(page), slice(all, 6, 10));
    page.min_id = all[0].value;
    EXPECT_TRUE(ask(page).empty());
}

TEST_P(Lists, TakeTwoBoundsAtOnce)
{
    const auto all = posts(10);
    Page page;
    page.limit = 3;
    page.max_id = all[1].value;
    page.since_id = all[8].value;
    EXPECT_EQ(ask(page), slice(all, 2, 5));
    page.since_id.reset();
    page.min_id = all[8].value;
    EXPECT_EQ(ask(page), slice(all, 5, 8));
    page.min_id = all[3].value;
    EXPECT_EQ(ask(page), slice(all, 2, 3));
    page.min_id = all[0].value;
    EXPECT_TRUE(ask(page).empty()) << "bounds that cross hold nothing";
}

TEST_P(Lists, AreReadWholeInEitherDirection)
{
    const auto all = posts(23);
    std::vector<StatusId> down;
    Page page;
    page.limit = 5;
    for (auto part = ask(page); !part.empty(); part = ask(page)) {
        down.insert(down.end(), part.begin(), part.end());
        page.max_id = part.back().value;
    }
    EXPECT_EQ(down, all);

    std::vector<StatusId> up;
    page.max_id.reset();
    page.min_id = 0;
    for (auto part = ask(page); !part.empty(); part = ask(page)) {
        up.insert(up.begin(), part.begin(), part.end());
        page.min_id = part.front().value;
    }
    EXPECT_EQ(up, all);
}

TEST_P(Lists, AreFullWhenHiddenOnesAreBetween)
{
    const auto older = posts(6);
    posts(90, Audience::self);
    const auto newer = posts(4);
    FeedFilter profile;
    profile.feed = Feed::account;
    profile.account = mira.id;
    Page page;
    page.limit = 8;

    auto expected = newer;
    expected.insert(expected.end(), older.begin(), older.begin() + 4);
    EXPECT_EQ(ask(profile, page, Viewer{tomas.id}), expected);

    page.min_id = older[5].value;
    expected = slice(newer, 1, 4);
    expected.insert(expected.end(), older.begin(), older.begin() + 5);
    EXPECT_EQ(ask(profile, page, Viewer{tomas.id}), expected) << "upwards as well";
}

TEST_P(Lists, OfHomeHoldOneselfAndThoseOneFollows)
{
    const auto own = post(db(), mira);
    const auto before = post(db(), tomas);
    const auto direct = post(db(), tomas, "To nobody", Audience::direct);
    EXPECT_EQ(ask(Page{}), std::vector{own.id});

    follow(db(), mira, tomas);

    EXPECT_EQ(ask(Page{}), (std::vector{before.id, own.id}))
        << "older posts too, what is not for one's eyes not";
}

TEST_P(Lists, OfHomeShowAnswersOnlyToThoseOneFollowsToo)
{
    const auto stranger = add_person(db(), "stranger");
    follow(db(), mira, tomas);
    const auto own = post(db(), mira);
    const auto of_stranger = post(db(), stranger);
    const auto to_me = reply(db(), tomas, own);
    const auto to_himself = reply(db(), tomas, to_me);
    const auto to_stranger = reply(db(), tomas, of_stranger);

    EXPECT_EQ(ask(Page{}), (std::vector{to_himself.id, to_me.id, own.id}));

    follow(db(), mira, stranger);
    EXPECT_EQ(ask(Page{}), (std::vector{to_stranger.id, to_himself.id, to_me.id, of_stranger.id, own.id}));
}

TEST_P(Lists, OfThePublicHoldWhatIsPublicAndNoAnswers)
{
    const auto far = add_remote(db(), "far", "harbour.example");
    const auto here = post(db(), mira);
    post(db(), mira, "Quietly", Audience::unlisted);
    post(db(), mira, "Narrowly", Audience::followers);
    reply(db(), tomas, here);
    db().clock.advance(std::chrono::milliseconds{1});
    const auto there = add_remote_post(db(), far, remote_post(db(), "https://harbour.example/notes/1"));
    auto orphan = remote_post(db(), "https://harbour.example/notes/2");
    orphan.parent_uri = "https://third.example/notes/1";
    add_remote_post(db(), far, orphan);

    EXPECT_EQ(ask(Feed::public_all), (std::vector{there.id, here.id}));
    EXPECT_EQ(ask(Feed::public_local), std::vector{here.id});
    EXPECT_EQ(ask(Feed::public_remote), std::vector{there.id});
    for (const auto feed : {Feed::public_all, Feed::public_local, Feed::public_remote}) {
        FeedFilter filter;
        filter.feed = feed;
        Page page;
        page.min_id = 0;
        EXPECT_EQ(ask(filter, page, Viewer{}), ask(feed)) << "the same read upwards";
    }
}

TEST_P(Lists, OfAnAccountCanLeaveAnswersOut)
{
    const auto first = post(db(), mira);
    const auto of_tomas = post(db(), tomas);
    const auto to_tomas = reply(db(), mira, of_tomas);
    const auto to_herself = reply(db(), mira, first);

    EXPECT_EQ(ask(Feed::account, {}, mira.id), (std::vector{to_herself.id, to_tomas.id, first.id}));
    FeedFilter filter;
    filter.feed = Feed::account;
    filter.account = mira.id;
    filter.exclude_replies = true;
    EXPECT_EQ(ask(filter, Page{}, Viewer{}), (std::vector{to_herself.id, first.id}))
        << "a thread of one's own is no answer";
}

TEST_P(Lists, OfATagHoldWhatIsPublicAnswersToo)
{
    auto wanted = draft("#Bread");
    wanted.tags = {{"bread", "Bread"}};
    const auto first = post(db(), mira, wanted);
    wanted.parent_id = first.id;
    const auto answer = post(db(), tomas, wanted);
    wanted.audience = Audience::unlisted;
    post(db(), tomas, wanted);
    FeedFilter filter;
    filter.feed = Feed::hashtag;
    filter.tag = "bread";
    Page page;

    EXPECT_EQ(ask(filter, page, {}), (std::vector{answer.id, first.id}));
    page.min_id = 0;
    page.limit = 1;
    EXPECT_EQ(ask(filter, page, {}), std::vector{first.id});
    filter.tag = "cake";
    EXPECT_TRUE(ask(filter, page, {}).empty());
}

TEST_P(Lists, OfAProfileReadUpwardsAreTheSame)
{
    const auto all = posts(7);
    FeedFilter filter;
    filter.feed = Feed::account;
    filter.account = mira.id;
    Page page;
    page.min_id = all[4].value;
    page.limit = 2;

    EXPECT_EQ(ask(filter, page, {}), slice(all, 2, 4));
}

TEST_P(Lists, LeaveStoriesOut)
{
    const auto made = post(db(), mira);
    db().sql("UPDATE statuses SET kind = $1 WHERE id = $2", Kind::story, made.id);

    EXPECT_TRUE(ask(Page{}).empty());
    EXPECT_TRUE(ask(Feed::account, Viewer{mira.id}, mira.id).empty());
    EXPECT_TRUE(ask(Feed::public_all).empty());
}

} // namespace kith::statuses

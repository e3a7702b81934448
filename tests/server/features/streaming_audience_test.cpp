// SPDX-License-Identifier: Apache-2.0
// Streams ask from the post's side what a reload asks from the reader's: both must answer alike.
#include "server/features/timelines/timeline_audience.h"
#include "tests/server/features/people.h"

#include <algorithm>

namespace kith::timelines {

using namespace kith::tests;
using statuses::Feed;
using statuses::FeedFilter;
using statuses::Viewer;

class StreamAudience : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        for (const auto* name : {"author", "follower", "friendly", "both", "partner", "named", "stranger"})
            people.push_back(add_person(db(), name));
        far = add_remote(db(), "far", "harbour.example");
        follow(db(), people[1], people[0]);
        follow(db(), people[2], people[0]);
        follow(db(), people[0], people[2]);
        follow(db(), people[3], people[0]);
        follow(db(), people[3], people[4]);
        follow(db(), people[1], far);
        db().write([&](Tx& tx) { return follows::accept(tx, people[1], far); }).value();
    }

    template <class F>
    auto read(F work)
    {
        return db().read([&](Tx& tx) -> Result<decltype(work(tx))> { return work(tx); }).value();
    }
    bool lists(Viewer viewer, const FeedFilter& filter, const Status& status)
    {
        return read([&](Tx& tx) {
            const auto page = statuses::list(tx, viewer, filter, {});
            return std::any_of(page.begin(), page.end(),
                               [&](const Status& other) { return other.id == status.id; });
        });
    }
    std::vector<AccountId> everybody() const
    {
        std::vector<AccountId> ids;
        for (const auto& person : people)
            ids.push_back(person.id);
        return ids;
    }

    void expect_same_homes(const Status& status)
    {
        const auto candidates = everybody();
        const auto readers = read([&](Tx& tx) { return home_readers(tx, status, candidates); });
        const auto former = read([&](Tx& tx) {
            return former_home_readers(tx, status.account_id, status.audience, candidates);
        });
        for (const auto& person : people) {
            FeedFilter home;
            home.account = person.id;
            const bool expected = lists(Viewer{person.id}, home, status);
            EXPECT_EQ(std::count(readers.begin(), readers.end(), person.id), expected ? 1 : 0)
                << person.username << ", " << statuses::to_string(status.audience);
            const bool told = std::count(former.begin(), former.end(), person.id) == 1 ||
                              person.id == status.account_id || person.username == "named";
            EXPECT_TRUE(told || !expected) << person.username << " keeps a deleted post, "
                                           << statuses::to_string(status.audience);
        }
    }
    void expect_same_public_places(const Status& status)
    {
        const auto now = read([&](Tx& tx) {
            return public_places(tx, status, {"tea", "nothing"});
        });
        const auto former = read([&](Tx& tx) { return former_public_places(tx, status); });
        FeedFilter all;
        all.feed = Feed::public_all;
        FeedFilter own;
        own.feed = status.local ? Feed::public_local : Feed::public_remote;
        FeedFilter tea;
        tea.feed = Feed::hashtag;
        tea.tag = "tea";
        EXPECT_EQ(now.timelines, lists({}, all, status));
        EXPECT_EQ(now.timelines, lists({}, own, status));
        EXPECT_EQ(now.tags.contains("tea"), lists({}, tea, status));
        EXPECT_TRUE(former.timelines || !now.timelines);
        EXPECT_TRUE(former.tags.contains("tea") || !now.tags.contains("tea"));
        EXPECT_FALSE(former.timelines && status.audience != statuses::Audience::public_)
            << "tells who may not know";
    }

    std::vector<Account> people; ///< author, follower, friendly, both, partner, named, stranger
    Account far;
};
KITH_BOTH_ENGINES(StreamAudience);

TEST_P(StreamAudience, IsThatOfTheTimelines)
{
    for (const auto audience : {Audience::public_, Audience::unlisted, Audience::followers,
                                Audience::friends, Audience::custom, Audience::direct, Audience::self}) {
        auto wanted = draft("Tea for all", audience);
        wanted.tags = {{"tea", "Tea"}, {"cup", "cup"}};
        wanted.mentions = {people[5].id};
        const auto made = post(db(), people[0], wanted);
        expect_same_homes(made);
        expect_same_public_places(made);
        auto answer = draft("An answer", audience);
        answer.tags = {{"tea", "tea"}};
        for (const std::size_t to : {0U, 4U}) {
            answer.parent_id = post(db(), people[to], "Who wants tea?").id;
            const auto answered = post(db(), people[0], answer);
            expect_same_homes(answered);
            expect_same_public_places(answered);
        }
    }
}

TEST_P(StreamAudience, LeavesAnAnswerOutWhenItsQuestionIsDeleted)
{
    const auto question = post(db(), people[4], "Who wants tea?");
    const auto answer = reply(db(), people[0], question);
    db().write([&](Tx& tx) { return statuses::remove(tx, people[4], question); }).value();
    const auto left = *reload(db(), answer);

    expect_same_public_places(left);
    EXPECT_TRUE(read([&](Tx& tx) { return public_places(tx, left, {}); }).empty());
}

TEST_P(StreamAudience, CountsRemotePostsAndSuspendedAuthors)
{
    auto wanted = remote_post(db(), "https://harbour.example/1");
    wanted.tags = {{"tea", "tea"}};
    const auto remote = add_remote_post(db(), far, wanted);
    expect_same_homes(remote);
    expect_same_public_places(remote);
    const auto candidates = everybody();
    EXPECT_EQ(read([&](Tx& tx) { return home_readers(tx, remote, candidates); }),
              std::vector{people[1].id});

    db().sql("UPDATE accounts SET suspended_at = $1 WHERE id = $2", db().clock.now(), far.id);
    expect_same_homes(remote);
    expect_same_public_places(remote);
    EXPECT_TRUE(read([&](Tx& tx) { return home_readers(tx, remote, candidates); }).empty());
}

} // namespace kith::timelines

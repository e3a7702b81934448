// SPDX-License-Identifier: Apache-2.0
#include "tests/server/features/people.h"

#include <array>

namespace kith::statuses {

using namespace std::chrono_literals;
using namespace kith::tests;

namespace {

/// Every audience, and to whom it shows: nobody in particular (the public), the author, a follower, a friend (follows
/// and is followed), somebody named in it, somebody let in without being named, a stranger.
struct Line {
    Audience audience;
    std::array<bool, 7> seen;
};
constexpr std::array<const char*, 7> k_viewers{"nobody",    "author",    "follower", "friend",
                                               "mentioned", "addressed", "stranger"};
constexpr bool o = false;
constexpr bool X = true;
constexpr std::array k_table{
    // nobody, author, follower, friend, mentioned, addressed, stranger
    Line{Audience::public_, {X, X, X, X, X, X, X}},
    Line{Audience::unlisted, {X, X, X, X, X, X, X}},
    Line{Audience::followers, {o, X, X, X, X, X, o}},
    Line{Audience::friends, {o, X, o, X, X, X, o}},
    Line{Audience::custom, {o, X, o, o, X, X, o}},
    Line{Audience::direct, {o, X, o, o, X, X, o}},
    Line{Audience::self, {o, X, o, o, o, o, o}},
};

} // namespace

class Visibility : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        author = add_person(db(), "author");
        follower = add_person(db(), "follower");
        friend_ = add_person(db(), "friend");
        mentioned = add_person(db(), "mentioned");
        addressed = add_person(db(), "addressed");
        stranger = add_person(db(), "stranger");
        follow(db(), follower, author);
        follow(db(), friend_, author);
        follow(db(), author, friend_);
        viewers = {Viewer{},           Viewer{author.id},    Viewer{follower.id},
                   Viewer{friend_.id}, Viewer{mentioned.id}, Viewer{addressed.id},
                   Viewer{stranger.id}};
    }
    Status post_to(Audience audience)
    {
        auto wanted = draft("Hello", audience);
        wanted.mentions = {mentioned.id};
        const auto made = post(db(), author, wanted);
        db().write([&](Tx& tx) -> Result<void> {
                return admit(tx, made.id, {addressed.id}), Result<void>{};
            })
            .value();
        return made;
    }
    bool sees(Viewer viewer, const Status& status)
    {
        return db()
            .read([&](Tx& tx) -> Result<bool> {
                return !visible_only(tx, viewer, {*statuses::find(tx, status.id)}).empty();
            })
            .value();
    }
    /// Through the route's way in, too: `not_found` for what is hidden.
    bool finds(Viewer viewer, const Status& status)
    {
        return db().read([&](Tx& tx) { return find_visible(tx, viewer, status.id); }).has_value();
    }
    Account author;
    Account follower;
    Account friend_;
    Account mentioned;
    Account addressed;
    Account stranger;
    std::array<Viewer, 7> viewers;
};
KITH_BOTH_ENGINES(Visibility);

TEST_P(Visibility, FollowsTheTableOfAudiences)
{
    for (const auto& line : k_table) {
        const auto made = post_to(line.audience);
        for (std::size_t i = 0; i < viewers.size(); ++i) {
            EXPECT_EQ(sees(viewers[i], made), line.seen[i])
                << to_string(line.audience) << ", " << k_viewers[i];
            EXPECT_EQ(finds(viewers[i], made), line.seen[i])
                << to_string(line.audience) << ", " << k_viewers[i];
        }
    }
}

TEST_P(Visibility, OfAnAnswerEndsWhereThatOfItsRootEnds)
{
    const auto answerer = add_person(db(), "answerer");
    const auto second = add_person(db(), "second");
    for (const auto& line : k_table) {
        const auto root = post_to(Audience::public_);
        const auto answer = reply(db(), answerer, root);
        const auto below = reply(db(), second, answer);
        db().sql("UPDATE statuses SET audience = $1 WHERE id = $2", line.audience, root.id);
        for (std::size_t i = 0; i < viewers.size(); ++i) {
            EXPECT_EQ(sees(viewers[i], answer), line.seen[i])
                << to_string(line.audience) << ", " << k_viewers[i];
            EXPECT_EQ(sees(viewers[i], below), line.seen[i])
                << to_string(line.audience) << ", two below, " << k_viewers[i];
        }
        EXPECT_TRUE(sees(Viewer{answerer.id}, answer)) << "one's own words stay one's own";
        EXPECT_EQ(sees(Viewer{second.id}, answer), line.seen[6]);
    }
}

TEST_P(Visibility, IsLostWithTheFollow)
{
    const auto made = post_to(Audience::followers);
    ASSERT_TRUE(sees(Viewer{follower.id}, made));

    db().write([&](Tx& tx) {
            return follows::remove(tx, follower, author, follows::EndedBy::follower);
        })
        .value();

    EXPECT_FALSE(sees(Viewer{follower.id}, made));
}

TEST_P(Visibility, IsNotGivenToWhoOnlyAsked)
{
    db().sql("UPDATE accounts SET locked = TRUE WHERE id = $1", author.id);
    const auto locked = reload(db(), author);
    follow(db(), stranger, locked);

    EXPECT_FALSE(sees(Viewer{stranger.id}, post_to(Audience::followers)));
}

TEST_P(Visibility, EndsForEverybodyWhenTheAuthorIsSuspended)
{
    const auto made = post_to(Audience::public_);
    db().sql("UPDATE accounts SET suspended_at = 1 WHERE id = $1", author.id);

    for (std::size_t i = 0; i < viewers.size(); ++i)
        EXPECT_FALSE(sees(viewers[i], made)) << k_viewers[i];
}

TEST_P(Visibility, EndsAtTheMomentOfExpiry)
{
    const auto made = post_to(Audience::public_);
    db().sql("UPDATE statuses SET expires_at = $1 WHERE id = $2", db().clock.now() + 1h, made.id);

    EXPECT_TRUE(sees(Viewer{}, made));
    db().clock.advance(std::chrono::milliseconds{1h} - 1ms);
    EXPECT_TRUE(sees(Viewer{}, made));
    db().clock.advance(1ms);
    for (std::size_t i = 0; i < viewers.size(); ++i)
        EXPECT_FALSE(sees(viewers[i], made)) << k_viewers[i];
}

TEST_P(Visibility, NeedsThatItIsPublished)
{
    const auto made = post_to(Audience::public_);
    for (const auto state : {State::draft, State::scheduled, State::pending, State::removed}) {
        db().sql("UPDATE statuses SET state = $1 WHERE id = $2", state, made.id);
        EXPECT_FALSE(sees(Viewer{}, made));
        EXPECT_FALSE(sees(Viewer{author.id}, made));
    }
}

TEST_P(Visibility, IsNotForStoriesInTheMastodonApi)
{
    const auto made = post_to(Audience::public_);
    db().sql("UPDATE statuses SET kind = $1 WHERE id = $2", Kind::story, made.id);

    EXPECT_FALSE(finds(Viewer{author.id}, made));
}

TEST_P(Visibility, KeepsTheOrderOfALongList)
{
    std::vector<Status> all;
    for (int i = 0; i < 600; ++i) // more than one slice of ids
        all.push_back(post_to(i % 2 ? Audience::followers : Audience::public_));

    const auto seen = db().read([&](Tx& tx) -> Result<std::vector<Status>> {
        return visible_only(tx, Viewer{follower.id}, all);
    });
    const auto seen_by_nobody =
        db().read([&](Tx& tx) -> Result<std::vector<Status>> { return visible_only(tx, {}, all); });

    EXPECT_EQ(ids_of(*seen), ids_of(all));
    EXPECT_EQ(seen_by_nobody->size(), 300U);
}

} // namespace kith::statuses

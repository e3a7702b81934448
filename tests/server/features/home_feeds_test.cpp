// SPDX-License-Identifier: Apache-2.0
// The home timeline from memory is the one that the database would give, whatever happens in between.
#include "server/db/notices.h"
#include "server/features/timelines/home_feeds.h"
#include "tests/server/features/people.h"
#include "tests/server/features/stage.h"

#include <random>

namespace kith::timelines {

using namespace kith::tests;
using features::Page;

class HomeTimeline : public BothEngines {
protected:
    static constexpr std::size_t k_people = 4;

    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        m_stage.emplace(db());
        for (const char* name : {"mira", "tomas", "aiko", "noor"}) {
            tokens.push_back(stage().sign_up(name));
            people.push_back(find(name));
        }
        remote = add_remote(db(), "lena", "harbour.example");
    }
    void TearDown() override
    {
        m_stage.reset();
        BothEngines::TearDown();
    }
    Stage& stage() { return *m_stage; }
    Account find(const char* name)
    {
        return db().read([&](Tx& tx) -> Result<Account> { return *accounts::find_by_handle(tx, name, {}); }).value();
    }

    json::value shown(std::size_t reader, const Page& page)
    {
        std::string target = "/api/v1/timelines/home?limit=" + std::to_string(page.limit);
        const auto bound = [&](const char* name, std::optional<std::int64_t> value) {
            if (value)
                target += std::string{"&"} + name + "=" + std::to_string(*value);
        };
        bound("max_id", page.max_id);
        bound("since_id", page.since_id);
        bound("min_id", page.min_id);
        return Stage::json_of(stage().get(target, tokens[reader]));
    }
    json::value stored(std::size_t reader, const Page& page)
    {
        return db()
            .read([&](Tx& tx) -> Result<json::value> {
                const statuses::Viewer viewer{people[reader].id};
                const statuses::FeedFilter home{statuses::Feed::home, people[reader].id};
                json::array out;
                for (const auto& status : statuses::render(tx, viewer, statuses::list(tx, viewer, home, page)))
                    out.push_back(api::to_json(status));
                return json::value(out);
            })
            .value();
    }
    void expect_same(std::size_t reader, const Page& page)
    {
        const auto before = stored(reader, page);
        for (const char* which : {"first", "second"})
            ASSERT_EQ(shown(reader, page), before) << which << " reading of " << people[reader].username;
    }

    std::vector<Account> people;
    std::vector<std::string> tokens;
    Account remote;

private:
    std::optional<Stage> m_stage;
};
KITH_BOTH_ENGINES(HomeTimeline);

TEST_P(HomeTimeline, ShowsANewPostAtOnce)
{
    follow(db(), people[0], people[1]);
    post(db(), people[1], "One");
    expect_same(0, {});

    post(db(), people[1], "Two");

    EXPECT_EQ(shown(0, {}).as_array().size(), 2U);
    expect_same(0, {});
}

TEST_P(HomeTimeline, ShowsWhoComesBackWhatAnotherServerHasJustWritten)
{
    if (!db().database().is_shared())
        GTEST_SKIP() << "one server alone writes to it";
    follow(db(), people[0], people[1]);
    post(db(), people[1], "One");
    expect_same(0, {});
    const auto another = db().open_another(); // nobody here hears of what it does
    db().clock.advance(std::chrono::milliseconds{1});
    another->write_now([&](Tx& tx) { return statuses::create(tx, people[1], draft("Two", Audience::public_)); }).value();

    Page from_one;
    from_one.min_id = 1;

    EXPECT_EQ(shown(0, from_one).as_array().size(), 2U);
}

TEST_P(HomeTimeline, ForgetsWhomOneFollowsNoMore)
{
    follow(db(), people[0], people[1]);
    post(db(), people[1], "One");
    EXPECT_EQ(shown(0, {}).as_array().size(), 1U);

    db().write([&](Tx& tx) { return follows::remove(tx, people[0], people[1], follows::EndedBy::follower); }).value();

    EXPECT_TRUE(shown(0, {}).as_array().empty());
}

TEST_P(HomeTimeline, HidesAFriendsPostWhenTheFriendshipEnds)
{
    follow(db(), people[0], people[1]);
    follow(db(), people[1], people[0]);
    post(db(), people[1], "For friends", Audience::friends);
    EXPECT_EQ(shown(0, {}).as_array().size(), 1U);

    db().write([&](Tx& tx) { return follows::remove(tx, people[1], people[0], follows::EndedBy::follower); }).value();

    EXPECT_TRUE(shown(0, {}).as_array().empty());
    EXPECT_EQ(shown(1, {}).as_array().size(), 1U);
}

TEST_P(HomeTimeline, CountsRepliesExactlyAfterAnotherAnswers)
{
    const auto first = post(db(), people[0], "What do you think?");
    expect_same(0, {});

    reply(db(), people[1], first);

    EXPECT_EQ(shown(0, {}).at(0).at("replies_count"), 1);
    expect_same(0, {});
}

TEST_P(HomeTimeline, GivesUpEverythingWhenSomethingWasMissed)
{
    follow(db(), people[0], people[1]);
    post(db(), people[1], "One");
    expect_same(0, {});
    const auto another = db().open_another(); // another process: no event bus of ours hears of it

    auto rename = [&](Tx& tx) -> Result<void> {
        tx.execute(db::Query{"test", "UPDATE accounts SET display_name = 'Renamed' WHERE id = $1"}, people[1].id);
        return {};
    };
    ASSERT_TRUE(another->write_now(rename));
    db().database().notices().gap();

    EXPECT_EQ(shown(0, {}).at(0).at("account").at("display_name"), "Renamed");
}

TEST_P(HomeTimeline, IsTheDatabasesAfterAnySequence)
{
    for (const unsigned seed : {1U, 2U, 3U}) {
        std::mt19937 random{seed};
        const auto pick = [&](std::size_t below) { return std::uniform_int_distribution<std::size_t>{0, below - 1}(random); };
        std::vector<std::pair<std::size_t, Status>> made;
        for (int step = 0; step < 120; ++step) {
            db().clock.advance(std::chrono::milliseconds{1 + pick(2000)});
            const auto who = pick(k_people);
            const auto whom = (who + 1 + pick(k_people - 1)) % k_people;
            switch (pick(10)) {
            case 0: follow(db(), people[who], people[whom]); break;
            case 1:
                db().write([&](Tx& tx) { return follows::remove(tx, people[who], people[whom], follows::EndedBy::follower); })
                    .value();
                break;
            case 2:
                if (!made.empty()) {
                    const auto at = pick(made.size());
                    db().write([&](Tx& tx) { return statuses::remove(tx, people[made[at].first], made[at].second); }).value();
                    made.erase(made.begin() + static_cast<std::ptrdiff_t>(at));
                }
                break;
            case 3:
                if (!made.empty()) {
                    const auto parent = reload(db(), made[pick(made.size())].second);
                    if (parent->audience == Audience::public_)
                        made.emplace_back(who, reply(db(), people[who], *parent));
                }
                break;
            case 4: follow(db(), people[who], remote); break;
            case 5: add_remote_post(db(), remote, remote_post(db(), "https://harbour.example/" + std::to_string(seed * 1000 + static_cast<unsigned>(step)))); break;
            default: {
                constexpr std::array audiences{Audience::public_, Audience::unlisted, Audience::followers,
                                               Audience::friends, Audience::self};
                made.emplace_back(who, post(db(), people[who], "Step " + std::to_string(step), audiences[pick(audiences.size())]));
            }
            }
            Page page;
            page.limit = 1 + pick(7);
            if (!made.empty() && pick(2) == 0) {
                const auto bound = made[pick(made.size())].second.id.value;
                (pick(3) == 0 ? page.since_id : pick(2) == 0 ? page.min_id : page.max_id) = bound;
            }
            expect_same(pick(k_people), page);
            expect_same(pick(k_people), {});
            if (HasFatalFailure())
                FAIL() << "seed " << seed << ", step " << step;
        }
    }
}

TEST(HomeFeeds, KeepNoMoreThanTheirBudget)
{
    HomeFeeds feeds{200000};
    HomeFeeds::Found found;
    for (int i = 40; i > 0; --i)
        found.ids.push_back(StatusId{i});

    for (int i = 1; i <= 1000; ++i)
        feeds.learn(AccountId{i}, feeds.ticket(), Page{}, found, std::vector<AccountId>(100, AccountId{i}));

    EXPECT_LE(feeds.bytes(), 200000U);
    EXPECT_GT(feeds.bytes(), 100000U);
    EXPECT_TRUE(feeds.page(AccountId{1000}, Page{}));
    EXPECT_FALSE(feeds.page(AccountId{1}, Page{}));
}

} // namespace kith::timelines

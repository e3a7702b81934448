// SPDX-License-Identifier: Apache-2.0
// What must hold when two connections do it at the same time.
#include "tests/server/features/people.h"

#include <atomic>
#include <set>

namespace kith::tests {

class FeatureRaces : public BothEngines { };
KITH_BOTH_ENGINES(FeatureRaces);

TEST_P(FeatureRaces, OneOfManyGetsAName)
{
    std::atomic<int> made{0};
    std::atomic<int> refused{0};

    race(db(), [&](db::Database& database, int) {
        for (int round = 0; round < 10; ++round) {
            const auto person = new_person("mira" + std::to_string(round));
            const auto created =
                database.write_now([&](Tx& tx) { return accounts::create_local(tx, person); });
            created ? ++made : ++refused;
            if (!created) {
                EXPECT_EQ(created.error().code, Errc::conflict);
            }
        }
    });

    EXPECT_EQ(made, 10);
    EXPECT_EQ(refused, 10 * (k_racers - 1));
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM accounts"), 10);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM account_keys"), 20);
}

TEST_P(FeatureRaces, AnActorThatManyFetchIsOneAccount)
{
    race(db(), [&](db::Database& database, int) {
        for (int round = 0; round < 10; ++round) {
            const auto person = remote_person("far" + std::to_string(round), "harbour.example");
            const auto stored =
                database.write_now([&](Tx& tx) { return accounts::upsert_remote(tx, person); });
            EXPECT_TRUE(stored) << stored.error().message;
        }
    });

    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM accounts"), 10);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM account_counts"), 10);
}

TEST_P(FeatureRaces, APostSentTwiceWithOneKeyIsOnePost)
{
    const auto mira = add_person(db(), "mira");
    std::mutex mutex;
    std::set<StatusId> ids;

    race(db(), [&](db::Database& database, int) {
        for (int round = 0; round < 10; ++round) {
            auto wanted = draft("Once");
            wanted.idempotency_key = "key " + std::to_string(round);
            const auto made =
                database.write_now([&](Tx& tx) { return statuses::create(tx, mira, wanted); });
            const std::lock_guard lock{mutex};
            ids.insert(made.value().id);
        }
    });

    EXPECT_EQ(ids.size(), 10U);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM statuses"), 10);
    EXPECT_EQ(reload(db(), mira).statuses_count, 10);
}

TEST_P(FeatureRaces, ARemotePostThatComesTwiceIsOnePost)
{
    const auto far = add_remote(db(), "far", "harbour.example");

    race(db(), [&](db::Database& database, int) {
        for (int round = 0; round < 10; ++round) {
            const auto wanted = remote_post(db(), "https://harbour.example/notes/" + std::to_string(round));
            EXPECT_TRUE(
                database.write_now([&](Tx& tx) { return statuses::create_remote(tx, far, wanted); }));
        }
    });

    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM statuses"), 10);
    EXPECT_EQ(reload(db(), far).statuses_count, 10);
}

TEST_P(FeatureRaces, AnswersAreCountedExactly)
{
    const auto mira = add_person(db(), "mira");
    const auto root = post(db(), mira);
    std::mutex mutex;
    std::vector<Status> answers;

    race(db(), [&](db::Database& database, int) {
        for (int round = 0; round < 10; ++round) {
            auto wanted = draft("An answer");
            wanted.parent_id = root.id;
            const auto made =
                database.write_now([&](Tx& tx) { return statuses::create(tx, mira, wanted); });
            const std::lock_guard lock{mutex};
            answers.push_back(made.value());
        }
    });
    EXPECT_EQ(reload(db(), root)->replies, 10 * k_racers);
    EXPECT_EQ(reload(db(), mira).statuses_count, 10 * k_racers + 1);

    std::atomic<int> deleted{0};
    answers.resize(15);
    race(db(), [&](db::Database& database, int) {
        for (const auto& answer : answers)
            deleted +=
                database.write_now([&](Tx& tx) { return statuses::remove(tx, mira, answer); }).has_value();
    });
    EXPECT_EQ(deleted, 15) << "each is deleted by one";
    EXPECT_EQ(reload(db(), root)->replies, 10 * k_racers - 15);
    EXPECT_EQ(reload(db(), mira).statuses_count, 10 * k_racers + 1 - 15);
}

TEST_P(FeatureRaces, AnAnswerToWhatIsBeingDeletedIsMadeOrRefused)
{
    const auto mira = add_person(db(), "mira");
    for (int round = 0; round < 15; ++round) {
        const auto root = post(db(), mira);
        race(db(), [&](db::Database& database, int thread) {
            if (thread == 0) {
                EXPECT_TRUE(
                    database.write_now([&](Tx& tx) { return statuses::remove(tx, mira, root); }));
                return;
            }
            auto wanted = draft("An answer");
            wanted.parent_id = root.id;
            const auto made =
                database.write_now([&](Tx& tx) { return statuses::create(tx, mira, wanted); });
            if (!made) {
                EXPECT_EQ(made.error().code, Errc::not_found);
            }
        });
    }
    EXPECT_EQ(reload(db(), mira).statuses_count, number(db(), "SELECT COUNT(*) FROM statuses"));
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM statuses WHERE parent_id IS NOT NULL"), 0);
}

TEST_P(FeatureRaces, FollowsAreCountedExactly)
{
    const auto mira = add_person(db(), "mira");
    const auto tomas = add_person(db(), "tomas");

    // Both directions at once, so that each transaction touches both people's counts.
    race(db(), [&](db::Database& database, int thread) {
        const auto& account = thread < 2 ? mira : tomas;
        const auto& target = thread < 2 ? tomas : mira;
        for (int round = 0; round < 15; ++round) {
            EXPECT_TRUE(
                database.write_now([&](Tx& tx) { return follows::follow(tx, account, target); }));
            EXPECT_TRUE(database.write_now([&](Tx& tx) {
                return follows::remove(tx, account, target, follows::EndedBy::follower);
            }));
        }
        EXPECT_TRUE(database.write_now([&](Tx& tx) { return follows::follow(tx, account, target); }));
    });

    EXPECT_EQ(reload(db(), mira).followers_count, 1);
    EXPECT_EQ(reload(db(), mira).following_count, 1);
    EXPECT_EQ(reload(db(), tomas).followers_count, 1);
    EXPECT_EQ(reload(db(), tomas).following_count, 1);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM follows"), 2);
}

TEST_P(FeatureRaces, AYesThatComesOftenCountsOnce)
{
    const auto mira = add_person(db(), "mira");
    const auto far = add_remote(db(), "far", "harbour.example");
    follow(db(), mira, far);

    race(db(), [&](db::Database& database, int) {
        EXPECT_TRUE(database.write_now([&](Tx& tx) { return follows::accept(tx, mira, far); }));
    });

    EXPECT_EQ(reload(db(), far).followers_count, 1);
    EXPECT_EQ(reload(db(), mira).following_count, 1);
}

} // namespace kith::tests

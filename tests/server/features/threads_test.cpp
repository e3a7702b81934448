// SPDX-License-Identifier: Apache-2.0
#include "tests/server/features/people.h"

#include <algorithm>

namespace kith::statuses {

using namespace kith::tests;

class Threads : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        mira = add_person(db(), "mira");
        tomas = add_person(db(), "tomas");
    }
    Thread around(const Status& status, Viewer viewer = {})
    {
        return db()
            .read([&](Tx& tx) -> Result<Thread> {
                return thread(tx, viewer, *statuses::find(tx, status.id));
            })
            .value();
    }
    /// Many answers in one transaction; each to the one before, or all to the first.
    std::vector<Status> answers(const Status& root, int count, bool chained)
    {
        return db()
            .write([&](Tx& tx) -> Result<std::vector<Status>> {
                std::vector<Status> made;
                for (int i = 0; i < count; ++i) {
                    auto wanted = draft("An answer");
                    wanted.parent_id = chained && !made.empty() ? made.back().id : root.id;
                    TRY(auto status, create(tx, tomas, wanted));
                    made.push_back(std::move(status));
                }
                return made;
            })
            .value();
    }
    Account mira;
    Account tomas;
};
KITH_BOTH_ENGINES(Threads);

TEST_P(Threads, GoUpToTheRootAndDownDepthFirst)
{
    const auto root = post(db(), mira);
    const auto a = reply(db(), tomas, root);
    const auto b = reply(db(), tomas, root);
    const auto a1 = reply(db(), mira, a);
    const auto b1 = reply(db(), mira, b);
    const auto a2 = reply(db(), mira, a);
    const auto a11 = reply(db(), tomas, a1);

    const auto from_root = around(root);
    EXPECT_TRUE(from_root.ancestors.empty());
    EXPECT_EQ(ids_of(from_root.descendants), (std::vector{a.id, a1.id, a11.id, a2.id, b.id, b1.id}));

    const auto from_a1 = around(a1);
    EXPECT_EQ(ids_of(from_a1.ancestors), (std::vector{root.id, a.id}));
    EXPECT_EQ(ids_of(from_a1.descendants), std::vector{a11.id});
}

TEST_P(Threads, LeaveOutWhatTheViewerMayNotSee)
{
    const auto root = post(db(), mira);
    const auto hidden = reply(db(), tomas, root, Audience::self);
    const auto below = reply(db(), tomas, hidden);
    const auto open = reply(db(), tomas, root);

    EXPECT_EQ(ids_of(around(root).descendants), std::vector{open.id});
    EXPECT_EQ(ids_of(around(root, Viewer{tomas.id}).descendants), (std::vector{hidden.id, below.id, open.id}));
    EXPECT_EQ(ids_of(around(below).ancestors), std::vector{root.id});
}

TEST_P(Threads, EndWhereAParentIsMissing)
{
    const auto root = post(db(), mira);
    const auto middle = reply(db(), tomas, root);
    const auto below = reply(db(), mira, middle);
    db().write([&](Tx& tx) { return remove(tx, tomas, middle); }).value();

    EXPECT_TRUE(around(below).ancestors.empty());
    EXPECT_TRUE(around(root).descendants.empty()) << "nothing connects it any more";
}

TEST_P(Threads, GoUpAHundredSteps)
{
    const auto root = post(db(), mira);
    const auto chain = answers(root, 130, true);

    const auto found = around(chain.back());

    ASSERT_EQ(found.ancestors.size(), 100U);
    EXPECT_EQ(found.ancestors.back().id, chain[128].id) << "the nearest are kept";
    EXPECT_EQ(found.ancestors.front().id, chain[29].id);
    EXPECT_EQ(around(root).descendants.size(), 130U);
}

TEST_P(Threads, HoldTwoThousandAnswers)
{
    const auto root = post(db(), mira);
    answers(root, 2010, false);

    const auto found = around(root);

    EXPECT_LE(found.descendants.size(), 2000U);
    EXPECT_GE(found.descendants.size(), 1999U);
}

TEST_P(Threads, SurviveLoopsInTheData)
{
    const auto root = post(db(), mira);
    const auto a = reply(db(), tomas, root);
    const auto b = reply(db(), tomas, a);
    const auto alone = post(db(), mira);
    db().sql("UPDATE statuses SET parent_id = $1 WHERE id = $2", b.id, a.id);
    db().sql("UPDATE statuses SET parent_id = $1 WHERE id = $1", alone.id);

    EXPECT_EQ(ids_of(around(b).ancestors), std::vector{a.id}) << "each once";
    EXPECT_EQ(ids_of(around(a).descendants), std::vector{b.id});
    EXPECT_TRUE(around(alone).ancestors.empty());
    EXPECT_TRUE(around(alone).descendants.empty());
}

} // namespace kith::statuses

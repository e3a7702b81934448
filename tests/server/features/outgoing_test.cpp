// SPDX-License-Identifier: Apache-2.0
// What an activity of ours leaves to be delivered.
#include "server/features/federation/delivery.h"
#include "tests/server/features/people.h"

namespace kith::federation {

using namespace kith::tests;

class Outgoing : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        mira = add_person(db(), "mira");
        tomas = add_remote(db(), "tomas", "harbour.example");
    }
    void send(const Recipients& recipients)
    {
        const auto make = [this] {
            ++made;
            return json::object{{"type", "Create"}};
        };
        const auto work = [&](Tx& tx) -> Result<void> {
            deliver(tx, mira.id, make, recipients);
            return {};
        };
        ASSERT_TRUE(db().write(work));
        rows = number(db(), "SELECT COUNT(*) FROM outgoing_activities");
        jobs = number(db(), "SELECT COUNT(*) FROM jobs");
    }
    Account mira;
    Account tomas;
    Recipients followers{true, {}};
    int made = 0;
    std::int64_t rows = 0;
    std::int64_t jobs = 0;
};
KITH_BOTH_ENGINES(Outgoing);

TEST_P(Outgoing, LeavesNothingWhenEverybodyWhoGetsItIsHere)
{
    const auto olga = add_person(db(), "olga");
    follow(db(), olga, mira);
    follow(db(), mira, tomas); // whom she follows does not get her posts for it

    send({true, {olga.id}});

    EXPECT_EQ(made, 0);
    EXPECT_EQ(rows, 0);
    EXPECT_EQ(jobs, 0);
}

TEST_P(Outgoing, IsForAFollowerElsewhere)
{
    follow(db(), add_person(db(), "olga"), mira);
    follow(db(), tomas, mira);

    send(followers);

    EXPECT_EQ(made, 1);
    EXPECT_EQ(rows, 1);
    EXPECT_EQ(jobs, 1);
}

TEST_P(Outgoing, IsForWhoAsksToFollowOnlyOnceThatIsAccepted)
{
    follow(db(), tomas, mira);
    db().sql("UPDATE follows SET state = 0");

    send(followers);

    EXPECT_EQ(jobs, 0);
}

TEST_P(Outgoing, IsForSomebodyElsewhereWhoIsNamed)
{
    send({false, {mira.id, tomas.id}});

    EXPECT_EQ(rows, 1);
    EXPECT_EQ(jobs, 1);
}

TEST_P(Outgoing, IsLeftToTheJobWhenThereAreManyFollowers)
{
    for (int number = 0; number < 51; ++number)
        follow(db(), add_person(db(), "p" + std::to_string(number)), mira);

    send(followers);

    EXPECT_EQ(jobs, 1) << "a post does not ask so many where they are";
}

} // namespace kith::federation

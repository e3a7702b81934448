// SPDX-License-Identifier: Apache-2.0
#include "server/db/work_queue.h"

#include <gtest/gtest.h>

namespace kith::db {

namespace {

/// Reads are told from writes by it: what was pushed as `read` is of the background here.
Work work_of(Lane lane)
{
    Work work;
    work.access = lane == Lane::background ? Access::read : Access::write;
    work.done = [](const std::exception_ptr&, bool) {};
    return work;
}

bool push(WorkQueue& queue, Lane lane)
{
    auto work = work_of(lane);
    return queue.push(work, lane);
}

std::optional<Lane> pop(WorkQueue& queue)
{
    const auto work = queue.try_pop();
    if (!work)
        return std::nullopt;
    return work->access == Access::read ? Lane::background : Lane::interactive;
}

} // namespace

TEST(WorkQueue, KeepsRoomForWhatPeopleWaitForWhenTheBackgroundIsFlooded)
{
    WorkQueue queue(8);
    for (int count = 0; count < 4; ++count)
        ASSERT_TRUE(push(queue, Lane::background));

    EXPECT_FALSE(push(queue, Lane::background));
    for (int count = 0; count < 4; ++count)
        EXPECT_TRUE(push(queue, Lane::interactive));
    EXPECT_FALSE(push(queue, Lane::interactive));
}

TEST(WorkQueue, HasRoomForTheInteractiveInAllOfIt)
{
    WorkQueue queue(8);
    for (int count = 0; count < 8; ++count)
        ASSERT_TRUE(push(queue, Lane::interactive));
    EXPECT_FALSE(push(queue, Lane::interactive));
    EXPECT_FALSE(push(queue, Lane::background));
}

TEST(WorkQueue, GivesTheBackgroundOneTurnInSixteen)
{
    WorkQueue queue(1000);
    for (int count = 0; count < 100; ++count)
        ASSERT_TRUE(push(queue, Lane::interactive));
    for (int count = 0; count < 3; ++count)
        ASSERT_TRUE(push(queue, Lane::background));

    std::vector<int> turns;
    for (int turn = 1; turn <= 48; ++turn)
        if (pop(queue) == Lane::background)
            turns.push_back(turn);

    EXPECT_EQ(turns, (std::vector<int>{16, 32, 48}));
}

TEST(WorkQueue, LetsTheInteractiveGoFirstAfterItsFlood)
{
    // Given works of people that nothing of the background stood behind
    WorkQueue queue(1000);
    for (int count = 0; count < 40; ++count) {
        ASSERT_TRUE(push(queue, Lane::interactive));
        ASSERT_EQ(pop(queue), Lane::interactive);
    }

    ASSERT_TRUE(push(queue, Lane::background));
    ASSERT_TRUE(push(queue, Lane::interactive));

    EXPECT_EQ(pop(queue), Lane::interactive);
    EXPECT_EQ(pop(queue), Lane::background);
    EXPECT_EQ(pop(queue), std::nullopt);
}

} // namespace kith::db

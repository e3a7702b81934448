// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/chores.h"
#include "tests/server/db/coroutines.h"
#include "tests/server/jobs/jobs_fixture.h"

namespace kith::jobs {

using namespace std::chrono_literals;

class Chores : public tests::JobsTest { };
KITH_BOTH_ENGINES(Chores);

TEST_P(Chores, AreDoneByOneOfTheWorkersPerInterval)
{
    int done = 0;
    const auto other = db().open_another();
    const auto chore = [&done]() -> awaitable<Result<void>> {
        ++done;
        co_return Result<void>{};
    };
    const auto here = once_among_workers(db().database(), "purge", 10min, chore);
    const auto there = once_among_workers(*other, "purge", 10min, chore);
    const auto both = [&] {
        EXPECT_TRUE(kith::tests::run_to_end(here()));
        EXPECT_TRUE(kith::tests::run_to_end(there()));
    };

    both();
    both();
    EXPECT_EQ(done, 1);

    db().clock.advance(10min);
    both();
    EXPECT_EQ(done, 2);
}

TEST_P(Chores, OfDifferentNamesHaveNothingToDoWithEachOther)
{
    int done = 0;
    const auto chore = [&done]() -> awaitable<Result<void>> {
        ++done;
        co_return Result<void>{};
    };

    EXPECT_TRUE(kith::tests::run_to_end(once_among_workers(db().database(), "purge", 10min, chore)()));
    EXPECT_TRUE(kith::tests::run_to_end(once_among_workers(db().database(), "sweep", 10min, chore)()));

    EXPECT_EQ(done, 2);
}

} // namespace kith::jobs

// SPDX-License-Identifier: Apache-2.0
#include "common/sqlite/connection.h"
#include "tests/federation/hostile.h"

using namespace kith;
using namespace kith::tests;

namespace {

class Revival : public HostilePeer {
protected:
    std::unique_ptr<sqlite::Connection> database(sqlite::Mode mode)
    {
        sqlite::OpenOptions options;
        options.file = alpha().data_dir() / "kith.db";
        options.mode = mode;
        return sqlite::Connection::open(options).value();
    }
};

} // namespace

TEST_F(Revival, OfAHostBringsWhatWaitedForIt)
{
    const auto in_an_hour = std::to_string(to_ms(SystemClock{}.now()) + 3600000);
    database(sqlite::Mode::read_write)
        ->execute("INSERT INTO job_lanes (lane, failures, failing_since, next_try, last_error) "
                  "VALUES ('good.test', 9, 0, " +
                  in_an_hour + ", 'down')");
    alice->post("@grace@good.test Are you there?");
    ASSERT_TRUE(eventually([&] {
        return database(sqlite::Mode::read_only)
                   ->integer("SELECT COUNT(*) FROM jobs WHERE lane = 'good.test' AND run_at = " + in_an_hour) == 1;
    }));
    EXPECT_EQ(good.count_of("Create"), 0U);

    EXPECT_EQ(deliver(grace, good.activity("Create", grace, good.note(grace, "I am back"))), 202) << last().body;

    EXPECT_FALSE(good.wait_for("Create").is_null());
}

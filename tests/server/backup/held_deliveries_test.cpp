// SPDX-License-Identifier: Apache-2.0
// Deliveries that a restore holds, and what they send.
#include "server/backup/aftermath.h"
#include "tests/support/test_database.h"

namespace kith::backup {

using namespace std::chrono_literals;

class HeldDeliveries : public kith::tests::BothEngines {
protected:
    std::int64_t release()
    {
        return db().write([](db::Tx& tx) { return release_deliveries(tx); }).value();
    }
};
KITH_BOTH_ENGINES(HeldDeliveries);

TEST_P(HeldDeliveries, SendWhatIsThenKeptForAnotherWeek)
{
    // Given a backup that is a month old: two deliveries of one activity wait, and nothing of another one
    const auto old = db().clock.now() - 24h * 30;
    db().sql("INSERT INTO outgoing_activities (id, body, created_at) VALUES (7, 'waits', $1), (8, 'sent', $1)", old);
    db().sql("INSERT INTO jobs (id, kind, payload, lane, state, run_at, created_at) VALUES "
             "(1, 'deliver', '{\"activity\":\"7\",\"inbox\":\"https://a.example/inbox\"}', 'a.example', 0, $1, $1), "
             "(2, 'deliver', '{\"activity\":\"7\",\"inbox\":\"https://b.example/inbox\"}', 'b.example', 0, $1, $1)",
             old);
    db().write([](db::Tx& tx) -> Result<Aftermath> { return settle_restored(tx, KeepSessions::No); }).value();

    // When they are released
    EXPECT_EQ(release(), 2);
    EXPECT_EQ(release(), 0);

    // Then they are new jobs, and the activity that they name is as if it were of today
    const auto now = db().clock.now();
    EXPECT_EQ(db().sql("SELECT COUNT(*) FROM jobs WHERE state = 0 AND created_at = $1", now).at(0).integer(0), 2);
    EXPECT_EQ(db().sql("SELECT created_at FROM outgoing_activities WHERE id = 7").at(0).time(0), now);
    EXPECT_EQ(db().sql("SELECT created_at FROM outgoing_activities WHERE id = 8").at(0).time(0), old);
}

} // namespace kith::backup

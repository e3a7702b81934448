// SPDX-License-Identifier: Apache-2.0
// The leases of jobs under way, while the database has too much to do.
#include "tests/server/jobs/jobs_fixture.h"

namespace kith::jobs {

using namespace std::chrono_literals;

namespace {

/// A database whose background lane can be full.
class FloodedDatabase final : public db::Database {
public:
    explicit FloodedDatabase(db::Database& database) : m_database(database) { }

    std::atomic<bool> flooded = false;

    Result<int> migrate() override { return m_database.migrate(); }
    const char* engine() const override { return m_database.engine(); }
    bool is_shared() const override { return false; }
    void listen() override { }
    void measure(metrics::Registry&) override { }

protected:
    awaitable<bool> run_read(Task task) override
    {
        auto work = [&task](db::Tx& tx) -> Result<bool> { return task(tx); };
        (void)co_await m_database.read(work);
        co_return true;
    }
    awaitable<bool> run_write(Task task, db::Lane lane) override
    {
        if (flooded && lane == db::Lane::background)
            co_return false;
        auto work = [&task](db::Tx& tx) -> Result<void> {
            return task(tx) ? Result<void>{} : fail(Errc::invalid, "The work gave up.");
        };
        (void)co_await m_database.write(work, lane);
        co_return true;
    }
    void run_read_now(const Task&) override { throw std::logic_error("a runner awaits"); }
    void run_write_now(const Task&) override { throw std::logic_error("a runner awaits"); }

private:
    db::Database& m_database;
};

} // namespace

class JobLeases : public tests::JobsTest { };
KITH_BOTH_ENGINES(JobLeases);

TEST_P(JobLeases, AreRenewedWhileTheBackgroundIsFlooded)
{
    FloodedDatabase database(db().database());
    auto options = slow();
    options.poll = 5ms;
    const auto runner = Runner::create(m_context.get_executor(), database, db().clock, options);
    runner->handle("work", hanging());
    const auto id = add(1);
    runner->start();
    EXPECT_TRUE(m_recorder.wait_for_count(1));
    const auto first = db().clock.now() + 60s;

    database.flooded = true;
    db().clock.advance(40s);

    EXPECT_TRUE(m_recorder.wait([&] {
        return db().sql("SELECT leased_until FROM jobs WHERE id = $1", id).at(0).time(0) == first + 40s;
    }));
    stop(*runner, 0ms);
}

} // namespace kith::jobs

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/database.h"
#include "tests/support/fake_clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

namespace kith::tests {

/// `cluster`, for tests that start servers: two web processes and a worker on one PostgreSQL.
enum class Engine { sqlite, postgres, cluster, cluster_with_redis };

/// Prints the engine's name in GoogleTest's messages.
void PrintTo(Engine engine, std::ostream* out);

/// A directory that is gone with this object. In memory where the machine has such a place, so that fsync costs nothing.
class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// A fresh, migrated database of either engine, with everything that a transaction needs, for one test.
///
///     TestDb db;
///     auto id = db.write([&](Tx& tx) { return accounts::create(tx, draft); });
///
/// Subscribe to `events` before the first write. The event loop of coroutines that use it must outlive it.
class TestDb {
public:
    explicit TestDb(Engine engine = Engine::sqlite);
    ~TestDb();

    FakeClock clock;
    IdGenerator ids{1};
    core::Site site{"test.example", "https://test.example"};
    core::EventBus events;
    db::TxContext context{clock, ids, site, events};

    db::Database& database() { return *m_database; }
    Engine engine() const { return m_engine; }

    /// Database::write_now and read_now: the work's Result. Throws what the work throws.
    template <class F>
    auto write(F work)
    {
        return m_database->write_now(work);
    }
    template <class F>
    auto read(F work)
    {
        return m_database->read_now(work);
    }
    /// One statement in a write transaction of its own, for arranging and looking. Throws DbError.
    template <class... Args>
    db::Rows sql(const char* text, const Args&... args)
    {
        return write([&](db::Tx& tx) { return Result<db::Rows>(tx.query(db::Query{"test", text}, args...)); }).value();
    }

    /// Closes the database and opens it again on the same data: what a restart sees.
    void reopen();
    /// A second handle on the same data, as another process has. Reads may take long: a machine that stands still for a second
    /// fails no test.
    std::unique_ptr<db::Database> open_another(std::chrono::milliseconds longest_read = std::chrono::seconds{30});
    /// SQLite's file. PostgreSQL: empty.
    const std::filesystem::path& file() const { return m_file; }
    /// PostgreSQL's connection string. SQLite: empty.
    const std::string& connection() const { return m_connection; }

private:
    Engine m_engine;
    std::optional<TempDir> m_folder;
    std::filesystem::path m_file;
    std::string m_connection;
    std::unique_ptr<db::Database> m_database;
};

/// The base of storage tests, each of which runs on SQLite and on PostgreSQL:
///
///     class Statuses : public BothEngines { };
///     KITH_BOTH_ENGINES(Statuses);
///     TEST_P(Statuses, AreFoundByTheirId) { auto found = db().read(…); }
///
/// Skips on PostgreSQL when that is not installed. A SetUp of your own calls this one first, and returns if IsSkipped().
class BothEngines : public ::testing::TestWithParam<Engine> {
protected:
    void SetUp() override;
    void TearDown() override { m_db.reset(); }
    TestDb& db() { return *m_db; }

private:
    std::optional<TestDb> m_db;
};

std::string engine_name(const ::testing::TestParamInfo<Engine>& info);

} // namespace kith::tests

#define KITH_BOTH_ENGINES(fixture)                                                                                     \
    INSTANTIATE_TEST_SUITE_P(Engines, fixture,                                                                         \
                             ::testing::Values(::kith::tests::Engine::sqlite, ::kith::tests::Engine::postgres),          \
                             ::kith::tests::engine_name)

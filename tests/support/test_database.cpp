// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_database.h"

#include "tests/support/postgres_cluster.h"

#include <stdexcept>

#include <cstdlib>
#include <unistd.h>

namespace kith::tests {

namespace fs = std::filesystem;

namespace {

constexpr unsigned k_connections = 4;

const char* name_of(Engine engine)
{
    switch (engine) {
    case Engine::sqlite: return "SQLite";
    case Engine::postgres: return "PostgreSQL";
    case Engine::cluster: return "Cluster";
    case Engine::cluster_with_redis: return "ClusterWithRedis";
    }
    return "?";
}

/// The value, or an exception with the error's sentence: a test cannot go on without its database.
template <class T>
T need(Result<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().message + " " + result.error().cause);
    return std::move(result).value();
}

template <class Options>
void migrate(const Options& options)
{
    FakeClock clock;
    IdGenerator ids;
    const core::Site site{"test.example", "https://test.example"};
    const core::EventBus events;
    const db::TxContext context{clock, ids, site, events};
    auto database = need(db::Database::open(options, context));
    need(database->migrate());
}

/// Migrated once per program and then copied: a test's database costs a few milliseconds.
const fs::path& migrated_file()
{
    static const TempDir folder;
    static const fs::path file = [] {
        auto path = folder.path() / "template.db";
        migrate(db::SqliteOptions{path, 1});
        return path;
    }();
    return file;
}

std::string migrated_postgres()
{
    return PostgresCluster::instance().create_database(
        "migrated", [](const std::string& connection) { migrate(db::PostgresOptions{connection, 1}); });
}

} // namespace

void PrintTo(Engine engine, std::ostream* out)
{
    *out << name_of(engine);
}

TempDir::TempDir()
{
    const bool in_memory = !std::getenv("TMPDIR") && ::access("/dev/shm", W_OK) == 0;
    const fs::path parent = in_memory ? "/dev/shm" : fs::temp_directory_path();
    std::string name = (parent / "kith-test-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("Cannot make a temporary directory.");
    m_path = name;
}

TempDir::~TempDir()
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

TestDb::TestDb(Engine engine) : m_engine(engine)
{
    if (engine == Engine::sqlite) {
        m_folder.emplace();
        m_file = m_folder->path() / "kith.db";
        fs::copy_file(migrated_file(), m_file);
    } else {
        m_connection = migrated_postgres();
    }
    m_database = open_another();
}

TestDb::~TestDb()
{
    m_database.reset();
    if (m_engine != Engine::sqlite)
        PostgresCluster::instance().drop_database(m_connection);
}

std::unique_ptr<db::Database> TestDb::open_another(std::chrono::milliseconds longest_read)
{
    if (m_engine == Engine::sqlite)
        return need(db::Database::open(db::SqliteOptions{.file = m_file, .readers = 2, .longest_read = longest_read}, context));
    db::PostgresOptions options{.connection = m_connection, .connections = k_connections, .longest_read = longest_read};
    return need(db::Database::open(std::move(options), context));
}

void TestDb::reopen()
{
    m_database.reset();
    m_database = open_another();
}

void BothEngines::SetUp()
{
    if (GetParam() != Engine::sqlite && !PostgresCluster::available())
        GTEST_SKIP() << PostgresCluster::why_not();
    m_db.emplace(GetParam());
}

std::string engine_name(const ::testing::TestParamInfo<Engine>& info)
{
    return name_of(info.param);
}

} // namespace kith::tests

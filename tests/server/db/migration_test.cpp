// SPDX-License-Identifier: Apache-2.0
#include "common/sqlite/connection.h"
#include "server/db/migrations.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/test_database.h"

#include <gmock/gmock.h>

#include <fstream>
#include <thread>

#include <sys/stat.h>

namespace kith::tests {

namespace fs = std::filesystem;
using db::Database;
using db::SqliteOptions;
using testing::HasSubstr;

namespace {

unsigned mode_of(const fs::path& file)
{
    struct stat info = {};
    EXPECT_EQ(::stat(file.c_str(), &info), 0) << file;
    return info.st_mode & 0777U;
}

std::string contents(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// What a transaction needs, without a database.
struct Surroundings {
    FakeClock clock;
    IdGenerator ids;
    core::Site site{"test.example", "https://test.example"};
    core::EventBus events;
    db::TxContext context{clock, ids, site, events};
};

} // namespace

class Migrations : public BothEngines { };
KITH_BOTH_ENGINES(Migrations);

TEST_P(Migrations, AreAllRecordedAndNotRunTwice)
{
    const auto known = GetParam() == Engine::sqlite ? db::sqlite_migrations() : db::postgres_migrations();

    EXPECT_EQ(db().database().migrate().value(), 0);

    const auto rows = db().sql("SELECT name, checksum, applied_at FROM schema_migrations ORDER BY name");
    ASSERT_EQ(rows.size(), known.size());
    for (std::size_t index = 0; index < rows.size(); ++index) {
        EXPECT_EQ(rows[index].text(0), known[index].name);
        EXPECT_EQ(rows[index].text(1), known[index].checksum);
        EXPECT_EQ(rows[index].text(1).size(), 64U);
    }
}

TEST_P(Migrations, RefuseADatabaseOfANewerVersionAndLeaveIt)
{
    db().sql("INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ('209901010000_future', 'x', 0)");
    db().sql("DELETE FROM schema_migrations WHERE name = $1", db::sqlite_migrations().front().name);

    const auto refused = db().database().migrate();

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid);
    EXPECT_EQ(refused.error().message, "The database was made by a newer version of Kith (209901010000_future).");
    EXPECT_EQ(db().sql("SELECT name FROM schema_migrations WHERE name = $1", db::sqlite_migrations().front().name).size(), 0U);
}

TEST_P(Migrations, RefuseAMigrationWithAnotherText)
{
    db().sql("UPDATE schema_migrations SET checksum = 'other'");

    const auto refused = db().database().migrate();

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid);
    EXPECT_THAT(refused.error().message, HasSubstr("another text"));
}

TEST_P(Migrations, ThatFailLeaveTheDatabaseAsItWas)
{
    // The first migration is run again on tables that are already there.
    db().sql("DELETE FROM schema_migrations");
    db().sql("DROP TABLE settings");

    const auto failed = db().database().migrate();

    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, Errc::unavailable);
    EXPECT_THROW(db().sql("SELECT * FROM settings"), db::DbError); // the first statement was rolled back
    EXPECT_EQ(db().sql("SELECT * FROM schema_migrations").size(), 0U);
}

TEST(SqliteMigrations, MakeAPrivateFileAndBackItUpBeforeTheyChangeIt)
{
    TempDir folder;
    const auto file = folder.path() / "kith.db";
    Surroundings surroundings;
    auto database = Database::open(SqliteOptions{file, 1}, surroundings.context).value();
    EXPECT_EQ(database->migrate().value(), static_cast<int>(db::sqlite_migrations().size()));
    EXPECT_EQ(mode_of(file), 0600U);
    EXPECT_EQ(mode_of(file.string() + "-wal"), 0600U);
    const auto backup = folder.path() / (std::string("kith-before-") + db::sqlite_migrations().front().name + ".db");
    EXPECT_FALSE(fs::exists(backup)) << "there was nothing to back up";

    // As an older version would have left it: something in it, and the last migration not there yet.
    const auto forget = [](db::Tx& tx) -> Result<int> {
        tx.execute(db::Query{"test", "INSERT INTO settings (name, value) VALUES ('a', 'b')"});
        tx.execute(db::Query{"test", "DELETE FROM schema_migrations"});
        return 1;
    };
    ASSERT_TRUE(database->write_now(forget));
    EXPECT_FALSE(database->migrate());

    EXPECT_EQ(mode_of(backup), 0600U);
    sqlite::OpenOptions options;
    options.file = backup;
    options.mode = sqlite::Mode::read_only;
    auto copy = sqlite::Connection::open(options).value();
    EXPECT_EQ(copy->text("SELECT value FROM settings"), "b");
    EXPECT_TRUE(copy->integrity_check().empty());
}

TEST(SqliteMigrations, RefuseAFileThatIsNoDatabase)
{
    TempDir folder;
    const auto file = folder.path() / "notes.txt";
    const std::string text(5000, 'n');
    std::ofstream(file) << text;
    Surroundings surroundings;

    const auto refused = Database::open(SqliteOptions{file, 1}, surroundings.context);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid);
    EXPECT_THAT(refused.error().message, HasSubstr("is not a database"));
    EXPECT_EQ(contents(file), text);
}

TEST(SqliteMigrations, RefuseAnotherProgramsDatabase)
{
    TempDir folder;
    const auto file = folder.path() / "other.db";
    sqlite::OpenOptions options;
    options.file = file;
    sqlite::Connection::open(options).value()->execute("CREATE TABLE recipes (name TEXT)");
    Surroundings surroundings;
    const auto before = contents(file);

    const auto refused = Database::open(SqliteOptions{file, 1}, surroundings.context);

    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("another program"));
    EXPECT_EQ(contents(file), before);
}

TEST(SqliteMigrations, SayWhichFileCannotBeOpened)
{
    Surroundings surroundings;

    const auto refused = Database::open(SqliteOptions{"/nonexistent/kith.db", 1}, surroundings.context);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("/nonexistent/kith.db"));
}

TEST(PostgresMigrations, RefuseAnotherEncodingAndAnUnreachableServer)
{
    if (!PostgresCluster::available())
        GTEST_SKIP() << PostgresCluster::why_not();
    auto& cluster = PostgresCluster::instance();
    cluster.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
    auto address = cluster.create_database();
    const auto latin = address.substr(0, address.rfind('=') + 1) + "latin";
    Surroundings surroundings;

    const auto refused = Database::open(db::PostgresOptions{latin, 1}, surroundings.context);
    const auto unreachable = Database::open(db::PostgresOptions{"host=/nonexistent dbname=kith", 1}, surroundings.context);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid);
    EXPECT_THAT(refused.error().message, HasSubstr("LATIN1"));
    ASSERT_FALSE(unreachable);
    EXPECT_EQ(unreachable.error().code, Errc::unavailable);
}

TEST(PostgresMigrations, AreRunOnceWhenTwoProcessesStartTogether)
{
    if (!PostgresCluster::available())
        GTEST_SKIP() << PostgresCluster::why_not();
    const auto address = PostgresCluster::instance().create_database();
    Surroundings surroundings;
    std::atomic<int> applied{0};

    std::vector<std::thread> threads;
    for (int count = 0; count < 3; ++count) {
        threads.emplace_back([&] {
            auto database = Database::open(db::PostgresOptions{address, 1}, surroundings.context).value();
            applied += database->migrate().value();
        });
    }
    for (auto& thread : threads)
        thread.join();

    EXPECT_EQ(applied, static_cast<int>(db::postgres_migrations().size()));
}

} // namespace kith::tests

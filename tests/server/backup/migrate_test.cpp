// SPDX-License-Identifier: Apache-2.0
// What becomes of a database that an earlier version has left behind.
#include "server/core/data_dir.h"
#include "server/db/migrations.h"
#include "tests/server/backup/stopped_kithd.h"
#include "tests/support/child_process.h"
#include "tests/support/postgres_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace kith::tests {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

class Migrate : public ::testing::TestWithParam<Engine> {
protected:
    void SetUp() override
    {
        if (GetParam() == Engine::postgres && !PostgresCluster::available())
            GTEST_SKIP() << PostgresCluster::why_not();
        KithdOptions options;
        options.domain = "old.example";
        options.settings["KITH_SERVER_ROLES"] = "web,streaming"; // nothing is sent to the servers that the fixture names
        server = std::make_unique<StoppedKithd>(GetParam(), std::move(options));
    }

    fs::path copy_before(const fs::path& fixture) const
    {
        const auto* ending = GetParam() == Engine::sqlite ? ".db" : ".pgdump";
        for (const auto& migration : db::sqlite_migrations())
            if (migration.name > fixture.stem().string())
                return (*server)->data_dir() / ("kith-before-" + std::string{migration.name} + ending);
        return {};
    }

    std::unique_ptr<StoppedKithd> server;
};

INSTANTIATE_TEST_SUITE_P(Engines, Migrate, ::testing::Values(Engine::sqlite, Engine::postgres), engine_name);

json::value ask(const HttpClient& client, const std::string& path)
{
    const auto answer = client.get(path);
    EXPECT_EQ(answer.status, 200) << path << ": " << answer.body;
    return answer.json();
}

std::string text(const json::value& value, const char* name)
{
    return find_string(value, name).value_or("(none)");
}

/// What make.py has put there.
void expect_content(StoppedKithd& server, const std::string& token)
{
    const auto alice = server->client().with_token(token);
    const auto self = ask(alice, "/api/v1/accounts/verify_credentials");
    EXPECT_EQ(text(self, "username"), "alice");
    EXPECT_EQ(find_int(self, "followers_count"), 2);
    const auto id = text(self, "id");

    const auto posts = ask(alice, "/api/v1/accounts/" + id + "/statuses").get_array();
    ASSERT_EQ(posts.size(), 2U);
    EXPECT_EQ(text(posts[0], "spoiler_text"), "quiet");
    EXPECT_EQ(text(posts[0], "visibility"), "private");
    EXPECT_THAT(text(posts[1], "content"), AllOf(HasSubstr("Grüße"), HasSubstr("bob"), HasSubstr("Gärten")));
    EXPECT_EQ(find_int(posts[1], "replies_count"), 1);
    EXPECT_THAT(text(ask(alice, "/api/v1/statuses/702"), "content"),
                HasSubstr("with an 'apostrophe'"));
    EXPECT_EQ(ask(alice, "/api/v1/timelines/tag/g%C3%A4rten").get_array().size(), 1U);

    std::set<std::string> followers;
    const auto list = ask(alice, "/api/v1/accounts/" + id + "/followers");
    for (const auto& follower : list.get_array())
        followers.insert(text(follower, "acct"));
    EXPECT_EQ(followers, (std::set<std::string>{"bob", "carol@remote.example"}));
    EXPECT_EQ(ask(alice, "/api/v1/notifications").get_array().size(), 1U); // bob follows

    json::object form;
    form["username"] = "alice";
    form["password"] = "correct horse battery";
    EXPECT_EQ(server->client().post("/api/kith/v1/session", form).status, 200);
}

} // namespace

TEST_P(Migrate, ADatabaseOfEveryEarlierSchemaOpensWithAllThatItHeld)
{
    const auto fixtures = schema_fixtures();
    ASSERT_FALSE(fixtures.empty());
    for (const auto& fixture : fixtures) {
        SCOPED_TRACE(fixture.filename());
        server->wipe();
        server->load_schema(fixture);

        const auto migrated = (*server)->run({"migrate"});
        EXPECT_EQ(migrated.status, 0) << migrated.errors;
        EXPECT_EQ(
            server->ask("SELECT COUNT(*) FROM jobs WHERE state = 0 AND lane = 'remote.example'"), "1");
        EXPECT_EQ(
            server->ask("SELECT COUNT(*) FROM jobs WHERE state = 3 AND lane = 'remote.example'"), "1");
        EXPECT_EQ(
            server->ask("SELECT COUNT(*) FROM jobs WHERE state = 2 AND lane = 'gone.example'"), "1");

        (*server)->start();
        expect_content(*server, noted(fixture, "alice's token"));
        (*server)->stop();
    }
}

TEST_P(Migrate, SaysWhatItWouldDoAndDoesItOnce)
{
    const auto fixture = schema_fixtures().front();
    server->load_schema(fixture);

    // Given an older database, when it is only looked at, then nothing changes.
    const auto dry = (*server)->run({"migrate", "--dry-run"});
    EXPECT_EQ(dry.status, 0) << dry.errors;
    EXPECT_THAT(dry.output,
                AllOf(HasSubstr("older than this program"), HasSubstr("Nothing was changed")));
    EXPECT_EQ(server->ask("SELECT COUNT(*) FROM schema_migrations"), "1");

    // When it is migrated, then each step is named, and the database is copied first.
    const auto done = (*server)->run({"migrate"});
    EXPECT_EQ(done.status, 0) << done.errors;
    const auto name = std::string{db::sqlite_migrations().back().name};
    EXPECT_THAT(done.output, AllOf(HasSubstr(name), HasSubstr("Done: "), HasSubstr(copy_before(fixture).filename().string())));
    EXPECT_EQ(server->ask("SELECT MAX(name) FROM schema_migrations"), name);
    EXPECT_EQ(fs::status(copy_before(fixture)).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_FALSE(fs::exists(copy_before(fixture).string() + ".partial"));

    // When it is asked again, then there is nothing to do.
    const auto again = (*server)->run({"migrate"});
    EXPECT_EQ(again.status, 0);
    EXPECT_THAT(again.output, HasSubstr("up to date (" + name + ")"));
}

TEST_P(Migrate, TheCopyOnPostgresqlIsTheDatabaseAsItWas)
{
    if (GetParam() != Engine::postgres)
        GTEST_SKIP() << "SQLite's copy is a database";
    const auto fixture = schema_fixtures().front();
    server->load_schema(fixture);
    ASSERT_EQ((*server)->run({"account", "list"}).status, 0);
    ASSERT_NE(server->ask("SELECT COUNT(*) FROM schema_migrations"), "1");

    const auto empty = PostgresCluster::instance().create_database();
    ChildProcess load({"pg_restore", "--exit-on-error", "--no-owner", "-d", empty, copy_before(fixture).string()});
    ASSERT_EQ(load.wait(), 0);

    EXPECT_THAT(capture({"psql", "-X", "-A", "-t", "-d", empty, "-c", "SELECT COUNT(*) FROM schema_migrations"}), StartsWith("1"));
    EXPECT_THAT(capture({"psql", "-X", "-A", "-t", "-d", empty, "-c", "SELECT COUNT(*) FROM jobs"}), StartsWith("3"));
    PostgresCluster::instance().drop_database(empty);
}

TEST_P(Migrate, WithoutACopyTheDatabaseIsLeftAsItIsUnlessItsKeeperSaysSo)
{
    // Given a place for the copy that is taken
    const auto fixture = schema_fixtures().front();
    server->load_schema(fixture);
    fs::create_directories(copy_before(fixture) / "something");

    const auto refused = (*server)->run({"account", "list"});
    EXPECT_EQ(refused.status, 1);
    if (GetParam() == Engine::postgres) {
        EXPECT_THAT(refused.errors, AllOf(HasSubstr("could not be copied"), HasSubstr("backup_before_migration = false")));
        EXPECT_FALSE(fs::exists(copy_before(fixture).string() + ".partial"));
    }
    EXPECT_EQ(server->ask("SELECT COUNT(*) FROM schema_migrations"), "1");

    const auto done = (*server)->run({"account", "list"}, {{"KITH_DATABASE_BACKUP_BEFORE_MIGRATION", "false"}});
    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_NE(server->ask("SELECT COUNT(*) FROM schema_migrations"), "1");
}

TEST_P(Migrate, WithoutMigrateAtStartAnOlderDatabaseIsRefused)
{
    server->load_schema(schema_fixtures().front());
    const std::map<std::string, std::string> by_hand{{"KITH_DATABASE_MIGRATE_AT_START", "false"}};

    const auto refused = (*server)->run({"serve"}, by_hand);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.errors, HasSubstr("run kithd migrate"));
    EXPECT_EQ(server->ask("SELECT COUNT(*) FROM schema_migrations"), "1");

    EXPECT_EQ((*server)->run({"migrate"}, by_hand).status, 0);
    EXPECT_EQ((*server)->run({"account", "list"}, by_hand).status, 0);
}

TEST_P(Migrate, ANewerDatabaseIsRefusedAndLeftAsItWas)
{
    ASSERT_EQ((*server)->run({"migrate"}).status, 0);
    server->ask("INSERT INTO schema_migrations (name, checksum, applied_at) VALUES "
                "('299901010000_later', 'x', 1)");

    const auto refused = (*server)->run({"migrate"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.errors, HasSubstr("newer version of Kith"));
}

TEST_P(Migrate, WaitsForNoRunningServerOnSqlite)
{
    if (GetParam() != Engine::sqlite)
        GTEST_SKIP() << "servers of one PostgreSQL database may be replaced one by one";
    (*server)->start();

    const auto refused = (*server)->run({"migrate"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.errors, HasSubstr("Stop it first"));
}

TEST_P(Migrate, NoCommandMigratesWhatARunningServerUsesOnSqlite)
{
    if (GetParam() != Engine::sqlite)
        GTEST_SKIP() << "servers of one PostgreSQL database may be replaced one by one";
    server->load_schema(schema_fixtures().front());
    {
        // Given a server of the earlier version, which holds the data directory
        auto folder = core::DataDir::open((*server)->data_dir());
        ASSERT_TRUE(folder) << folder.error().message;
        ASSERT_TRUE(folder->lock());

        for (const auto* subject : {"account", "jobs"}) {
            const auto refused = (*server)->run({subject, "list"});
            EXPECT_EQ(refused.status, 1);
            EXPECT_THAT(refused.errors, AllOf(HasSubstr("older than this program"), HasSubstr("Stop it first")));
        }
        EXPECT_EQ(server->ask("SELECT COUNT(*) FROM schema_migrations"), "1");
    }

    // When it has stopped
    const auto listed = (*server)->run({"account", "list"});

    EXPECT_EQ(listed.status, 0) << listed.errors;
    EXPECT_NE(server->ask("SELECT COUNT(*) FROM schema_migrations"), "1");
}

TEST_P(Migrate, ADryRunOnNothingMakesNoFile)
{
    if (GetParam() != Engine::sqlite)
        GTEST_SKIP() << "PostgreSQL's database is there or is not";
    const auto dry = (*server)->run({"migrate", "--dry-run"});
    EXPECT_EQ(dry.status, 0) << dry.errors;
    EXPECT_THAT(dry.output, HasSubstr("it would be made"));
    EXPECT_FALSE(fs::exists((*server)->data_dir() / "kith.db"));
}

} // namespace kith::tests

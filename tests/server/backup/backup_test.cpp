// SPDX-License-Identifier: Apache-2.0
// A server that is backed up while it runs, and put back elsewhere.
#include "tests/server/backup/stopped_kithd.h"
#include "tests/support/postgres_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <random>
#include <set>
#include <thread>

namespace kith::tests {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

namespace {

class Backup : public ::testing::TestWithParam<Engine> {
protected:
    void SetUp() override
    {
        if (GetParam() == Engine::postgres && !PostgresCluster::available())
            GTEST_SKIP() << PostgresCluster::why_not();
        std::ofstream{passphrase} << "a passphrase for tests\nand a second line\n";
    }

    std::unique_ptr<StoppedKithd> kithd(const std::string& domain) const
    {
        KithdOptions options;
        options.domain = domain;
        options.settings["KITH_SERVER_ROLES"] = "web,streaming"; // nothing is sent
        return std::make_unique<StoppedKithd>(GetParam(), std::move(options));
    }
    KithdProcess::Finished backup(StoppedKithd& from) const
    {
        return from->run({"backup", file.string(), "--passphrase-file", passphrase.string()});
    }
    KithdProcess::Finished restore(StoppedKithd& into, const fs::path& from,
                                   const std::vector<std::string>& more = {}) const
    {
        std::vector<std::string> arguments{"restore", from.string(), "--passphrase-file", passphrase.string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return into->run(arguments);
    }
    /// A backup of a few things, made once.
    void make_small_backup()
    {
        auto source = kithd("old.example");
        source->load_schema(schema_fixtures().front());
        const auto migrated = (*source)->run({"migrate"});
        ASSERT_EQ(migrated.status, 0) << migrated.errors;
        source->ask("INSERT INTO processes (number, mark, leased_until) VALUES (7, 'one that served', 9999999999999)");
        const auto done = backup(*source);
        ASSERT_EQ(done.status, 0) << done.errors;
    }
    /// Refused with a sentence, and nothing there.
    void expect_refused(StoppedKithd& target, const fs::path& from, const std::string& why) const
    {
        const auto refused = restore(target, from);
        EXPECT_EQ(refused.status, 1) << from;
        EXPECT_THAT(refused.errors, AllOf(::testing::StartsWith("kithd: "), HasSubstr(why)));
        EXPECT_FALSE(fs::exists(target->data_dir()));
        if (GetParam() == Engine::postgres) {
            EXPECT_EQ(target.ask("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
        }
    }

    TempDir folder;
    fs::path file = folder.path() / "home.backup";
    fs::path passphrase = folder.path() / "passphrase";
};

INSTANTIATE_TEST_SUITE_P(Engines, Backup, ::testing::Values(Engine::sqlite, Engine::postgres), engine_name);

std::string id_of(const HttpAnswer& answer)
{
    EXPECT_EQ(answer.status, 200) << answer.body;
    return find_string(answer.json(), "id").value_or("");
}

HttpAnswer say(const HttpClient& person, int number)
{
    json::object form;
    form["status"] = "number " + std::to_string(number);
    return person.post("/api/v1/statuses", form);
}

std::string read_file(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

fs::path written(const fs::path& path, const std::string& content)
{
    std::ofstream{path, std::ios::binary} << content;
    return path;
}

/// The ids of all posts of the account, newest first.
std::vector<std::string> posts_of(const HttpClient& person, const std::string& account)
{
    std::vector<std::string> ids;
    while (true) {
        const auto page = person
                              .get("/api/v1/accounts/" + account + "/statuses?limit=40" +
                                   (ids.empty() ? "" : "&max_id=" + ids.back()))
                              .json();
        if (page.get_array().empty())
            return ids;
        for (const auto& status : page.get_array())
            ids.push_back(find_string(status, "id").value());
    }
}

} // namespace

TEST_P(Backup, HoldsOneMomentOfAServerThatIsWrittenTo)
{
    // Given a server with posts, a picture, and somebody who goes on posting
    auto source = kithd("home.example");
    (*source)->start();
    const auto alice = (*source)->sign_up("alice");
    const auto account = id_of(alice.get("/api/v1/accounts/verify_credentials"));
    fs::create_directories((*source)->data_dir() / "media/ab");
    written((*source)->data_dir() / "media/ab/picture.png", std::string(200000, 'p'));
    std::vector<std::string> acknowledged;
    for (int number = 0; number < 20; ++number)
        acknowledged.push_back(id_of(say(alice, number)));
    const auto before = acknowledged.size();
    std::atomic<bool> enough{false};
    std::thread poster([&] {
        for (int number = 20; !enough; ++number)
            acknowledged.push_back(id_of(say(alice, number)));
    });

    // When it is backed up, and the backup put back elsewhere
    const auto done = backup(*source);
    enough = true;
    poster.join();
    ASSERT_EQ(done.status, 0) << done.errors;
    (*source)->stop();
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_FALSE(fs::exists(file.string() + ".part"));
    EXPECT_FALSE(fs::exists((*source)->data_dir() / "backup-in-progress.db"));
    const auto checked =
        (*source)->run({"backup", file.string(), "--check", "--passphrase-file", passphrase.string()});
    EXPECT_THAT(checked.output,
                AllOf(HasSubstr("The backup is whole"), HasSubstr("home.example"), HasSubstr("1 files")));
    auto target = kithd("home.example");
    const auto restored = restore(*target, file, {"--keep-sessions"});
    ASSERT_EQ(restored.status, 0) << restored.errors;

    // Then all posts up to some moment are there, and none after it
    (*target)->start();
    const auto there = (*target)->client().with_token(alice.token());
    const auto posts = posts_of(there, account);
    ASSERT_GE(posts.size(), before);
    ASSERT_LE(posts.size(), acknowledged.size());
    EXPECT_TRUE(std::equal(posts.rbegin(), posts.rend(), acknowledged.begin()));
    const auto self = there.get("/api/v1/accounts/verify_credentials").json();
    EXPECT_EQ(find_int(self, "statuses_count"), static_cast<std::int64_t>(posts.size()));
    id_of(say(there, -1));
    EXPECT_EQ(read_file((*target)->data_dir() / "media/ab/picture.png"), std::string(200000, 'p'));
    EXPECT_EQ(read_file((*target)->data_dir() / "secret.key"),
              read_file((*source)->data_dir() / "secret.key"));
    (*target)->stop();
    if (GetParam() == Engine::sqlite) {
        EXPECT_EQ(target->ask("PRAGMA integrity_check"), "ok");
    }
    EXPECT_EQ((*target)->run({"account", "list"}).status, 0); // which also opens the keys
}

TEST_P(Backup, SignsEverybodyOutAndHoldsDeliveries)
{
    make_small_backup();
    const auto fixture = schema_fixtures().front();
    auto target = kithd("old.example");

    // When a backup with two waiting deliveries is restored, then they are held, and told
    const auto restored = restore(*target, file);
    ASSERT_EQ(restored.status, 0) << restored.errors;
    EXPECT_THAT(restored.output, AllOf(HasSubstr("2 deliveries"), HasSubstr("--release-deliveries"),
                                       HasSubstr("--drop-deliveries")));
    EXPECT_EQ(target->ask("SELECT COUNT(*) FROM jobs WHERE state = 4"), "2");
    EXPECT_EQ(target->ask("SELECT COUNT(*) FROM jobs WHERE state = 2"), "1");
    EXPECT_EQ(target->ask("SELECT COUNT(*) FROM processes"), "0") << "those of the old server are not here";

    EXPECT_THAT((*target)->run({"doctor"}).output, HasSubstr("2 deliveries are held"));

    // and old tokens do not work, while the password does
    (*target)->start();
    EXPECT_EQ((*target)
                  ->client()
                  .with_token(noted(fixture, "alice's token"))
                  .get("/api/v1/accounts/verify_credentials")
                  .status,
              401);
    json::object form;
    form["username"] = "alice";
    form["password"] = "correct horse battery";
    EXPECT_EQ((*target)->client().post("/api/kith/v1/session", form).status, 200);

    // When they are released, then they wait in the order of their lane
    const auto released = (*target)->run({"restore", "--release-deliveries"});
    EXPECT_EQ(released.status, 0) << released.errors;
    EXPECT_THAT(released.output, HasSubstr("2 held deliveries will be sent"));
    EXPECT_EQ(target->ask("SELECT COUNT(*) FROM jobs WHERE state = 0 AND lane = 'remote.example' "
                          "AND payload LIKE '%example/inbox%'"),
              "1");
    EXPECT_EQ(target->ask("SELECT COUNT(*) FROM jobs WHERE state = 3 AND lane = 'remote.example' "
                          "AND payload LIKE '%carol/inbox%'"),
              "1");
    EXPECT_EQ(target->ask("SELECT COUNT(*) FROM jobs WHERE state = 4"), "0");
}

TEST_P(Backup, HeldDeliveriesCanBeForgotten)
{
    make_small_backup();
    auto target = kithd("old.example");
    ASSERT_EQ(restore(*target, file).status, 0);

    const auto dropped = (*target)->run({"restore", "--drop-deliveries"});
    EXPECT_THAT(dropped.output, HasSubstr("2 held deliveries were forgotten"));
    EXPECT_EQ(target->ask("SELECT COUNT(*) FROM jobs"), "1"); // the dead one
}

TEST_P(Backup, IsOnlyRestoredWhereItBelongsAndWhereNothingIs)
{
    make_small_backup();
    auto target = kithd("old.example");

    // Another name
    const auto elsewhere =
        (*target)->run({"restore", file.string(), "--passphrase-file", passphrase.string()},
                       {{"KITH_SERVER_DOMAIN", "new.example"}});
    EXPECT_EQ(elsewhere.status, 1);
    EXPECT_THAT(elsewhere.errors, HasSubstr("cannot change its name"));

    // A file in the data directory
    fs::create_directories((*target)->data_dir());
    written((*target)->data_dir() / "mine", "mine");
    const auto refused = restore(*target, file);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.errors, HasSubstr("not empty"));
    EXPECT_EQ(std::distance(fs::directory_iterator((*target)->data_dir()), {}), 1);
    fs::remove_all((*target)->data_dir());

    // A table in the PostgreSQL database
    if (GetParam() == Engine::postgres) {
        target->ask("CREATE TABLE mine (x BIGINT)");
        EXPECT_THAT(restore(*target, file).errors, HasSubstr("not empty"));
        EXPECT_EQ(target->ask("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'"), "1");
        target->ask("DROP TABLE mine");
    }
    EXPECT_EQ(restore(*target, file).status, 0);
}

TEST_P(Backup, DamagedForgedAndForeignFilesLeaveNothingBehind)
{
    make_small_backup();
    const auto whole = read_file(file);
    auto target = kithd("old.example");
    const auto bad = folder.path() / "bad";

    expect_refused(*target, folder.path() / "absent", "cannot be read");
    expect_refused(*target, written(bad, ""), "not a backup");
    expect_refused(*target, written(bad, std::string(100000, 'x')), "not a backup");
    expect_refused(*target, written(bad, whole.substr(0, 40)), "not a backup");
    expect_refused(*target, written(bad, whole.substr(0, whole.size() / 2)), "damaged");
    expect_refused(*target, written(bad, whole.substr(0, whole.size() - 1)), "damaged");
    expect_refused(*target, written(bad, whole + "x"), "damaged");
    auto later = whole;
    later[15] = 2; // the format
    expect_refused(*target, written(bad, later), "newer version");
    auto hungry = whole;
    hungry[20] = '\x7f'; // Argon2's memory
    expect_refused(*target, written(bad, hungry), "damaged");
    std::mt19937 random{7};
    for (int flip = 0; flip < 8; ++flip) {
        auto changed = whole;
        const auto at = 24 + random() % (whole.size() - 24);
        changed[at] = static_cast<char>(changed[at] ^ (1 << random() % 8));
        SCOPED_TRACE(at);
        expect_refused(*target, written(bad, changed), "damaged");
    }

    written(passphrase, "another passphrase\n");
    expect_refused(*target, file, "passphrase");
}

TEST_P(Backup, IsRefusedWithASentenceWhereItCannotBeMade)
{
    auto source = kithd("home.example");
    EXPECT_THAT(backup(*source).errors, HasSubstr("no server to back up"));
    EXPECT_FALSE(fs::exists((*source)->data_dir()));

    (*source)->start();
    (*source)->stop();
    written(file, "somebody's");
    EXPECT_THAT(backup(*source).errors, HasSubstr("exists already"));
    EXPECT_EQ(read_file(file), "somebody's");
    const auto nowhere =
        (*source)->run({"backup", "/nonexistent/backup", "--passphrase-file", passphrase.string()});
    EXPECT_THAT(nowhere.errors, HasSubstr("cannot be written: No such file"));
    written(passphrase, "too short\n");
    fs::remove(file);
    EXPECT_THAT(backup(*source).errors, HasSubstr("12 characters"));
    EXPECT_FALSE(fs::exists(file));
    EXPECT_FALSE(fs::exists(file.string() + ".part"));
}

} // namespace kith::tests

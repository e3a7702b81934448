// SPDX-License-Identifier: Apache-2.0
#include "common/sqlite/connection.h"
#include "tests/support/kithd_process.h"
#include "tests/support/postgres_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace kith;
using namespace kith::tests;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

std::string bytes_of(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// A server that has run, holds a post, and is stopped: its data lie in one file.
class BadStart : public ::testing::Test {
protected:
    BadStart()
    {
        const auto alice = m_server.sign_up("alice");
        EXPECT_EQ(alice.post("/api/v1/statuses", json::object{{"status", "still here"}}).status, 200);
        m_server.stop();
    }

    /// `serve` ends by itself, with a sentence on standard error that has these words, and changes nothing.
    void expect_refused(const std::vector<std::string>& words,
                        const std::map<std::string, std::string>& settings = {})
    {
        const auto before = bytes_of(database());
        const auto ended = m_server.run({"serve"}, settings);
        EXPECT_EQ(ended.status, 1) << ended.errors;
        expect_sentence(ended.errors, words);
        EXPECT_EQ(bytes_of(database()), before);
    }
    static void expect_sentence(const std::string& errors, const std::vector<std::string>& words)
    {
        const auto at = errors.find("kithd: ");
        ASSERT_NE(at, std::string::npos) << errors;
        const auto sentence = errors.substr(at, errors.find('\n', at) - at);
        EXPECT_GT(sentence.size(), 20U);
        for (const auto& word : words)
            EXPECT_THAT(sentence, HasSubstr(word));
        EXPECT_EQ(errors.find("terminate called"), std::string::npos);
    }
    /// The server still starts, and has its post.
    void expect_whole()
    {
        m_server.start();
        EXPECT_THAT(m_server.client().get("/api/v1/timelines/public").body,
                    HasSubstr("still here"));
    }
    std::filesystem::path database() const { return m_server.data_dir() / "kith.db"; }
    std::filesystem::path key() const { return m_server.data_dir() / "secret.key"; }
    KithdProcess& server() { return m_server; }

private:
    KithdProcess m_server;
};

} // namespace

TEST_F(BadStart, APortInUseIsNamed)
{
    const KithdProcess other;
    expect_refused({std::to_string(other.port()), "another program uses this port"},
                   {{"KITH_SERVER_LISTEN", "127.0.0.1:" + std::to_string(other.port())}});
    expect_whole();
}

TEST_F(BadStart, AnUnknownSettingIsNamed)
{
    expect_refused({"KITH_SERVER_LISTNE"}, {{"KITH_SERVER_LISTNE", "127.0.0.1:1"}});

    const auto file = server().data_dir() / "kith.toml";
    std::ofstream(file) << "[server]\nlistne = \"127.0.0.1:1\"\n";
    expect_refused({"server.listne", "line 2"}, {{"KITH_CONFIG", file.string()}});
    expect_whole();
}

TEST_F(BadStart, ADatabaseOfANewerVersionStaysAsItIs)
{
    {
        sqlite::OpenOptions options;
        options.file = database();
        const auto connection = sqlite::Connection::open(options).value();
        connection->execute("INSERT INTO schema_migrations (name, checksum, applied_at) VALUES "
                            "('209901010000_future', 'x', 0)");
    }
    expect_refused({"newer version of Kith", "209901010000_future"});
}

TEST_F(BadStart, AnotherDomainIsRefused)
{
    expect_refused({"belongs to", "gamma.test"}, {{"KITH_SERVER_DOMAIN", "gamma.test"}});
    expect_whole();
}

TEST_F(BadStart, AFileThatIsNoDatabaseStaysAsItIs)
{
    const auto file = server().data_dir() / "shopping";
    std::ofstream(file) << std::string(8192, 'x');
    const auto before = bytes_of(file);
    expect_refused({"shopping"}, {{"KITH_DATABASE_FILE", file.string()}});
    EXPECT_EQ(bytes_of(file), before);
    expect_whole();
}

TEST_F(BadStart, ASecondServerOnOneDataDirectoryIsRefused)
{
    server().start();
    const auto ended =
        server().run({"serve"}, {{"KITH_SERVER_LISTEN", "127.0.0.1:" + std::to_string(free_port())}});

    EXPECT_EQ(ended.status, 1);
    expect_sentence(ended.errors,
                    {"Another kithd", std::to_string(server().id()), server().data_dir().string()});
    EXPECT_EQ(server().client().get("/health/ready").status, 200);
}

TEST_F(BadStart, AKeyThatOthersCanReadIsRefused)
{
    ASSERT_EQ(::chmod(key().c_str(), 0644), 0);
    expect_refused({"chmod 600"});
    EXPECT_THAT(server().run({"doctor"}).output, HasSubstr("FAIL"));
    ASSERT_EQ(::chmod(key().c_str(), 0600), 0);
    expect_whole();
}

TEST_F(BadStart, AKeyThatCannotBeReadIsNeverReplaced)
{
    const auto right = bytes_of(key());
    std::filesystem::resize_file(key(), 7);
    const auto damaged = bytes_of(key());
    expect_refused({"wrong size", "secret.key"});
    EXPECT_EQ(bytes_of(key()), damaged);

    std::filesystem::remove(key());
    ASSERT_EQ(::mkdir(key().c_str(), 0700), 0);
    expect_refused({"secret.key"});
    std::filesystem::remove(key());
    std::ofstream(key(), std::ios::binary) << right;
    ASSERT_EQ(::chmod(key().c_str(), 0600), 0);
    expect_whole();
}

TEST_F(BadStart, AKeyOfAnotherServerIsRefused)
{
    const auto right = bytes_of(key());
    std::ofstream(key(), std::ios::binary) << std::string(right.size(), 'k');

    const auto doctor = server().run({"doctor"});
    EXPECT_NE(doctor.status, 0);
    EXPECT_THAT(doctor.output, HasSubstr("is not the one that sealed"));
    expect_refused({"secret.key", "not the one"});
    std::ofstream(key(), std::ios::binary) << right;
    expect_whole();
}

TEST_F(BadStart, ALostKeyIsNoticed)
{
    const auto right = bytes_of(key());
    std::filesystem::remove(key());

    expect_refused({"secret.key is missing", "restore it"});
    EXPECT_FALSE(std::filesystem::exists(key())) << "a new one would only be in the way";
    EXPECT_THAT(server().run({"doctor"}).output, HasSubstr("secret.key is missing"));
    EXPECT_FALSE(std::filesystem::exists(key()));
    std::ofstream(key(), std::ios::binary) << right;
    ASSERT_EQ(::chmod(key().c_str(), 0600), 0);
    expect_whole();
}

TEST_F(BadStart, ADatabaseOfAnotherProgramStaysAsItIs)
{
    const auto file = server().data_dir() / "bookmarks.db";
    {
        sqlite::OpenOptions options;
        options.file = file;
        const auto connection = sqlite::Connection::open(options).value();
        connection->execute("CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('https://example.org')");
    }
    const auto before = bytes_of(file);

    expect_refused({"bookmarks.db", "another program"}, {{"KITH_DATABASE_FILE", file.string()}});

    EXPECT_EQ(bytes_of(file), before);
    expect_whole();
}

TEST_F(BadStart, ADamagedDatabaseIsNamedAndStaysAsItIs)
{
    const auto right = bytes_of(database());
    std::filesystem::resize_file(database(), right.size() / 2 / 4096 * 4096);

    expect_refused({"kith.db", "damaged", "backup"});

    std::ofstream(database(), std::ios::binary) << right;
    expect_whole();
}

TEST_F(BadStart, ADatabaseThatCannotBeWrittenIsNamed)
{
    if (::geteuid() != 0) {
        ASSERT_EQ(::chmod(database().c_str(), 0400), 0);
        expect_refused({"kith.db", "can be read but not written"});
        ASSERT_EQ(::chmod(database().c_str(), 0600), 0);
        return expect_whole();
    }
    // Root may write to every file, unless it is mounted so that nobody can.
    const auto path = database().string();
    if (::mount(path.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0)
        GTEST_SKIP() << "this machine lets nobody mount";
    EXPECT_EQ(::mount(nullptr, path.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr), 0);

    expect_refused({"kith.db", "can be read but not written"});

    EXPECT_EQ(::umount(path.c_str()), 0);
    expect_whole();
}

TEST_F(BadStart, ACertificateThatIsNotThereIsNamed)
{
    expect_refused({"/nowhere/cert.pem"}, {{"KITH_SERVER_TLS_CERTIFICATE", "/nowhere/cert.pem"},
                                           {"KITH_SERVER_TLS_KEY", "/nowhere/key.pem"}});
    expect_whole();
}

TEST_F(BadStart, APostgresThatDoesNotAnswerIsNamed)
{
    expect_refused({"PostgreSQL"}, {{"KITH_DATABASE_ENGINE", "postgres"},
                                    {"KITH_DATABASE_CONNECTION", "host=/nowhere dbname=kith"}});
    expect_whole();
}

TEST(BadStartOnPostgres, ADatabaseOfANewerVersionStaysAsItIs)
{
    if (!PostgresCluster::available())
        GTEST_SKIP() << PostgresCluster::why_not();
    KithdOptions options;
    options.postgres = PostgresCluster::instance().create_database();
    KithdProcess server(options);
    server.stop();
    ChildProcess insert({"psql", "-q", options.postgres,
                         "-c", "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ('209901010000_future', 'x', 0)"});
    ASSERT_EQ(insert.wait(), 0);

    const auto ended = server.run({"serve"});

    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.errors,
                AllOf(HasSubstr("newer version of Kith"), HasSubstr("209901010000_future")));
}

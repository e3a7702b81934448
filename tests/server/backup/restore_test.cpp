// SPDX-License-Identifier: Apache-2.0
// Backups made and put back within this process, where something stands in their way.
#include "server/backup/restore.h"

#include "common/sqlite/connection.h"
#include "tests/support/test_database.h"

#include <gmock/gmock.h>

#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kith::backup {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

namespace {

constexpr const char* k_passphrase = "a passphrase for tests";

void nothing(std::uint64_t) { }

/// Reads the database from the moment on when it is asked for the time, and does not stop.
class ReadingClock final : public Clock {
public:
    explicit ReadingClock(fs::path file) : m_file(std::move(file)) { }
    Timestamp now() const override
    {
        if (!m_reader && fs::exists(m_file)) {
            sqlite::OpenOptions options;
            options.file = m_file;
            options.mode = sqlite::Mode::read_write;
            m_reader = sqlite::Connection::open(options).value();
            m_reader->execute("BEGIN");
            m_reader->integer("SELECT count(*) FROM oauth_tokens");
        }
        return from_ms(tests::FakeClock::k_start_ms);
    }

private:
    fs::path m_file;
    mutable std::unique_ptr<sqlite::Connection> m_reader;
};

class Restore : public ::testing::Test {
protected:
    void SetUp() override
    {
        source.sql("INSERT INTO settings (name, value) VALUES ('domain', 'home.example'), "
                   "('base_url', 'https://home.example')");
        source.sql("INSERT INTO jobs (id, kind, payload, state, run_at, created_at) VALUES (1, 'deliver', '{}', 0, 0, 0)");
        fs::create_directories(data_dir());
        std::ofstream{data_dir() / "secret.key"} << "a key";
    }
    fs::path data_dir() const { return folder.path() / "from"; }
    Result<Summary> make_backup()
    {
        const Source from{source.database(), "", source.file(), data_dir()};
        return make(from, file, k_passphrase, source.clock.now(), nothing);
    }

    tests::TempDir folder;
    tests::TestDb source;
    fs::path file = folder.path() / "home.backup";
};

} // namespace

TEST_F(Restore, PutsNoDatabaseInItsPlaceThatMissesWhatWasDoneToIt)
{
    // Given a restore to a file beside the data directory, which somebody reads meanwhile: its log cannot be copied back
    const auto made = make_backup();
    ASSERT_TRUE(made) << made.error().message;
    Target target;
    target.engine = "sqlite";
    target.data_dir = folder.path() / "to";
    target.database_file = folder.path() / "kith.db";
    const ReadingClock clock{target.database_file.string() + ".restoring"};

    const auto restored = restore(target, file, k_passphrase, KeepSessions::No, clock, nothing);

    ASSERT_FALSE(restored);
    EXPECT_THAT(restored.error().message, HasSubstr("could not be finished"));
    for (const char* ending : {"", ".restoring", ".restoring-wal", ".restoring-shm"})
        EXPECT_FALSE(fs::exists(target.database_file.string() + ending)) << ending;
    EXPECT_FALSE(fs::exists(target.data_dir));
}

TEST_F(Restore, IsNotPossibleFromABackupThatLacksAFileWithoutAWord)
{
    // Given a picture that is there and cannot be opened: its path is too long for that
    ASSERT_TRUE(fs::create_directories(data_dir() / "media"));
    const std::string part(200, 'a');
    int at = ::open((data_dir() / "media").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int depth = 0; depth < 25; ++depth) {
        ASSERT_EQ(::mkdirat(at, part.c_str(), 0700), 0);
        const int next = ::openat(at, part.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ::close(at);
        at = next;
    }
    const int picture = ::openat(at, "picture.png", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_GE(picture, 0);
    ::close(picture);
    ::close(at);

    const auto made = make_backup();

    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("picture.png"));
    EXPECT_FALSE(fs::exists(file));
}

TEST_F(Restore, IsNotPossibleFromABackupWithANameThatIsRefused)
{
    ASSERT_TRUE(fs::create_directories(data_dir() / "media"));
    std::ofstream{data_dir() / "media" / "a\\b"} << "somebody's";

    const auto made = make_backup();

    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("rename it"));
    EXPECT_FALSE(fs::exists(file));
}

} // namespace kith::backup

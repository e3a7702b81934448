// SPDX-License-Identifier: Apache-2.0
#include "server/backup/archive.h"

#include "server/backup/backup.h"
#include "server/backup/partial_file.h"
#include "server/backup/postgres_tools.h"
#include "tests/support/test_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace kith::backup {

namespace fs = std::filesystem;
using crypto::Bytes;
using ::testing::HasSubstr;

namespace {

constexpr const char* k_passphrase = "a passphrase for tests";

class Archive : public ::testing::Test {
protected:
    /// An archive with these files, in `file`.
    void write(const std::vector<std::pair<std::string, std::string>>& files)
    {
        auto sealed = SealedWriter::create(file, k_passphrase);
        ASSERT_TRUE(sealed) << sealed.error().message;
        ArchiveWriter archive{*sealed};
        for (const auto& [name, content] : files)
            ASSERT_TRUE(archive.add(name, crypto::as_bytes(content)));
        const auto finished = archive.finish();
        ASSERT_TRUE(finished) << finished.error().message;
    }
    /// A file with a name that our own writer refuses.
    static void forge(SealedWriter& sealed, const std::string& name)
    {
        const Bytes no_block(4);
        Bytes size{std::byte{0}, static_cast<std::byte>(name.size())};
        ASSERT_TRUE(sealed.write(size) && sealed.write(crypto::as_bytes(name)) && sealed.write(no_block));
    }

    tests::TempDir folder;
    fs::path file = folder.path() / "backup";
};

} // namespace

TEST_F(Archive, GivesBackFilesOfEverySizeAroundAPiece)
{
    std::vector<std::pair<std::string, std::string>> files;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, k_piece_bytes - 1, k_piece_bytes,
                                   k_piece_bytes + 1, 3 * k_piece_bytes})
        files.emplace_back("media/" + std::to_string(size),
                           std::string(size, static_cast<char>('a' + size % 26)));
    write(files);

    auto sealed = SealedReader::open(file, k_passphrase);
    ASSERT_TRUE(sealed) << sealed.error().message;
    ArchiveReader archive{*sealed};
    for (const auto& [name, content] : files) {
        const auto next = archive.next();
        ASSERT_TRUE(next) << next.error().message;
        EXPECT_EQ(*next, name);
        const auto bytes = archive.read_all(4 * k_piece_bytes);
        ASSERT_TRUE(bytes) << bytes.error().message;
        EXPECT_EQ(crypto::as_text(*bytes), content);
    }
    const auto end = archive.next();
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_FALSE(*end);
}

TEST_F(Archive, SkipsWhatIsNotRead)
{
    write({{"a", std::string(100000, 'x')}, {"b", "y"}});
    auto sealed = SealedReader::open(file, k_passphrase);
    ASSERT_TRUE(sealed);
    ArchiveReader archive{*sealed};
    EXPECT_EQ(archive.next().value(), "a");
    EXPECT_EQ(archive.next().value(), "b");
    EXPECT_EQ(archive.read_all(0).error().code, Errc::too_large);
}

TEST_F(Archive, TakesNoNameThatLeadsElsewhere)
{
    for (const char* name : {"", ".", "..", "/etc/passwd", "media/../../x", "media//x", "media/./x",
                             "media/", "a\\b", "a\nb"})
        EXPECT_FALSE(is_safe_name(name)) << name;
    EXPECT_FALSE(is_safe_name(std::string(1001, 'a')));
    EXPECT_FALSE(is_safe_name(std::string_view{"a\0b", 3}));
    for (const char* name : {"a", "media/ab/cd.png", "media/...", "media/Grüße"})
        EXPECT_TRUE(is_safe_name(name)) << name;
}

TEST_F(Archive, WritesNoNameThatItWouldNotTakeBack)
{
    auto sealed = SealedWriter::create(file, k_passphrase);
    ASSERT_TRUE(sealed) << sealed.error().message;
    ArchiveWriter archive{*sealed};

    for (const auto& name : {std::string{"media/a\\b"}, std::string{"media/a\nb"}, std::string(1001, 'a')}) {
        const auto refused = archive.begin(name);
        ASSERT_FALSE(refused) << name;
        EXPECT_EQ(refused.error().code, Errc::invalid);
    }
}

TEST_F(Archive, ABackupWithSuchANameOrAStrangerIsRefusedAsAWhole)
{
    const std::string manifest = R"({"engine":"sqlite","domain":"a","base_url":"b","schema":["x"],"made_at":1})";
    const auto nothing = [](std::uint64_t) {};
    {
        auto sealed = SealedWriter::create(file, k_passphrase);
        ASSERT_TRUE(sealed) << sealed.error().message;
        ArchiveWriter archive{*sealed};
        ASSERT_TRUE(archive.add(k_manifest_name, crypto::as_bytes(manifest)));
        forge(*sealed, "media/../../evil");
        ASSERT_TRUE(archive.finish());
    }
    EXPECT_THAT(check(file, k_passphrase, nothing).error().message, HasSubstr("leads elsewhere"));

    fs::remove(file);
    write({{k_manifest_name, manifest}, {k_key_name, "k"}, {"kithd.toml", "x"}, {k_sqlite_name, "d"}});
    EXPECT_THAT(check(file, k_passphrase, nothing).error().message, HasSubstr("does not belong"));

    fs::remove(file);
    write({{k_manifest_name, manifest}, {k_key_name, "k"}});
    EXPECT_THAT(check(file, k_passphrase, nothing).error().message, HasSubstr("not whole"));

    fs::remove(file);
    write({{k_manifest_name, "[]"}});
    EXPECT_THAT(check(file, k_passphrase, nothing).error().message, HasSubstr("of what it is"));
}

TEST_F(Archive, AFullDiskLeavesNothingAndSaysSo)
{
    // Given room for 200 KB, as a full disk would have it
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{200000, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    {
        auto sealed = SealedWriter::create(file, k_passphrase);
        ASSERT_TRUE(sealed) << sealed.error().message;
        const auto written = sealed->write(Bytes(1 << 20));
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        ASSERT_FALSE(written);
        EXPECT_THAT(written.error().message, HasSubstr("cannot be written"));
    }
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST_F(Archive, NeverReplacesAFileAndLetsOnlyOneWrite)
{
    auto first = SealedWriter::create(file, k_passphrase);
    ASSERT_TRUE(first);
    EXPECT_EQ(SealedWriter::create(file, k_passphrase).error().code, Errc::conflict);

    std::ofstream{file} << "somebody's";
    EXPECT_EQ(SealedWriter::create(file, k_passphrase).error().code, Errc::conflict);
    EXPECT_EQ(first->finish().error().code, Errc::conflict);
    std::string text;
    std::getline(std::ifstream{file}, text);
    EXPECT_EQ(text, "somebody's");
}

TEST_F(Archive, TakesNoFileOverThatItsWriterHasFinished)
{
    // Given a backup that opens its file while another one to the same place is about to finish
    auto first = SealedWriter::create(file, k_passphrase);
    ASSERT_TRUE(first) << first.error().message;
    const auto partial = fs::path{file.string() + ".part"};
    const auto late = open_partial(partial);
    ASSERT_TRUE(late);
    EXPECT_EQ(take_partial(*late, partial).error().code, Errc::conflict);

    // When the other one has finished, and left its lock
    ASSERT_TRUE(first->write(Bytes(100000)));
    ASSERT_TRUE(first->finish());
    const auto taken = take_partial(*late, partial);

    // Then its file is left alone
    ::close(*late);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, Errc::conflict);
    EXPECT_GT(fs::file_size(file), 100000U);
}

TEST(PostgresTools, KnowTheirVersion)
{
    EXPECT_EQ(major_of("pg_dump (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)\n"), 15);
    EXPECT_EQ(major_of("pg_dump (PostgreSQL) 17devel\n"), 17);
    EXPECT_EQ(major_of("something else"), 0);
    const auto none = find_postgres_tool("pg_dump", 7);
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message, HasSubstr("install postgresql-client-7"));
}

} // namespace kith::backup

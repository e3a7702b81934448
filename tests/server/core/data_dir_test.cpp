// SPDX-License-Identifier: Apache-2.0
#include "server/core/data_dir.h"

#include "tests/server/core/temporary_folder.h"

#include <sys/stat.h>

#include <gmock/gmock.h>

namespace kith::core {

using ::testing::HasSubstr;
using tests::TemporaryFolder;

namespace {

unsigned mode_of(const std::filesystem::path& path)
{
    struct stat status { };
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

} // namespace

TEST(DataDir, IsMadeForItsOwnerAlone)
{
    const TemporaryFolder folder;

    const auto directory = DataDir::open(folder.path() / "a/b/kithd");

    ASSERT_TRUE(directory) << directory.error().message;
    EXPECT_EQ(mode_of(directory->path()), 0700U);
}

TEST(DataDir, IsClosedToOthersWhenItWasOpen)
{
    const TemporaryFolder folder;
    const auto path = folder.path() / "open";
    std::filesystem::create_directory(path);
    ::chmod(path.c_str(), 0755);

    ASSERT_TRUE(DataDir::open(path));

    EXPECT_EQ(mode_of(path), 0750U);
}

TEST(DataDir, RefusesAFileInItsPlace)
{
    const TemporaryFolder folder;

    const auto directory = DataDir::open(folder.write("file", "x"));

    ASSERT_FALSE(directory);
    EXPECT_EQ(directory.error().code, Errc::invalid);
}

TEST(DataDir, ServesOneAtATime)
{
    const TemporaryFolder folder;
    auto first = DataDir::open(folder.path()).value();
    auto second = DataDir::open(folder.path()).value();
    ASSERT_TRUE(first.lock());

    const auto refused = second.lock();

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("process " + std::to_string(::getpid())));
    {
        const auto gone = std::move(first);
    }
    EXPECT_TRUE(second.lock());
}

TEST(DataDir, MakesItsKeyOnceAndKeepsItPrivate)
{
    const TemporaryFolder folder;
    const auto directory = DataDir::open(folder.path()).value();

    const auto first = directory.secret_key();
    const auto second = directory.secret_key();

    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->size(), 32U);
    EXPECT_TRUE(crypto::equal_in_constant_time(first->view(), second->view()));
    EXPECT_EQ(mode_of(directory.file("secret.key")), 0600U);
}

TEST(DataDir, RefusesADamagedOrOpenKeyRatherThanMakeANewOne)
{
    const TemporaryFolder folder;
    const auto directory = DataDir::open(folder.path()).value();
    const auto file = folder.write("secret.key", "short");
    ::chmod(file.c_str(), 0600);

    const auto damaged = directory.secret_key();
    folder.write("secret.key", std::string(32, 'k'));
    ::chmod(file.c_str(), 0640);
    const auto open = directory.secret_key();

    ASSERT_FALSE(damaged);
    EXPECT_THAT(damaged.error().message, HasSubstr("wrong size"));
    ASSERT_FALSE(open);
    EXPECT_THAT(open.error().message, HasSubstr("chmod 600"));
}

} // namespace kith::core

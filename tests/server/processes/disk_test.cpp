// SPDX-License-Identifier: Apache-2.0
// What a server on SQLite does when its disk is full or fails, and afterwards.
#include "tests/server/processes/on_disk.h"

#include <gmock/gmock.h>

#include <fstream>

#include <sys/mount.h>
#include <sys/resource.h>

namespace kith::tests {

using ::testing::HasSubstr;

namespace {

/// A disk of this size, for as long as it lives.
class SmallDisk {
public:
    SmallDisk(std::filesystem::path at, const char* options) : m_at(std::move(at))
    {
        m_mounted = ::mount("tmpfs", m_at.c_str(), "tmpfs", 0, options) == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted)
            ::umount2(m_at.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool mounted() const { return m_mounted; }

private:
    std::filesystem::path m_at;
    bool m_mounted = false;
};

} // namespace

class DiskFull : public OnDisk { };
class DiskFails : public OnDisk { };

TEST_F(DiskFull, StopsWritesWithAClearAnswerAndNothingElseUntilThereIsSpace)
{
    const SmallDisk disk(folder(), "size=16m");
    if (!disk.mounted())
        GTEST_SKIP() << "this machine lets nobody mount; DiskFails tries the same with a limit";
    start();
    ASSERT_EQ(post("before"), 200);
    const auto filler = folder() / "filler";
    {
        std::ofstream out(filler, std::ios::binary);
        while (out << std::string(4096, 'f') << std::flush) { }
    }

    const auto refused = post_until_refused();

    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_THAT(refused.error(), HasSubstr("try again"));
    EXPECT_TRUE(server().wait_for_log("The database could not write."));
    expect_that_reading_goes_on();

    std::filesystem::remove(filler);
    EXPECT_TRUE(eventually([&] { return post("after") == 200; }));
    expect_that_nothing_is_lost();
}

TEST_F(DiskFails, StopsWritesWithAClearAnswerAndNothingElseUntilItWorksAgain)
{
    start();
    ASSERT_EQ(post("before"), 200);
    auto log = database();
    log += "-wal";
    rlimit usual{};
    ASSERT_EQ(::prlimit(server().id(), RLIMIT_FSIZE, nullptr, &usual), 0);
    const rlimit tight{std::filesystem::file_size(log), usual.rlim_max};
    ASSERT_EQ(::prlimit(server().id(), RLIMIT_FSIZE, &tight, nullptr), 0);

    const auto refused = post_until_refused();

    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_TRUE(server().wait_for_log("The database could not write."));
    expect_that_reading_goes_on();

    ASSERT_EQ(::prlimit(server().id(), RLIMIT_FSIZE, &usual, nullptr), 0);
    EXPECT_TRUE(eventually([&] { return post("after") == 200; }));
    expect_that_nothing_is_lost();
}

} // namespace kith::tests

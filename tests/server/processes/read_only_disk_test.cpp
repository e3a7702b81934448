// SPDX-License-Identifier: Apache-2.0
// What a server on SQLite does when it may no longer write to its disk, and afterwards.
//
// Nobody can remount a disk read-only while a file on it is open for writing, as a server's database always is: Linux refuses
// (EBUSY). The kernel itself does it to an ext4 that it finds damaged, with `abort` also when told to, and then lets nobody write
// until the disk is mounted anew. What is mended under a running server is a lock on its files.
#include "tests/server/processes/on_disk.h"
#include "tests/support/child_process.h"

#include <fstream>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace kith::tests {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

namespace {

bool succeeds(const std::vector<std::string>& command)
{
    ChildProcess::Options options;
    options.quiet = true;
    options.merge_errors = true;
    return ChildProcess(command, options).wait() == 0;
}

/// An ext4 in a file, mounted for as long as this lives.
class Ext4 {
public:
    explicit Ext4(fs::path at) : m_at(std::move(at))
    {
        std::ofstream{image()}.close();
        fs::resize_file(image(), 32 << 20);
        m_mounted = succeeds({"mkfs.ext4", "-q", "-F", image().string()}) && mount();
    }
    ~Ext4() { unmount(); }
    Ext4(const Ext4&) = delete;
    Ext4& operator=(const Ext4&) = delete;

    bool mounted() const { return m_mounted; }
    bool mount() { return m_mounted = succeeds({"mount", "-o", "loop", image().string(), m_at.string()}); }
    void unmount()
    {
        if (m_mounted)
            succeeds({"umount", "-l", m_at.string()});
        m_mounted = false;
    }
    /// As after an error of the disk.
    bool turn_read_only() const { return succeeds({"mount", "-o", "remount,abort", m_at.string()}); }
    bool remount(const char* how) const { return succeeds({"mount", "-o", std::string{"remount,"} + how, m_at.string()}); }

private:
    fs::path image() const { return m_folder.path() / "image"; }

    TempDir m_folder;
    fs::path m_at;
    bool m_mounted = false;
};

/// Sets or lifts the lock that keeps everybody, root too, from changing a file; also one that is open.
bool set_immutable(const fs::path& file, bool immutable)
{
    const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    int flags = 0;
    bool done = opened >= 0 && ::ioctl(opened, FS_IOC_GETFLAGS, &flags) == 0;
    flags = immutable ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
    done = done && ::ioctl(opened, FS_IOC_SETFLAGS, &flags) == 0;
    ::close(opened);
    return done;
}

} // namespace

class ReadOnlyDisk : public OnDisk {
protected:
    void expect_that_it_says_so()
    {
        for (int round = 0; round < 3; ++round) {
            EXPECT_EQ(post("while nothing can be written"), 503) << last().body;
            EXPECT_THAT(last().error(), HasSubstr("try again"));
            EXPECT_NE(last().header("Retry-After"), "");
            expect_that_reading_goes_on();
        }
        EXPECT_TRUE(server().wait_for_log("The database could not write."));
    }
};

TEST_F(ReadOnlyDisk, StopsWritesWithAClearAnswerAndKeepsWhatWasWritten)
{
    Ext4 disk(folder());
    if (!disk.mounted())
        GTEST_SKIP() << "this machine lets nobody make an ext4 and mount it";
    start();
    ASSERT_EQ(post("before"), 200);
    ASSERT_FALSE(disk.remount("ro")) << "now it can be tested as it should be";

    ASSERT_TRUE(disk.turn_read_only());
    expect_that_it_says_so();
    EXPECT_FALSE(disk.remount("rw")) << "now recovery can be tested, too";

    server().stop();
    disk.unmount();
    ASSERT_TRUE(disk.mount());
    server().start();
    EXPECT_EQ(post("after"), 200) << last().body;
    expect_that_all_is_there();
}

TEST_F(ReadOnlyDisk, ThatCanBeWrittenAgainIsWrittenAgainWithoutARestart)
{
    Ext4 disk(folder());
    if (!disk.mounted())
        GTEST_SKIP() << "this machine lets nobody make an ext4 and mount it";
    start();
    ASSERT_EQ(post("before"), 200);
    const std::vector<fs::path> files{database(), fs::path{database().string() + "-wal"}};
    const auto lock = [&](bool immutable) {
        return std::all_of(files.begin(), files.end(), [&](const auto& file) { return set_immutable(file, immutable); });
    };

    ASSERT_TRUE(lock(true));
    expect_that_it_says_so();

    ASSERT_TRUE(lock(false));
    EXPECT_TRUE(eventually([&] { return post("after") == 200; }));
    EXPECT_EQ(post("and on"), 200) << last().body;
    expect_that_nothing_is_lost();
}

} // namespace kith::tests

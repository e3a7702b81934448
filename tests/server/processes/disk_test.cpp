// SPDX-License-Identifier: Apache-2.0
// What a server on SQLite does when its disk is full or fails, and afterwards.
#include "common/sqlite/connection.h"
#include "tests/support/kithd_process.h"
#include "tests/support/test_database.h"

#include <gmock/gmock.h>

#include <fstream>

#include <sys/mount.h>
#include <sys/resource.h>

namespace kith::tests {

using ::testing::HasSubstr;

namespace {

/// A server whose database lies in a folder of its own.
class OnDisk : public ::testing::Test {
protected:
    void start()
    {
        KithdOptions options;
        options.settings["KITH_DATABASE_FILE"] = database().string();
        m_server = std::make_unique<KithdProcess>(options);
        m_alice = std::make_unique<HttpClient>(server().sign_up("alice"));
    }
    std::filesystem::path folder() const { return m_folder.path(); }
    std::filesystem::path database() const { return folder() / "kith.db"; }
    KithdProcess& server() { return *m_server; }

    int post(const std::string& text)
    {
        const auto answer = m_alice->post("/api/v1/statuses", json::object{{"status", text}});
        if (answer.status == 200)
            m_kept.push_back(text);
        m_last = answer;
        return answer.status;
    }
    /// Posts until one is refused; how it was.
    HttpAnswer post_until_refused()
    {
        const std::string long_text(4000, 'x');
        for (int number = 0; number < 300; ++number)
            if (post(std::to_string(number) + " " + long_text) != 200)
                break;
        return m_last;
    }
    void expect_that_reading_goes_on()
    {
        EXPECT_EQ(server().client().get("/health/ready").status, 200);
        EXPECT_EQ(m_alice->get("/api/v1/timelines/home").status, 200);
    }
    /// Every post that was answered with 200 is there, also after a restart, and the file is whole.
    void expect_that_nothing_is_lost()
    {
        server().restart();
        const auto account = m_alice->get("/api/v1/accounts/verify_credentials").json();
        EXPECT_EQ(account.at("statuses_count").as_int64(), static_cast<std::int64_t>(m_kept.size()));
        server().stop();
        sqlite::OpenOptions options;
        options.file = database();
        EXPECT_THAT(sqlite::Connection::open(options).value()->integrity_check(), ::testing::IsEmpty());
    }
    void TearDown() override { m_server.reset(); }

private:
    TempDir m_folder;
    std::unique_ptr<KithdProcess> m_server;
    std::unique_ptr<HttpClient> m_alice;
    std::vector<std::string> m_kept;
    HttpAnswer m_last;
};

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

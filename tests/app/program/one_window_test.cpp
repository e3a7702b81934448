// SPDX-License-Identifier: Apache-2.0
#include "tests/app/program/kith_program.h"
#include "tests/support/patience.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

using namespace kith::tests;

namespace {

bool soon(const std::function<bool()>& it_is_so)
{
    const auto deadline = std::chrono::steady_clock::now() + k_patience;
    while (!it_is_so()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return true;
}

struct OneWindow : testing::Test {
    Folder folder;
    KithSurroundings surroundings{.home = folder.path().string()};
    std::vector<std::string> profile{"--profile", folder / "profile", "--passphrase-file",
                                     folder.secret_file("passphrase", "four quiet grey herons")};

    /// A start that stays open, and listens for others.
    ChildProcess open_and_wait()
    {
        auto first = start_kith(profile, surroundings);
        EXPECT_TRUE(soon([&] { return std::filesystem::exists(folder / "profile/profile.socket"); }));
        return first;
    }
    /// When the socket was made, in nanoseconds; 0 when there is none.
    long long socket_made_at() const
    {
        struct stat found {};
        const bool there = ::stat((folder / "profile/profile.socket").c_str(), &found) == 0;
        return there ? found.st_ctim.tv_sec * 1'000'000'000LL + found.st_ctim.tv_nsec : 0;
    }
    int picture_status()
    {
        auto command = profile;
        command.push_back("--screenshot");
        command.push_back(folder / "page.png");
        return start_kith(command, surroundings).wait();
    }
};

} // namespace

TEST_F(OneWindow, ASecondStartOfAProfileShowsTheFirstAndEnds)
{
    auto first = open_and_wait();

    EXPECT_EQ(start_kith(profile, surroundings).wait(), 0);

    EXPECT_EQ(picture_status(), 2) << "what cannot be done by the first is refused";
    first.signal(SIGTERM);
    first.wait();
}

TEST_F(OneWindow, AProfileWhoseProcessWasKilledOpensAgain)
{
    auto first = open_and_wait();
    first.signal(SIGKILL);
    first.wait();
    ASSERT_TRUE(std::filesystem::exists(folder / "profile/profile.socket")) << "it is left over";

    EXPECT_EQ(picture_status(), 0);
    const auto left_over = socket_made_at();
    auto second = start_kith(profile, surroundings);
    // Not before the second listens: else the third start would be the one that stays open.
    ASSERT_TRUE(soon([&] { return socket_made_at() != 0 && socket_made_at() != left_over; }));
    EXPECT_EQ(start_kith(profile, surroundings).wait(), 0);
    second.signal(SIGTERM);
    second.wait();
}

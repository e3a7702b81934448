// SPDX-License-Identifier: Apache-2.0
#include "server/limits/local_counters.h"
#include "server/limits/sign_in_guard.h"

#include "tests/server/limits/fake_now.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace kith::limits {

using namespace std::chrono_literals;
using tests::fake_now;
using tests::pass;

namespace {

class SignInGuardTest : public ::testing::Test {
protected:
    /// The seconds to wait; 0: the attempt was let in.
    std::int64_t wait(const std::string& name, const std::string& address)
    {
        request = {};
        request.peer_address = address;
        auto begun = guard.begin(request, name);
        attempt = begun ? std::optional{*begun} : std::nullopt;
        if (!begun) {
            EXPECT_EQ(begun.error().code, Errc::rate_limited);
        }
        return request.retry_after.count();
    }
    void sign_in(const std::string& name, const std::string& address)
    {
        ASSERT_EQ(wait(name, address), 0);
        attempt->succeeded();
    }
    std::string from(int number) { return "192.0.2." + std::to_string(number); }

    core::Config config;
    LocalCounters counters{4096};
    SignInGuard guard{&counters, config, fake_now};
    http::Request request;
    std::optional<SignInGuard::Attempt> attempt;
};

} // namespace

TEST_F(SignInGuardTest, MakesGuessesAtANameSlowerAndSlowerFromWhereverTheyCome)
{
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 40; ++i) {
        const auto seconds = wait("mira", from(i));
        waits.push_back(seconds);
        pass(std::chrono::seconds{seconds});
    }
    // Each refused attempt is followed, after its delay, by one that is let in and fails.
    EXPECT_EQ(std::vector(waits.begin(), waits.begin() + 14),
              (std::vector<std::int64_t>{0, 0, 0, 0, 0, 0, 2, 0, 4, 0, 8, 0, 16, 0}));
    EXPECT_EQ(*std::max_element(waits.begin(), waits.end()), 300);
}

TEST_F(SignInGuardTest, TakesAllSpellingsOfANameForOne)
{
    // What the look-up takes for one: a mark over or under a letter, combining or not, and full-width letters.
    for (const char* name : {"mira", "Mira", "MIRA", "m\xC3\xADra", "m\xCC\xA3ira", "\xEF\xBD\x8D\xEF\xBD\x89\xEF\xBD\x92\xEF\xBD\x81"})
        EXPECT_EQ(wait(name, from(1)), 0);
    EXPECT_EQ(wait("mira", from(2)), 2);
    EXPECT_EQ(wait("tomas", from(2)), 0);

    // No spelling is too long to count.
    std::string long_one{"m"};
    for (int i = 0; i < 500; ++i)
        long_one += "\xCC\xA3";
    EXPECT_EQ(wait(long_one + "ira", from(2)), 2);
    EXPECT_EQ(wait(std::string(256, 'a') + "b", from(3)), 0);
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(wait(std::string(256, 'a') + "c", from(3)), 0) << "nor are two names one because they begin alike";
}

TEST_F(SignInGuardTest, MakesAnAddressThatTriesManyNamesSlower)
{
    for (int i = 0; i < 11; ++i)
        EXPECT_EQ(wait("name" + std::to_string(i), from(1)), 0);
    EXPECT_EQ(wait("name20", from(1)), 2);
    EXPECT_EQ(wait("name20", from(2)), 0);
}

TEST_F(SignInGuardTest, ForgivesTheNameAfterTheRightPasswordButNotTheAddress)
{
    for (int i = 0; i < 4; ++i)
        wait("mira", from(1));
    sign_in("mira", from(1));
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(wait("mira", from(2)), 0) << "counted anew";

    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(wait("other" + std::to_string(i), from(1)), 0);
        sign_in("mira", from(1));
    }
    EXPECT_EQ(wait("another", from(1)), 0);
    EXPECT_EQ(wait("another", from(1)), 0) << "the eleventh failure";
    EXPECT_EQ(wait("another", from(1)), 2);
}

TEST_F(SignInGuardTest, LetsNobodyShutAnotherOneOut)
{
    sign_in("mira", from(1));
    for (int i = 2; i < 30; ++i)
        wait("mira", from(i));
    EXPECT_GT(wait("mira", from(40)), 0) << "strangers wait";
    sign_in("mira", from(1));
    pass(31 * 24h);
    for (int i = 2; i < 30; ++i)
        wait("mira", from(i));
    EXPECT_GT(wait("mira", from(1)), 0) << "after a month it is a stranger too";
}

TEST_F(SignInGuardTest, CountsAttemptsBeforeTheyAreDecidedAndNotWhenNobodyLooked)
{
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(wait("mira", from(1)), 0);
    EXPECT_EQ(wait("mira", from(1)), 2) << "six are under way, all may be wrong";
    pass(2s);
    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(wait("mira", from(1)), 0);
        attempt->undecided();
    }
}

TEST_F(SignInGuardTest, LetsEverybodyInWhenRatesAreNotLimited)
{
    SignInGuard open{nullptr, config, fake_now};
    for (int i = 0; i < 100; ++i) {
        auto begun = open.begin(request, "mira");
        ASSERT_TRUE(begun);
        begun->undecided();
    }
}

} // namespace kith::limits

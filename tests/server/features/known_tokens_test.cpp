// SPDX-License-Identifier: Apache-2.0
#include "server/auth/known_tokens.h"

#include <gtest/gtest.h>

namespace kith::auth {

namespace {

class KnownTokensTest : public ::testing::Test {
protected:
    /// Token 1 is of account 101, and so on; from 50 on they are of programs.
    Identity identity(std::int64_t number) const
    {
        Identity of;
        of.token = TokenId{number};
        if (number < 50)
            of.account = AccountId{100 + number};
        of.scopes = "read";
        return of;
    }
    void fill(std::int64_t number) { known.fill(std::to_string(number), identity(number), known.ticket()); }
    bool knows(std::int64_t number)
    {
        const auto found = known.find(std::to_string(number));
        return found && found->token.value == number;
    }

    KnownTokens known{1 << 20};
};

} // namespace

TEST_F(KnownTokensTest, AreForgottenOneByOne)
{
    for (std::int64_t number = 1; number < 100; ++number)
        fill(number);

    known.hear("token:7");
    known.hear("account:108");
    known.hear("token:77");
    // Somebody revokes tokens of his own all day, and looks at none of ours: these are not the places of our ids.
    for (int i = 0; i < 100000; ++i)
        known.hear("token:1000000");

    for (std::int64_t number = 1; number < 100; ++number)
        EXPECT_EQ(knows(number), number != 7 && number != 8 && number != 77) << number;
    fill(7);
    fill(8);
    EXPECT_TRUE(knows(7) && knows(8)) << "read again";
}

TEST_F(KnownTokensTest, AreNotKnownWhenTheyChangedWhileTheyWereRead)
{
    const auto ticket = known.ticket();
    known.hear("token:7");
    known.fill("7", identity(7), ticket);
    known.fill("8", identity(8), ticket);

    EXPECT_FALSE(knows(7));
    EXPECT_TRUE(knows(8));
}

TEST_F(KnownTokensTest, AreAllForgottenWhenItIsNotUnderstoodWhatChanged)
{
    for (const auto* notice : {"", "token", "token:", "token:x", "account:-1", "weather:7"}) {
        fill(1);
        known.hear(notice);
        EXPECT_FALSE(knows(1)) << notice;
    }
    const auto ticket = known.ticket();
    known.clear();
    known.fill("2", identity(2), ticket);
    EXPECT_FALSE(knows(2)) << "read before a gap";
}

} // namespace kith::auth

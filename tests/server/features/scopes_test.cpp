// SPDX-License-Identifier: Apache-2.0
#include "server/auth/scopes.h"
#include "server/features/oauth/scope_words.h"

#include <gtest/gtest.h>

namespace kith::auth {

TEST(Scopes, AreReadAndCleaned)
{
    EXPECT_EQ(*parse_scopes("read write"), "read write");
    EXPECT_EQ(*parse_scopes("  write   read write "), "write read");
    EXPECT_EQ(*parse_scopes("read+write:statuses"), "read write:statuses");
    EXPECT_EQ(*parse_scopes(""), "read");
    EXPECT_EQ(*parse_scopes("follow push profile admin:read:accounts"),
              "follow push profile admin:read:accounts");
}

TEST(Scopes, ThatNobodyKnowsAreRefused)
{
    for (const auto* bad : {"everything", "read:secrets", "Read", "write:", "read,write", "read\nwrite", "rea"})
        EXPECT_EQ(parse_scopes(bad).error().code, Errc::invalid) << bad;
    for (const auto* bad : {"admin:read:secrets", "admin", "read:", "read:media", "write:search"})
        EXPECT_EQ(parse_scopes(bad).error().code, Errc::invalid) << bad;
    std::string all;
    for (const auto& scope : known_scopes())
        all += (all.empty() ? "" : " ") + scope;
    EXPECT_EQ(*parse_scopes(all), all);
    std::string endless;
    for (int i = 0; i < 1000; ++i)
        endless += "read ";
    EXPECT_FALSE(parse_scopes(endless));
}

TEST(Scopes, CoverTheirParts)
{
    struct Line {
        const char* granted;
        const char* wanted;
        bool covered;
    };
    constexpr Line table[] = {
        {"read", "read", true},
        {"read", "read:statuses", true},
        {"read", "write:statuses", false},
        {"read:statuses", "read", false},
        {"read:statuses", "read:statuses", true},
        {"read:statuses", "read:accounts", false},
        {"write read", "read:search", true},
        {"write", "write:follows", true},
        {"follow", "write:follows", true},
        {"follow", "read:blocks", true},
        {"follow", "read:statuses", false},
        {"follow", "follow", true},
        {"write:follows", "follow", false},
        {"profile", "read:accounts", false},
        {"rea", "read:statuses", false},
        {"read:status", "read:statuses", false},
        {"admin:read", "admin:read:accounts", true},
        {"read", "admin:read", false},
        {"profile", "profile read:accounts", true},
        {"read:accounts", "profile read:accounts", true},
        {"read:statuses", "profile read:accounts", false},
        {"read", "profile", false},
        {"", "read", false},
        {"", "", true},
    };
    for (const auto& line : table)
        EXPECT_EQ(covers(line.granted, line.wanted), line.covered) << line.granted << " for " << line.wanted;
}

TEST(Scopes, AreSaidInWords)
{
    for (const auto& scope : known_scopes())
        EXPECT_EQ(oauth::scope_words(scope).size(), scope == "crypto" ? 0U : 1U)
            << scope << ": 'crypto' means nothing any more";
    const std::vector<std::string> wanted{"Read everything that you can read here",
                                          "Add and change: posts, lists"};
    EXPECT_EQ(oauth::scope_words("write:statuses read write:lists"), wanted);
}

TEST(Scopes, CoverAListWhenTheyCoverEachOfIt)
{
    EXPECT_TRUE(covers_all("read write", "read:statuses write:follows"));
    EXPECT_FALSE(covers_all("read", "read:statuses write:follows"));
    EXPECT_TRUE(covers_all("read", ""));
}

} // namespace kith::auth

// SPDX-License-Identifier: Apache-2.0
#include "server/core/lines_per_second.h"
#include "server/core/redact.h"

#include <gtest/gtest.h>

namespace kith::core {

TEST(Redact, ShowsOnlyValuesThatPageAndFilter)
{
    const struct {
        const char* query;
        const char* shown;
    } table[]{
        {"", ""},
        {"limit=20&max_id=123", "limit=20&max_id=123"},
        {"types[]=follow&types[]=mention", "types[]=follow&types[]=mention"},
        {"access_token=hunter2", "access_token=…"},
        {"q=my%20secret&resolve=true", "q=…&resolve=true"},
        {"code=hunter2&state=abc", "code=…&state=…"},
        {"hunter2", "…"},
        {"HUNTER2=1", "…"},
        {"=hunter2", "…"},
        {"a_name_that_is_rather_long_to_be_one=1", "…"},
        {"limit=hunter%32", "limit=…"},
        {"limit=a23456789012345678901234567890123456789012", "limit=…"},
        {"max_id=1&&limit=2", "max_id=1&…&limit=2"},
    };
    for (const auto& line : table)
        EXPECT_EQ(redacted_query(line.query), line.shown);
    EXPECT_LT(redacted_query(std::string(100000, '&')).size(), 310U);
}

TEST(Redact, HidesWhatCouldBeASecretInAPath)
{
    EXPECT_EQ(redacted_path("/api/v1/statuses/115599000000000000001/context"), "/api/v1/statuses/115599000000000000001/context");
    EXPECT_EQ(redacted_path("/@mira"), "/@mira");
    EXPECT_EQ(redacted_path("/"), "/");
    EXPECT_EQ(redacted_path("/api/v1/streaming/Zk3vQ0mT9sXw2b7LrE5y"), "/api/v1/streaming/…");
    EXPECT_EQ(redacted_path("/reset/Zk3vQ0mT9sXw2b7LrE5y/now"), "/reset/…/now");
    EXPECT_LT(redacted_path(std::string(100000, '/')).size(), 310U);
}

TEST(Redact, CutsAddressesToTheirNetwork)
{
    EXPECT_EQ(truncated_address("192.0.2.77"), "192.0.2.0/24");
    EXPECT_EQ(truncated_address("2001:db8:1:2:3::4"), "2001:db8:1::/48");
    EXPECT_EQ(truncated_address("::ffff:192.0.2.77"), "192.0.2.0/24");
    EXPECT_EQ(truncated_address("unix"), "unix");
    EXPECT_EQ(logged_peer("full", "192.0.2.77"), "192.0.2.77");
    EXPECT_EQ(logged_peer("truncated", "192.0.2.77"), "192.0.2.0/24");
    EXPECT_EQ(logged_peer("none", "192.0.2.77"), "");
}

TEST(LinesPerSecond, SayHowManyTheNextOneStandsFor)
{
    LinesPerSecond lines{2};
    const LinesPerSecond::Clock::time_point start{std::chrono::hours{1}};
    EXPECT_EQ(lines.take(start), 0);
    EXPECT_EQ(lines.take(start), 0);
    for (int i = 1; i <= 50; ++i)
        EXPECT_EQ(lines.take(start + std::chrono::milliseconds{i}), std::nullopt);
    EXPECT_EQ(lines.take(start + std::chrono::seconds{1}), 50);
    EXPECT_EQ(lines.take(start + std::chrono::seconds{9}), 0);
}

} // namespace kith::core

// SPDX-License-Identifier: Apache-2.0
#include "server/features/federation/delivery.h"

#include <gtest/gtest.h>

namespace kith::federation {

using namespace std::chrono_literals;

TEST(RetryAfter, IsANumberOfSecondsOrADateToCome)
{
    const auto now = parse_http_date("Sat, 21 Nov 2026 06:00:00 GMT").value();

    EXPECT_EQ(parse_retry_after("0", now), 0s);
    EXPECT_EQ(parse_retry_after("120", now), 120s);
    EXPECT_EQ(parse_retry_after("4294967295", now), 4294967295s);
    EXPECT_EQ(parse_retry_after("Sat, 21 Nov 2026 07:00:00 GMT", now), 1h);
}

TEST(RetryAfter, IsNothingWhenItIsPastOrNonsense)
{
    const auto now = parse_http_date("Sat, 21 Nov 2026 06:00:00 GMT").value();

    for (const auto* value : {"", " ", "-1", "1.5", "12s", "99999999999999999999", "soon", "Sat, 21 Nov 2026 05:00:00 GMT"})
        EXPECT_FALSE(parse_retry_after(value, now)) << value;
}

} // namespace kith::federation

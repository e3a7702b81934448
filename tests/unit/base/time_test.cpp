// SPDX-License-Identifier: Apache-2.0
#include "common/base/time.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

std::int64_t ms_of(std::string_view text)
{
    const auto at = parse_iso8601(text);
    return at ? to_ms(*at) : -1;
}

TEST(Iso8601, WritesThreeDigitsOfMilliseconds)
{
    EXPECT_EQ(to_iso8601(from_ms(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_iso8601(from_ms(1'795'242'048'007)), "2026-11-21T06:20:48.007Z");
}

TEST(Iso8601, ReadsWhatServersSend)
{
    EXPECT_EQ(ms_of("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(ms_of("2026-11-21T06:20:48.007Z"), 1'795'242'048'007);
    EXPECT_EQ(ms_of("2026-11-21t06:20:48.007z"), 1'795'242'048'007);
    EXPECT_EQ(ms_of("2026-11-21 06:20:48Z"), 1'795'242'048'000);
    EXPECT_EQ(ms_of("2026-11-21T06:20:48.007999999Z"), 1'795'242'048'007);
    EXPECT_EQ(ms_of("2026-11-21T08:20:48+02:00"), 1'795'242'048'000);
    EXPECT_EQ(ms_of("2026-11-21T00:50:48-05:30"), 1'795'242'048'000);
    EXPECT_EQ(ms_of("2024-02-29T23:59:60Z"), ms_of("2024-03-01T00:00:00Z")); // a leap second
}

TEST(Iso8601, RefusesWhatIsNotATime)
{
    for (const auto* text :
         {"", "2026", "2026-11-21", "2026-11-21T06:20Z", "2026-11-21T06:20:48", "2026-13-01T00:00:00Z",
          "2026-02-29T00:00:00Z", "2026-00-10T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-21T24:00:00Z",
          "2026-11-21T06:60:00Z", "2026-11-21T06:20:61Z", "2026-11-21T06:20:48.Z", "2026-11-21T06:20:48.0123456789Z",
          "2026-11-21T06:20:48+2:00", "2026-11-21T06:20:48+24:00", "2026-11-21T06:20:48+02:60",
          "2026-11-21T06:20:48Z ", " 2026-11-21T06:20:48Z", "+026-11-21T06:20:48Z", "1969-12-31T23:59:59Z",
          "20266-11-21T06:20:48Z", "2026-11-21T06:20:48+02:00Z", "2026-1121T06:20:48Z"})
        EXPECT_FALSE(parse_iso8601(text)) << text;
    EXPECT_FALSE(parse_iso8601(std::string(100'000, '9')));
}

TEST(Iso8601, NeverLeavesTheYearsItPromises)
{
    EXPECT_FALSE(parse_iso8601("1970-01-01T00:00:00+00:01"));
    EXPECT_FALSE(parse_iso8601("9999-12-31T23:59:59-00:01"));
    EXPECT_FALSE(parse_iso8601("9999-12-31T23:59:60Z"));
    EXPECT_EQ(to_iso8601(*parse_iso8601("9999-12-31T23:59:59.999Z")), "9999-12-31T23:59:59.999Z");
}

TEST(Iso8601, ReadsBackWhatItWrites)
{
    for (std::int64_t ms = 1; ms < 250'000'000'000'000; ms = ms * 7 + 13)
        EXPECT_EQ(ms_of(to_iso8601(from_ms(ms))), ms);
}

TEST(HttpDate, WritesAndReadsTheFixedForm)
{
    EXPECT_EQ(to_http_date(from_ms(1'795'242'048'007)), "Sat, 21 Nov 2026 06:20:48 GMT");
    EXPECT_EQ(to_ms(*parse_http_date("Sat, 21 Nov 2026 06:20:48 GMT")), 1'795'242'048'000);
    EXPECT_EQ(to_http_date(from_ms(784'111'777'000)), "Sun, 06 Nov 1994 08:49:37 GMT"); // RFC 9110, 5.6.7
    EXPECT_EQ(to_ms(*parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT")), 784'111'777'000);
}

TEST(HttpDate, RefusesEverythingElse)
{
    for (const auto* text :
         {"", "Sat, 21 Nov 2026 06:20:48", "Sat, 21 Nov 2026 06:20:48 UTC", "Sat, 21 Nov 2026 06:20:48 +0000",
          "Sat, 1 Nov 2026 06:20:48 GMT", "Sat, 31 Nov 2026 06:20:48 GMT", "Sat, 21 Foo 2026 06:20:48 GMT",
          "Sat, 21 Nov 26 06:20:48 GMT", "Sat, 21 Nov 2026 25:20:48 GMT", "Sat, 21 Nov 2026 06:20:48 GMT ",
          "Saturday, 21-Nov-26 06:20:48 GMT", "Sat Nov 21 06:20:48 2026", ", 21 Nov 2026 06:20:48 GMT",
          "Xxx, 21 Nov 2026 06:20:48 GMT", "Sat, 21 Nov 1969 06:20:48 GMT", "Sat, ", "Sat, 21 No"})
        EXPECT_FALSE(parse_http_date(text)) << text;
}

TEST(SystemClock, IsInThisCentury)
{
    EXPECT_GT(to_ms(SystemClock{}.now()), 1'700'000'000'000);
}

} // namespace
} // namespace kith

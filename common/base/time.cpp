// SPDX-License-Identifier: Apache-2.0
#include "common/base/time.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace kith {

using namespace std::chrono;

namespace {

constexpr std::array<std::string_view, 7> k_days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> k_months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Reads exactly `digits` digits at the front of `text` and removes them; -1 if they are not there.
int take_digits(std::string_view& text, std::size_t digits)
{
    if (text.size() < digits)
        return -1;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, std::string_view expected)
{
    if (!text.starts_with(expected))
        return false;
    text.remove_prefix(expected.size());
    return true;
}

Error not_a_time(const char* form)
{
    return fail(Errc::invalid, std::string{"This is not a valid "} + form + " time.");
}

Result<Timestamp> assemble(int y, int mo, int d, int h, int mi, int s, milliseconds fraction)
{
    const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
    // 60 is a leap second (RFC 3339, 5.6); it counts as the next second.
    if (!date.ok() || y < 1970 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60)
        return not_a_time("calendar");
    return Timestamp{sys_days{date} + hours{h} + minutes{mi} + seconds{s} + fraction};
}

} // namespace

std::string to_iso8601(Timestamp at)
{
    const auto day_start = floor<days>(at);
    const year_month_day date{day_start};
    const hh_mm_ss time{at - day_start};
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return text;
}

Result<Timestamp> parse_iso8601(std::string_view text)
{
    const int y = take_digits(text, 4);
    if (y < 0 || !take(text, "-"))
        return not_a_time("RFC 3339");
    const int mo = take_digits(text, 2);
    if (mo < 0 || !take(text, "-"))
        return not_a_time("RFC 3339");
    const int d = take_digits(text, 2);
    if (d < 0 || !(take(text, "T") || take(text, "t") || take(text, " ")))
        return not_a_time("RFC 3339");
    const int h = take_digits(text, 2);
    if (h < 0 || !take(text, ":"))
        return not_a_time("RFC 3339");
    const int mi = take_digits(text, 2);
    if (mi < 0 || !take(text, ":"))
        return not_a_time("RFC 3339");
    const int s = take_digits(text, 2);
    if (s < 0)
        return not_a_time("RFC 3339");
    int ms = 0;
    if (take(text, ".")) {
        int scale = 100;
        std::size_t digits = 0;
        for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), ++digits) {
            ms += (text[0] - '0') * scale;
            scale /= 10;
        }
        if (digits == 0 || digits > 9)
            return not_a_time("RFC 3339");
    }
    minutes offset{0};
    if (!take(text, "Z") && !take(text, "z")) {
        const bool negative = text.starts_with('-');
        if (!take(text, "+") && !take(text, "-"))
            return not_a_time("RFC 3339");
        const int oh = take_digits(text, 2);
        if (oh < 0 || oh > 23 || !take(text, ":"))
            return not_a_time("RFC 3339");
        const int om = take_digits(text, 2);
        if (om < 0 || om > 59)
            return not_a_time("RFC 3339");
        offset = hours{oh} + minutes{om};
        if (negative)
            offset = -offset;
    }
    if (!text.empty())
        return not_a_time("RFC 3339");
    TRY(auto at, assemble(y, mo, d, h, mi, s, milliseconds{ms}));
    at -= offset;
    // An offset or a leap second at the edge must not lead out of the years that to_iso8601() can write.
    if (at < Timestamp{} || at >= sys_days{year{10000} / 1 / 1})
        return not_a_time("RFC 3339");
    return at;
}

std::string to_http_date(Timestamp at)
{
    const auto day_start = floor<days>(at);
    const year_month_day date{day_start};
    const hh_mm_ss time{floor<seconds>(at - day_start)};
    char text[48];
    std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  k_days[weekday{day_start}.c_encoding()].data(), static_cast<unsigned>(date.day()),
                  k_months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text;
}

Result<Timestamp> parse_http_date(std::string_view text)
{
    const auto comma = text.find(", ");
    if (comma != 3 || std::find(k_days.begin(), k_days.end(), text.substr(0, 3)) == k_days.end())
        return not_a_time("HTTP");
    text.remove_prefix(5);
    const int d = take_digits(text, 2);
    if (d < 0 || !take(text, " ") || text.size() < 4)
        return not_a_time("HTTP");
    int mo = 0;
    for (std::size_t i = 0; i < k_months.size(); ++i)
        if (text.starts_with(k_months[i]))
            mo = static_cast<int>(i) + 1;
    if (mo == 0)
        return not_a_time("HTTP");
    text.remove_prefix(3);
    if (!take(text, " "))
        return not_a_time("HTTP");
    const int y = take_digits(text, 4);
    if (y < 0 || !take(text, " "))
        return not_a_time("HTTP");
    const int h = take_digits(text, 2);
    if (h < 0 || !take(text, ":"))
        return not_a_time("HTTP");
    const int mi = take_digits(text, 2);
    if (mi < 0 || !take(text, ":"))
        return not_a_time("HTTP");
    const int s = take_digits(text, 2);
    if (s < 0 || text != " GMT")
        return not_a_time("HTTP");
    return assemble(y, mo, d, h, mi, s, milliseconds{0});
}

Timestamp SystemClock::now() const
{
    return floor<milliseconds>(system_clock::now());
}

} // namespace kith

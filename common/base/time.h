// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace kith {

/// A moment in UTC, in milliseconds. In databases it is a BIGINT of `to_ms`.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
using std::chrono::milliseconds;

inline std::int64_t to_ms(Timestamp at) { return at.time_since_epoch().count(); }
inline Timestamp from_ms(std::int64_t ms) { return Timestamp{milliseconds{ms}}; }

/// `2026-11-21T06:20:48.123Z`, always with three digits of milliseconds.
std::string to_iso8601(Timestamp at);
/// RFC 3339 with any offset and 0 to 9 fractional digits; years 1970 to 9999.
Result<Timestamp> parse_iso8601(std::string_view text);

/// `Sat, 21 Nov 2026 06:20:48 GMT` (RFC 9110, 5.6.7, IMF-fixdate).
std::string to_http_date(Timestamp at);
Result<Timestamp> parse_http_date(std::string_view text);

/// Where the time comes from; tests pass a FakeClock (tests/support).
class Clock {
public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
public:
    Timestamp now() const override;
};

} // namespace kith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/limits/counters.h"

namespace kith::tests {

/// The time of these tests goes on when they say so.
inline limits::Instant& fake_instant()
{
    static limits::Instant instant{std::chrono::hours{1000}};
    return instant;
}
inline limits::Instant fake_now()
{
    return fake_instant();
}
inline void pass(std::chrono::nanoseconds time)
{
    fake_instant() += std::chrono::duration_cast<limits::Instant::duration>(time);
}

} // namespace kith::tests

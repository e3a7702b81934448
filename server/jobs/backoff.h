// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace kith::jobs {

/// How long a job waits after its failed `attempt` (1 at the first): 15 s + attempt⁴ s, and up to half of attempt⁴ more by
/// `random` (all 32 bits used), so that what failed together does not come back together. 16 tries take two to three days.
std::chrono::milliseconds backoff(int attempt, std::uint32_t random);

/// How long a lane waits after so many failures without a success: the same, but from the twelfth on it stays at six to
/// nine hours.
std::chrono::milliseconds lane_backoff(std::int64_t failures, std::uint32_t random);

} // namespace kith::jobs

// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/backoff.h"

#include <algorithm>

namespace kith::jobs {

std::chrono::milliseconds backoff(int attempt, std::uint32_t random)
{
    const auto n = static_cast<std::int64_t>(std::clamp(attempt, 1, 50));
    const auto grown = n * n * n * n * 1000;
    const auto jitter = static_cast<std::int64_t>(static_cast<double>(grown) / 2 * (random / 4294967296.0));
    return std::chrono::milliseconds{15000 + grown + jitter};
}

std::chrono::milliseconds lane_backoff(std::int64_t failures, std::uint32_t random)
{
    return backoff(static_cast<int>(std::clamp<std::int64_t>(failures, 1, 12)), random);
}

} // namespace kith::jobs

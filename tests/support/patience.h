// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace kith::tests {

/// How long a test waits for something that has to happen. Only a failing test waits so long, so it may be far more than
/// a machine needs that does other work besides, or runs under a sanitizer. What has to happen within a given time says
/// that time itself.
constexpr std::chrono::seconds k_patience{60};
constexpr int k_patience_ms = 60'000; ///< the same, as Qt wants it

} // namespace kith::tests

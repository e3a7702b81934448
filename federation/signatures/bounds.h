// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace kith::signatures {

inline constexpr std::size_t k_max_signature_header = 8192;
inline constexpr std::size_t k_max_covered = 32;
/// The end of the year 9999, so that no arithmetic on times overflows.
inline constexpr std::int64_t k_max_seconds = 253402300799;

} // namespace kith::signatures

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/bytes.h"

#include <cstdint>

namespace kith::crypto {

/// Prepares libsodium. Call it first in main(); calling it again is free. Any thread.
Result<void> init();

/// From the system's generator.
Bytes random_bytes(std::size_t count);
/// `bytes` random bytes as base64url, for access tokens, codes, identifiers.
std::string random_token(std::size_t bytes = 32);
/// A number below `bound`, evenly distributed. For jitter and names.
std::uint32_t random_below(std::uint32_t bound);

} // namespace kith::crypto

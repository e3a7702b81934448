// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/bytes.h"

#include <array>

namespace kith::crypto {

using Sha256 = std::array<std::byte, 32>;
using Sha512 = std::array<std::byte, 64>;

Sha256 sha256(ByteView bytes);
Sha512 sha512(ByteView bytes);
inline Sha256 sha256(std::string_view text) { return sha256(as_bytes(text)); }
inline Sha512 sha512(std::string_view text) { return sha512(as_bytes(text)); }

/// HMAC-SHA-256 (RFC 2104), with a key of any length.
Sha256 hmac_sha256(ByteView key, ByteView bytes);

} // namespace kith::crypto

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kith::crypto {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

inline ByteView as_bytes(std::string_view text)
{
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

/// Encoders and decoders. Decoding is strict: no white space, no other alphabet, no stray bits; `malformed` otherwise.
std::string to_base64(ByteView bytes); ///< RFC 4648, 4, padded
Result<Bytes> from_base64(std::string_view text);
std::string to_base64url(ByteView bytes); ///< RFC 4648, 5, not padded
Result<Bytes> from_base64url(std::string_view text);
std::string to_hex(ByteView bytes); ///< lower case
Result<Bytes> from_hex(std::string_view text);
/// Multibase with the Bitcoin alphabet and its `z` in front, as in Multikey. At most 1,024 bytes either way (the
/// conversion is quadratic); `too_large` beyond.
Result<std::string> to_base58btc(ByteView bytes);
Result<Bytes> from_base58btc(std::string_view text);

} // namespace kith::crypto

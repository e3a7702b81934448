// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/bytes.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace kith::crypto {

/// A quick hash with a secret of its own (SipHash-2-4), for tables that strangers fill: nobody can choose names that fall
/// together. No allocation; any thread.
class KeyedHash {
public:
    /// Under a new key: not the same from one object to the next.
    KeyedHash();
    /// Under a key that is derived from this secret, of any length: the same wherever the secret is the same.
    explicit KeyedHash(ByteView secret);
    std::uint64_t operator()(std::string_view text) const;

private:
    std::array<unsigned char, 16> m_key{};
};

} // namespace kith::crypto

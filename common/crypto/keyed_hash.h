// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kith::crypto {

/// A quick hash with a secret of its own (SipHash-2-4), for tables that strangers fill: nobody can choose names that fall
/// together. Not the same from one object to the next. No allocation; any thread.
class KeyedHash {
public:
    KeyedHash();
    std::uint64_t operator()(std::string_view text) const;

private:
    std::array<unsigned char, 16> m_key{};
};

} // namespace kith::crypto

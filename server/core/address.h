// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace kith::core {

/// An IPv4 or IPv6 address as bytes. An IPv4-mapped IPv6 address (::ffff:a.b.c.d) becomes the IPv4 one.
struct IpAddress {
    bool v4 = false;
    std::array<std::uint8_t, 16> bytes{}; ///< IPv4: the first four

    /// Numeric only, dotted IPv4 or IPv6 without brackets and zone.
    static Result<IpAddress> parse(const std::string& text);
    static IpAddress from_v4(const std::uint8_t* four);
    static IpAddress from_v6(const std::uint8_t* sixteen);
    std::string to_string() const;
};

/// "10.0.0.0/8", "::1", "fc00::/7".
struct IpRange {
    IpAddress address;
    unsigned bits = 0;

    static Result<IpRange> parse(std::string_view text);
    bool contains(const IpAddress& candidate) const;
};

} // namespace kith::core

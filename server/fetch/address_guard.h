// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/address.h"

#include <string>
#include <vector>

namespace kith::fetch {

/// Whether an address belongs to the public internet: not loopback, private, shared, link-local, multicast,
/// documentation, benchmark or reserved (IANA's special-purpose registries), and not an IPv6 form that carries such an
/// IPv4 address inside.
bool is_public(const core::IpAddress& address);

/// Decides which connected addresses and ports a Fetcher may speak with.
class AddressGuard {
public:
    /// `allowed`: ranges let through although they are not public. `invalid` when one cannot be read.
    static Result<AddressGuard> create(const std::vector<std::string>& allowed);

    /// Public on the ports 80 and 443, or in an allowed range on any port. Plain HTTP only in an allowed range.
    bool admits(const core::IpAddress& address, unsigned port, bool plain_http) const;
    bool has_ranges() const { return !m_allowed.empty(); }

private:
    std::vector<core::IpRange> m_allowed;
};

} // namespace kith::fetch

// SPDX-License-Identifier: Apache-2.0
#include "server/fetch/address_guard.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace kith::fetch {

namespace {

using core::IpAddress;
using core::IpRange;

// https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry: what is not globally reachable,
// and multicast.
constexpr std::array k_special{
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
    "::/96",         "64:ff9b:1::/48",  "100::/64",       "2001::/32",      "2001:2::/48",
    "2001:db8::/32", "3fff::/20",       "5f00::/16",      "fc00::/7",       "fe80::/10",
    "fec0::/10",     "ff00::/8",
};

std::vector<IpRange> make_special()
{
    std::vector<IpRange> ranges;
    for (const auto* text : k_special) {
        auto range = IpRange::parse(text);
        if (!range)
            throw std::logic_error(range.error().message);
        ranges.push_back(*range);
    }
    return ranges;
}

IpRange must_parse(const char* text)
{
    return IpRange::parse(text).value();
}

} // namespace

bool is_public(const IpAddress& address)
{
    static const auto special = make_special();
    // RFC 6052, 2.1: "The Well-Known Prefix 64:ff9b::/96", the IPv4 address is the last four bytes.
    static const auto translated = must_parse("64:ff9b::/96");
    // RFC 3056, 2: 6to4, the IPv4 address follows the 16 bits of 2002::/16.
    static const auto six_to_four = must_parse("2002::/16");
    if (translated.contains(address))
        return is_public(IpAddress::from_v4(address.bytes.data() + 12));
    if (six_to_four.contains(address))
        return is_public(IpAddress::from_v4(address.bytes.data() + 2));
    return std::none_of(special.begin(), special.end(),
                        [&](const IpRange& range) { return range.contains(address); });
}

Result<AddressGuard> AddressGuard::create(const std::vector<std::string>& allowed)
{
    AddressGuard guard;
    for (const auto& text : allowed) {
        TRY(auto range, IpRange::parse(text));
        guard.m_allowed.push_back(range);
    }
    return guard;
}

bool AddressGuard::admits(const IpAddress& address, unsigned port, bool plain_http) const
{
    const auto holds = [&](const IpRange& range) { return range.contains(address); };
    if (std::any_of(m_allowed.begin(), m_allowed.end(), holds))
        return true;
    return !plain_http && (port == 80 || port == 443) && is_public(address);
}

} // namespace kith::fetch

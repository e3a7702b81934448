// SPDX-License-Identifier: Apache-2.0
#include "server/core/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace kith::core {

Result<IpAddress> IpAddress::parse(const std::string& text)
{
    std::array<std::uint8_t, 16> bytes{};
    if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
        return from_v4(bytes.data());
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
        return from_v6(bytes.data());
    return fail(Errc::invalid, "\"" + text + "\" is not an IP address.");
}

IpAddress IpAddress::from_v4(const std::uint8_t* four)
{
    IpAddress address;
    address.v4 = true;
    std::copy_n(four, 4, address.bytes.begin());
    return address;
}

IpAddress IpAddress::from_v6(const std::uint8_t* sixteen)
{
    static constexpr std::array<std::uint8_t, 12> k_mapped{0, 0, 0, 0, 0,    0,
                                                           0, 0, 0, 0, 0xff, 0xff};
    if (std::equal(k_mapped.begin(), k_mapped.end(), sixteen))
        return from_v4(sixteen + 12);
    IpAddress address;
    std::copy_n(sixteen, 16, address.bytes.begin());
    return address;
}

std::string IpAddress::to_string() const
{
    char text[INET6_ADDRSTRLEN] = "";
    ::inet_ntop(v4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof text);
    return text;
}

Result<IpRange> IpRange::parse(std::string_view text)
{
    const auto slash = text.find('/');
    TRY(auto address, IpAddress::parse(std::string{text.substr(0, slash)}));
    IpRange range{address, address.v4 ? 32U : 128U};
    if (slash == std::string_view::npos)
        return range;
    const auto digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
        bits > range.bits)
        return fail(Errc::invalid, "\"" + std::string{text} + "\" is not a range of IP addresses.");
    range.bits = bits;
    return range;
}

bool IpRange::contains(const IpAddress& candidate) const
{
    if (candidate.v4 != address.v4)
        return false;
    const auto whole = bits / 8;
    if (!std::equal(address.bytes.begin(), address.bytes.begin() + whole, candidate.bytes.begin()))
        return false;
    const auto rest = bits % 8;
    if (rest == 0)
        return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
    return (address.bytes[whole] & mask) == (candidate.bytes[whole] & mask);
}

} // namespace kith::core

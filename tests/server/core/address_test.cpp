// SPDX-License-Identifier: Apache-2.0
#include "server/core/address.h"

#include <gtest/gtest.h>

namespace kith::core {

TEST(IpRange, ContainsWhatItsBitsSay)
{
    const auto range = IpRange::parse("172.16.0.0/12").value();

    EXPECT_TRUE(range.contains(IpAddress::parse("172.16.0.1").value()));
    EXPECT_TRUE(range.contains(IpAddress::parse("172.31.255.255").value()));
    EXPECT_FALSE(range.contains(IpAddress::parse("172.32.0.0").value()));
    EXPECT_FALSE(range.contains(IpAddress::parse("::1").value()));
}

TEST(IpRange, IsOneAddressWithoutASlash)
{
    const auto range = IpRange::parse("fd00::1").value();

    EXPECT_TRUE(range.contains(IpAddress::parse("fd00::1").value()));
    EXPECT_FALSE(range.contains(IpAddress::parse("fd00::2").value()));
}

TEST(IpRange, OfZeroBitsContainsItsWholeFamily)
{
    const auto range = IpRange::parse("0.0.0.0/0").value();

    EXPECT_TRUE(range.contains(IpAddress::parse("203.0.113.9").value()));
    EXPECT_FALSE(range.contains(IpAddress::parse("2001:db8::1").value()));
}

TEST(IpAddress, TakesAMappedAddressForTheIpv4OneInside)
{
    const auto mapped = IpAddress::parse("::ffff:10.1.2.3").value();

    EXPECT_TRUE(mapped.v4);
    EXPECT_EQ(mapped.to_string(), "10.1.2.3");
}

TEST(IpRange, RefusesWhatIsNotARange)
{
    for (const auto* text :
         {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "::1/129", "host", "10.0.0"})
        EXPECT_FALSE(IpRange::parse(text)) << text;
}

} // namespace kith::core

// SPDX-License-Identifier: Apache-2.0
#include "server/http/client_key.h"

#include <gtest/gtest.h>

namespace kith::http {

TEST(ClientKey, CountsIpv4ByAddressAndIpv6ByItsNetwork)
{
    const struct {
        const char* address;
        const char* key;
    } cases[]{
        {"192.0.2.7", "192.0.2.7"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
        {"2001:db8:0:1::1", "2001:db8:0:1::/64"},
        {"2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"},
        {"2001:db8:0:2::1", "2001:db8:0:2::/64"},
        {"::1", "::/64"},
        {"fe80::1", "fe80::/64"},
        {"unix", "unix"},
        {"", ""},
        {"no:address", "no:address"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(client_key(c.address), c.key) << c.address;
}

TEST(ClientKey, StaysShortWhateverItIsGiven)
{
    EXPECT_LE(client_key(std::string(10000, 'x')).size(), 64u);
    EXPECT_LE(client_key(std::string(10000, ':')).size(), 64u);
}

} // namespace kith::http

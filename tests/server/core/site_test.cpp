// SPDX-License-Identifier: Apache-2.0
#include "server/core/config.h"

#include <gmock/gmock.h>

namespace kith::core {

TEST(ResolveSite, IsLocalhostOnLoopbackWithoutADomain)
{
    const auto site = resolve_site(Config{}, 8090);

    ASSERT_TRUE(site);
    EXPECT_EQ(site->domain, "localhost:8090");
    EXPECT_EQ(site->base_url, "http://localhost:8090");
}

TEST(ResolveSite, NeedsADomainWhenOthersCanReachIt)
{
    Config config;
    config.server.listen = "0.0.0.0:443";

    const auto site = resolve_site(config, 443);

    ASSERT_FALSE(site);
    EXPECT_THAT(site.error().message, ::testing::HasSubstr("server.domain"));
}

TEST(ResolveSite, MakesTheAddressFromTheDomainUnlessItIsGiven)
{
    Config config;
    config.server.domain = "hollow.town";
    EXPECT_EQ(resolve_site(config, 1)->base_url, "https://hollow.town");

    config.server.base_url = "https://social.hollow.town";
    EXPECT_EQ(resolve_site(config, 1)->base_url, "https://social.hollow.town");
    EXPECT_EQ(resolve_site(config, 1)->domain, "hollow.town");
}

TEST(ParseListen, ReadsThePathOfAUnixSocket)
{
    const auto listen = parse_listen("unix:/run/kith/http");

    ASSERT_TRUE(listen);
    EXPECT_EQ(listen->unix_path, "/run/kith/http");
    EXPECT_FALSE(listen->loopback) << "whom a proxy lets through is the proxy's choice";
    EXPECT_EQ(parse_listen("127.0.0.1:80")->unix_path, "");
    EXPECT_FALSE(parse_listen("unix:"));
    EXPECT_FALSE(parse_listen("unix:run/http"));
    EXPECT_FALSE(parse_listen("unix:/" + std::string(107, 'x')));
}

TEST(RegistrationOpen, IsOnByItselfOnLoopbackOnly)
{
    Config config;
    for (const auto& [listen, open] : {std::pair{"127.0.0.1:80", true}, std::pair{"[::1]:80", true},
                                       std::pair{"0.0.0.0:80", false}, std::pair{"192.168.0.9:80", false},
                                       std::pair{"unix:/run/kith/http", false}}) {
        config.server.listen = listen;
        config.registration.open.reset();
        EXPECT_EQ(registration_open(config), open) << listen;
        config.registration.open = !open;
        EXPECT_EQ(registration_open(config), !open) << listen;
    }
}

} // namespace kith::core

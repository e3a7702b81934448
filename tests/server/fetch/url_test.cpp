// SPDX-License-Identifier: Apache-2.0
#include "server/fetch/url.h"

#include <gtest/gtest.h>

namespace kith::fetch {

TEST(Url, IsReadIntoWhatDecidesWhomWeSpeakWith)
{
    const auto url = parse_url("https://Hollow.Town:8443/users/mira?page=1#main-key");

    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, "https");
    EXPECT_EQ(url->host, "hollow.town");
    EXPECT_EQ(url->port, "8443");
    EXPECT_EQ(url->origin(), "https://hollow.town:8443");
    EXPECT_EQ(url->text, "https://Hollow.Town:8443/users/mira?page=1");
}

TEST(Url, HasItsSchemesPortByDefault)
{
    EXPECT_EQ(parse_url("https://a.example/")->port, "443");
    EXPECT_EQ(parse_url("HTTP://a.example/")->port, "80");
}

TEST(Url, IsRefusedForAnotherScheme)
{
    for (const auto* text :
         {"file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "ftp://127.0.0.1/", "data:text/plain,x",
          "//a.example/", "unix:/run/x.sock", "http:127.0.0.1/", "a.example", "javascript:alert(1)"})
        EXPECT_EQ(parse_url(text).error().code, Errc::forbidden) << text;
}

TEST(Url, IsRefusedWhenTwoParsersCouldDisagree)
{
    const std::string long_label(64, 'a');
    for (const auto& text : std::vector<std::string>{
             "https://user:pass@a.example/", "https://user@a.example/", "https://a.example\\@127.0.0.1/",
             "https:///x", "https://a.example#@127.0.0.1/", "https://a.example%00.127.0.0.1/",
             "https://a.example/\r\nX: 1", "https://\xe2\x91\xa0.example/", "https://a..example/",
             "https://" + long_label + ".example/", "https://a.example:99999/",
             "https://a.example:x/", "https://[::1/", "https://[fe80::1%25eth0]/",
             "https://a.example/" + std::string(2048, 'x'), "https://a example/", ""})
        EXPECT_FALSE(parse_url(text)) << text;
}

TEST(Url, ShowsNumericHostsAsTheAddressTheyMean)
{
    for (const auto* text : {"http://2130706433/", "http://0x7f000001/", "http://017700000001/", "http://127.1/"})
        EXPECT_EQ(parse_url(text)->host, "127.0.0.1") << text;
}

TEST(Url, ResolvesARedirectAgainstItsPage)
{
    const auto base = parse_url("https://a.example/users/mira?x=1").value();

    EXPECT_EQ(resolve_url(base, "/other")->text, "https://a.example/other");
    EXPECT_EQ(resolve_url(base, "noah")->text, "https://a.example/users/noah");
    EXPECT_EQ(resolve_url(base, "//b.example/x")->text, "https://b.example/x");
    EXPECT_EQ(resolve_url(base, "http://b.example/y")->origin(), "http://b.example:80");
    EXPECT_FALSE(resolve_url(base, "file:///etc/passwd"));
    EXPECT_FALSE(resolve_url(base, "https://u:p@b.example/"));
    EXPECT_FALSE(resolve_url(base, "/a\r\nb"));
}

TEST(Url, KnowsNamesThatAreNeverPublic)
{
    for (const auto* host :
         {"localhost", "localhost.", "foo.localhost", "a.local", "metadata.google.internal", "host.onion"})
        EXPECT_TRUE(is_private_name(host)) << host;
    for (const auto* host : {"hollow.town", "notlocalhost", "local.example", "onion.example"})
        EXPECT_FALSE(is_private_name(host)) << host;
}

} // namespace kith::fetch

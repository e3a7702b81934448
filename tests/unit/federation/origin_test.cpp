// SPDX-License-Identifier: Apache-2.0
#include "federation/addressing/origin.h"

#include "federation/addressing/host_name.h"

#include <gtest/gtest.h>

namespace kith::addressing {

TEST(HostName, WritesLabelsOfOtherScriptsAsALabels)
{
    EXPECT_EQ(*host_to_ascii("Example.COM"), "example.com");
    EXPECT_EQ(*host_to_ascii("bücher.example"), "xn--bcher-kva.example");
    EXPECT_EQ(*host_to_ascii("münchen.de"), "xn--mnchen-3ya.de");
    EXPECT_EQ(*host_to_ascii("例え.テスト"), "xn--r8jz45g.xn--zckzah");
    EXPECT_EQ(*host_to_ascii("zetsubou.みんな"), "zetsubou.xn--q9jyb4c");
    EXPECT_EQ(*host_to_ascii("[::1]"), "[::1]");
}

TEST(HostName, RefusesWhatIsNoHost)
{
    for (const char* host : {"", ".", "a.", ".a", "a..b", "a b", "a%41.example", "a/b", "\xff.example",
                             "\xc0\xaf", "\xed\xa0\x80.example", "a\x01", "[::1", "[evil]"})
        EXPECT_FALSE(host_to_ascii(host)) << host;
    EXPECT_FALSE(host_to_ascii(std::string(64, 'a') + ".example"));
    EXPECT_FALSE(host_to_ascii(std::string(300, 'a')));
}

TEST(Origin, ComparesSchemeHostAndPort)
{
    EXPECT_TRUE(same_origin("https://a.example/u/1", "HTTPS://A.example:443/other?x#y"));
    EXPECT_TRUE(same_origin("https://bücher.example/1", "https://xn--bcher-kva.example/2"));
    EXPECT_TRUE(same_origin("https://a.example:8443/1", "https://a.example:8443/2"));
    EXPECT_FALSE(same_origin("https://a.example/1", "http://a.example/1"));
    EXPECT_FALSE(same_origin("https://a.example/1", "https://a.example:8443/1"));
    EXPECT_FALSE(same_origin("https://a.example/1", "https://a.example.evil.example/1"));
    EXPECT_FALSE(same_origin("https://a.example/1", "https://b.a.example/1"));
    EXPECT_FALSE(same_origin("https://a.example/1", "https://a.example@evil.example/1"));
    EXPECT_FALSE(same_origin("https://evil.example\\@a.example/1", "https://a.example/1"));
    EXPECT_FALSE(same_origin("", ""));
    // Looks alike, is another name: a Cyrillic letter.
    EXPECT_FALSE(same_origin("https://аpple.example/", "https://apple.example/"));
}

TEST(Origin, WritesThePortOnlyWhenItIsNotTheUsualOne)
{
    EXPECT_EQ(origin_of("https://a.example:443/x")->authority(), "a.example");
    EXPECT_EQ(origin_of("https://a.example:8443/x")->to_string(), "https://a.example:8443");
    EXPECT_EQ(origin_of("https://[::1]:8443/x")->authority(), "[::1]:8443");
    EXPECT_EQ(origin_of("http://a.example")->port, 80);
}

TEST(AcceptableId, TakesHttpsAddresses)
{
    for (const char* id : {"https://a.example/u/alice", "https://a.example", "https://a.example/?p=7",
                           "https://a.example:8443/x", "https://a.example/ü", "https://bücher.example/n/1"})
        EXPECT_TRUE(is_acceptable_id(id)) << id;
    EXPECT_TRUE(is_acceptable_id("https://a.example/u#main-key", {}, IdFor::Key));
    EXPECT_TRUE(is_acceptable_id("http://a.example/u", IdPolicy{true}));
}

TEST(AcceptableId, RefusesEverythingElse)
{
    for (const char* id :
         {"", "a", "acct:a@b.example", "http://a.example/u", "https://", "https:///x",
          "https://user@a.example/x", "https://user:pw@a.example/x", "https://a.example/u#main-key",
          "https://a.example:0/", "https://a.example:99999/", "https://a.example:x/",
          "javascript:alert(1)", "data:text/plain,x", "file:///etc/passwd", "https://a.example/a b",
          "https://a.example/%zz", "https://a.example./x", "bear:?t=x&u=https://a.example/"})
        EXPECT_FALSE(is_acceptable_id(id)) << id;
    EXPECT_FALSE(is_acceptable_id("https://a.example/" + std::string(2048, 'x')));
    EXPECT_FALSE(is_acceptable_id("ftp://a.example/u", IdPolicy{true}));
}

} // namespace kith::addressing

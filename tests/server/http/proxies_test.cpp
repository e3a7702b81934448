// SPDX-License-Identifier: Apache-2.0
#include "server/http/proxies.h"

#include <gtest/gtest.h>

namespace kith::http {

namespace {

struct Case {
    const char* name;
    const char* peer; ///< empty: a Unix socket
    std::vector<std::pair<const char*, const char*>> headers;
    const char* address;
    bool secure;
};

PeerAddress peer_of(std::string_view text)
{
    return text.empty() ? PeerAddress{} : boost::asio::ip::make_address(text);
}

void expect(const TrustedProxies& proxies, const std::vector<Case>& cases)
{
    for (const auto& c : cases) {
        Headers headers;
        for (const auto& [name, value] : c.headers)
            headers.add(name, value);

        const auto client = proxies.client_of(peer_of(c.peer), headers, false);

        EXPECT_EQ(client.address, c.address) << c.name;
        EXPECT_EQ(client.secure, c.secure) << c.name;
    }
}

} // namespace

TEST(TrustedProxies, DecideWhoTheClientIs)
{
    const auto proxies = TrustedProxies::parse({"127.0.0.1", "10.0.0.0/8", "2001:db8::/32", "::1", "unix"});
    ASSERT_TRUE(proxies);
    const std::vector<Case> cases{
        {"no header", "10.1.2.3", {}, "10.1.2.3", false},
        {"an untrusted peer says nothing",
         "192.0.2.1",
         {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-Proto", "https"}},
         "192.0.2.1",
         false},
        {"one hop", "10.1.2.3", {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-Proto", "https"}}, "1.1.1.1", true},
        {"the rightmost untrusted counts", "10.1.2.3", {{"X-Forwarded-For", "6.6.6.6, 1.1.1.1, 10.9.9.9"}}, "1.1.1.1", false},
        {"two fields are one list", "10.1.2.3", {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "1.1.1.1"}}, "1.1.1.1", false},
        {"all trusted: the first", "10.1.2.3", {{"X-Forwarded-For", "10.0.0.5, 10.0.0.6"}}, "10.0.0.5", false},
        {"garbage ends the walk", "10.1.2.3", {{"X-Forwarded-For", "1.1.1.1, nonsense"}}, "10.1.2.3", false},
        {"garbage behind a good one is not reached", "10.1.2.3", {{"X-Forwarded-For", "nonsense, 1.1.1.1"}}, "1.1.1.1", false},
        {"an empty list", "10.1.2.3", {{"X-Forwarded-For", ""}}, "10.1.2.3", false},
        {"a port", "10.1.2.3", {{"X-Forwarded-For", "1.1.1.1:8080"}}, "1.1.1.1", false},
        {"IPv6", "::1", {{"X-Forwarded-For", "2a00::1"}}, "2a00::1", false},
        {"IPv6 with a port", "::1", {{"X-Forwarded-For", "[2a00::1]:443"}}, "2a00::1", false},
        {"an IPv6 range", "2001:db8:1::1", {{"X-Forwarded-For", "2a00::1"}}, "2a00::1", false},
        {"outside the IPv6 range", "2001:db9::1", {{"X-Forwarded-For", "2a00::1"}}, "2001:db9::1", false},
        {"a mapped peer is IPv4", "::ffff:10.1.2.3", {{"X-Forwarded-For", "1.1.1.1"}}, "1.1.1.1", false},
        {"a mapped client is shown as IPv4", "::ffff:192.0.2.1", {}, "192.0.2.1", false},
        {"11.0.0.0 is not in 10/8", "11.0.0.1", {{"X-Forwarded-For", "1.1.1.1"}}, "11.0.0.1", false},
        {"a port that is none", "10.1.2.3", {{"X-Forwarded-For", "1.1.1.1:80x"}}, "10.1.2.3", false},
        {"a port that is empty", "10.1.2.3", {{"X-Forwarded-For", "1.1.1.1:"}}, "10.1.2.3", false},
        {"garbage behind brackets", "::1", {{"X-Forwarded-For", "[2a00::1]x"}}, "::1", false},
        {"an open bracket", "::1", {{"X-Forwarded-For", "[2a00::1"}}, "::1", false},
        {"a scope of the proxy's machine", "::1", {{"X-Forwarded-For", "fe80::1%eth0"}}, "::1", false},
        {"a mapped client of a proxy", "::1", {{"X-Forwarded-For", "::ffff:192.0.2.1"}}, "192.0.2.1", false},
        {"a name", "10.1.2.3", {{"X-Forwarded-For", "localhost"}}, "10.1.2.3", false},
        {"a Unix socket", "", {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-Proto", "https"}}, "1.1.1.1", true},
        {"a Unix socket that says nothing", "", {}, "unix", false},
        {"Forwarded is a stranger's", "10.1.2.3", {{"Forwarded", "for=6.6.6.6;proto=https"}, {"X-Forwarded-For", "1.1.1.1"}}, "1.1.1.1", false},
        {"also alone", "10.1.2.3", {{"Forwarded", "for=6.6.6.6;proto=https"}}, "10.1.2.3", false},
        {"the last protocol counts", "10.1.2.3", {{"X-Forwarded-Proto", "https, http"}}, "10.1.2.3", false},
    };
    expect(*proxies, cases);
}

TEST(TrustedProxies, ReadForwardedAloneWhereThatIsWhatTheyWrite)
{
    const auto proxies = TrustedProxies::parse({"127.0.0.1", "10.0.0.0/8"}, ProxyHeader::forwarded);
    ASSERT_TRUE(proxies);
    expect(*proxies, {
        {"Forwarded", "10.1.2.3", {{"Forwarded", "for=6.6.6.6, for=\"[2a00::1]:4711\";proto=https;by=10.0.0.1"}}, "2a00::1", true},
        {"Forwarded by nobody known", "10.1.2.3", {{"Forwarded", "for=unknown"}}, "10.1.2.3", false},
        {"Forwarded behind a chain", "10.1.2.3", {{"Forwarded", "for=6.6.6.6"}, {"Forwarded", "For=1.1.1.1 ; proto=http, for=10.0.0.7"}}, "1.1.1.1", false},
        {"Forwarded with an obfuscated port", "10.1.2.3", {{"Forwarded", "for=\"1.1.1.1:_p1\""}}, "1.1.1.1", false},
        {"Forwarded with an obfuscated name", "10.1.2.3", {{"Forwarded", "for=1.1.1.1, for=_hidden"}}, "10.1.2.3", false},
        {"Forwarded with an open quote", "10.1.2.3", {{"Forwarded", "for=\"1.1.1.1, for=2.2.2.2"}}, "2.2.2.2", false},
        {"Forwarded without for", "10.1.2.3", {{"Forwarded", "for=6.6.6.6, proto=https"}}, "10.1.2.3", true},
        {"X-Forwarded-For is a stranger's", "10.1.2.3", {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-Proto", "https"}, {"Forwarded", "for=1.1.1.1;proto=http"}}, "1.1.1.1", false},
        {"also alone", "10.1.2.3", {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-Proto", "https"}}, "10.1.2.3", false},
        {"no header", "10.1.2.3", {}, "10.1.2.3", false},
    });
}

TEST(TrustedProxies, RefuseWhatIsNoRange)
{
    for (const char* text : {"", "localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8x",
                             "10.0.0/8", "10.0.0.0/-1"}) {
        const auto proxies = TrustedProxies::parse({text});
        ASSERT_FALSE(proxies) << text;
        EXPECT_EQ(proxies.error().code, Errc::invalid) << text;
    }
}

TEST(TrustedProxies, AUnixSocketIsTrustedOnlyWhereItIsNamed)
{
    Headers headers;
    headers.add("X-Forwarded-For", "1.1.1.1");

    EXPECT_EQ(TrustedProxies::parse({"0.0.0.0/0", "::/0"})->client_of({}, headers, false).address, "unix");
    EXPECT_EQ(TrustedProxies::parse({"unix"})->client_of({}, headers, false).address, "1.1.1.1");
    EXPECT_EQ(TrustedProxies::parse({"unix"})->client_of(peer_of("127.0.0.1"), headers, false).address, "127.0.0.1");
}

TEST(TrustedProxies, RangesHoldTheirOwnFamily)
{
    const auto six = TrustedProxies::parse({"::/0"}), four = TrustedProxies::parse({"0.0.0.0/0"});

    EXPECT_TRUE(six->contains(peer_of("2a00::1")));
    EXPECT_FALSE(six->contains(peer_of("192.0.2.1")));
    EXPECT_FALSE(six->contains(peer_of("::ffff:192.0.2.1")));
    EXPECT_TRUE(four->contains(peer_of("192.0.2.1")));
    EXPECT_TRUE(four->contains(peer_of("::ffff:192.0.2.1")));
    EXPECT_FALSE(four->contains(peer_of("2a00::1")));
    EXPECT_TRUE(TrustedProxies::parse({"::ffff:10.0.0.0/104"})->contains(peer_of("10.1.2.3")));
}

TEST(TrustedProxies, NobodyIsTrustedByDefault)
{
    Headers headers;
    headers.add("X-Forwarded-For", "1.1.1.1");

    const auto client = TrustedProxies{}.client_of(boost::asio::ip::make_address("127.0.0.1"), headers, true);

    EXPECT_EQ(client.address, "127.0.0.1");
    EXPECT_TRUE(client.secure);
}

} // namespace kith::http

// SPDX-License-Identifier: Apache-2.0
#include "server/http/target.h"

#include <gtest/gtest.h>

namespace kith::http {

TEST(Target, IsSplitAndDecodedOnce)
{
    Request request;

    ASSERT_TRUE(set_target(request, "/tags/caf%C3%A9%20x/%2541?q=%20a"));

    EXPECT_EQ(request.path, "/tags/caf\xC3\xA9 x/%41");
    EXPECT_EQ(request.query, "q=%20a");
    EXPECT_EQ(request.target, "/tags/caf%C3%A9%20x/%2541?q=%20a");
}

TEST(Target, RefusesEveryWayOutOfATree)
{
    for (const char* target : {"/../etc/passwd",
                               "/a/..",
                               "/a/../b",
                               "/..",
                               "/.",
                               "/a/./b",
                               "/%2e%2e/etc/passwd",
                               "/a/%2E%2e",
                               "/a/.%2e/b",
                               "/..%2fetc",
                               "/a%2f..%2fb",
                               "/..%5cetc",
                               "/a\\..\\b",
                               "/a%00b",
                               "/%00",
                               "/a%0ab",
                               "/a%7f",
                               "/%c0%ae%c0%ae/",
                               "/%ff",
                               "/%ed%a0%80",
                               "/%",
                               "/%2",
                               "/%zz",
                               "/a%2",
                               "http://a/../b",
                               "http://a/%2e%2e"}) {
        Request request;
        const auto outcome = set_target(request, target);
        ASSERT_FALSE(outcome) << target;
        EXPECT_EQ(outcome.error().code, Errc::malformed) << target;
    }
}

TEST(Target, LeavesNamesWithDotsAlone)
{
    for (const char* target : {"/.well-known/webfinger", "/a/..b", "/a/b..", "/a/...", "/a.b/c", "/%252e%252e/x"}) {
        Request request;
        EXPECT_TRUE(set_target(request, target)) << target;
    }
}

TEST(Target, OfAnAbsoluteFormAgreesWithTheHost)
{
    Request other, request;
    other.headers.add("Host", "a");
    EXPECT_FALSE(set_target(other, "HTTPS://b.example:8443?x=1"));
    request.headers.add("Host", "B.example:8443");

    ASSERT_TRUE(set_target(request, "HTTPS://b.example:8443?x=1"));

    EXPECT_EQ(request.headers.find("host"), "b.example:8443");
    EXPECT_EQ(request.path, "/");
    EXPECT_EQ(request.query, "x=1");
}

} // namespace kith::http

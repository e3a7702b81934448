// SPDX-License-Identifier: Apache-2.0
#include "server/http/request_head.h"

#include <gtest/gtest.h>

namespace kith::http {

namespace {

std::optional<Refusal> check_head(const std::string& head)
{
    Request request;
    Framing framing;
    return parse_head(head, request, framing);
}

} // namespace

TEST(HeadScan, FindsTheEmptyLineAcrossPieces)
{
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    HeadScan scan;
    for (std::size_t size = 0; size < head.size(); ++size) {
        scan = scan_head(std::string_view{head}.substr(0, size), scan.seen);
        ASSERT_EQ(scan.end, 0u) << size;
        ASSERT_FALSE(scan.broken) << size;
    }

    scan = scan_head(head + "rest", scan.seen);

    EXPECT_EQ(scan.end, head.size());
}

TEST(HeadScan, RefusesABareLineFeedAtOnce)
{
    EXPECT_TRUE(scan_head("GET / HTTP/1.1\n", 0).broken);
    EXPECT_TRUE(scan_head("\n", 0).broken);
    EXPECT_TRUE(scan_head("GET / HTTP/1.1\r\nHost: a\n", 0).broken);
}

TEST(RequestHead, AcceptsWhatBrowsersAndServersSend)
{
    EXPECT_FALSE(check_head("GET / HTTP/1.1\r\nHost: a.example:8080\r\n\r\n"));
    EXPECT_FALSE(check_head("POST /inbox HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_FALSE(check_head("POST / HTTP/1.1\r\nhost:a\r\ntransfer-encoding:\tChunked \r\n\r\n"));
    EXPECT_FALSE(check_head("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_FALSE(
        check_head("GET / HTTP/1.1\r\nHost: a\r\nX-Name: J\xC3\xBCrgen\r\nX-Empty:\r\n\r\n"));
}

TEST(RequestHead, CountsTheFields)
{
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 100; ++i)
        head += "X: y\r\n";

    const auto refusal = check_head(head + "\r\n");

    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->status, 431);
}

} // namespace kith::http

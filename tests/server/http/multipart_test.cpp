// SPDX-License-Identifier: Apache-2.0
#include "server/http/multipart.h"

#include <gtest/gtest.h>

namespace kith::http {

namespace {
const std::string k_type = "multipart/form-data; boundary=XX";
}

TEST(Multipart, SplitsTextAndFiles)
{
    const std::string body =
        "--XX\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nhello\r\nthere\r\n"
        "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a;\\\"b.png\"\r\n"
        "Content-Type: image/png\r\n\r\n\x89PNG\r\n--XX\r\n"
        "Content-Disposition: form-data; name=empty\r\n\r\n\r\n--XX--\r\n";

    const auto parts = parse_multipart(k_type, body);

    ASSERT_TRUE(parts);
    ASSERT_EQ(parts->size(), 3u);
    EXPECT_EQ((*parts)[0].name, "status");
    EXPECT_EQ((*parts)[0].data, "hello\r\nthere");
    EXPECT_FALSE((*parts)[0].filename);
    EXPECT_EQ((*parts)[1].filename, "a;\"b.png");
    EXPECT_EQ((*parts)[1].content_type, "image/png");
    EXPECT_EQ((*parts)[1].data, "\x89PNG");
    EXPECT_EQ((*parts)[2].name, "empty");
    EXPECT_EQ((*parts)[2].data, "");
}

TEST(Multipart, RefusesWhatDoesNotEndOrHasNoName)
{
    const std::string good =
        "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--XX--\r\n";
    ASSERT_TRUE(parse_multipart(k_type, good));
    for (std::size_t size = 0; size < good.size() - 4; ++size)
        EXPECT_FALSE(parse_multipart(k_type, good.substr(0, size))) << size;
    EXPECT_FALSE(parse_multipart("multipart/form-data", good));
    EXPECT_FALSE(parse_multipart("multipart/form-data; boundary=\"\"", good));
    EXPECT_FALSE(parse_multipart("multipart/form-data; boundary=" + std::string(71, 'X'), good));
    EXPECT_FALSE(
        parse_multipart(k_type, "--XX\r\nContent-Disposition: form-data\r\n\r\nb\r\n--XX--\r\n"));
    EXPECT_FALSE(parse_multipart(k_type, "--XX\r\nContent-Type: a/b\r\n\r\nb\r\n--XX--\r\n"));
}

TEST(Multipart, BoundsTheNumberOfParts)
{
    std::string body;
    for (int i = 0; i < 65; ++i)
        body += "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n";

    const auto parts = parse_multipart(k_type, body + "--XX--\r\n");

    ASSERT_FALSE(parts);
    EXPECT_EQ(parts.error().code, Errc::too_large);
}

} // namespace kith::http

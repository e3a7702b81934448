// SPDX-License-Identifier: Apache-2.0
#include "federation/signatures/digest.h"

#include <gtest/gtest.h>

namespace kith::signatures {

TEST(Digest, IsTheOneThatOthersWrite)
{
    EXPECT_EQ(digest_header(digest_of("Hello world")),
              "SHA-256=ZOyIygCyaOW6GjVnihtTFtIS9PNmskdyMlNKiuyjfzw=");
    EXPECT_EQ(content_digest_header(digest_of("")),
              "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
}

TEST(Digest, TakesNamesInAnyCaseAndSeveralAlgorithms)
{
    const auto digest = digest_of("x");
    EXPECT_TRUE(check_digest("sha-256=" + digest, digest));
    EXPECT_TRUE(check_digest("SHA-512=abc==, SHA-256=" + digest, digest));
    EXPECT_TRUE(check_content_digest("sha-512=:abc==:,sha-256=:" + digest + ":", digest));
}

TEST(Digest, RefusesWrongWeakAndMissingOnes)
{
    const auto digest = digest_of("x");
    EXPECT_FALSE(check_digest("SHA-256=" + digest_of("y"), digest));
    EXPECT_FALSE(check_digest("SHA-256=" + digest + ",SHA-256=" + digest_of("y"), digest));
    EXPECT_FALSE(check_digest("MD5=abc", digest));
    EXPECT_FALSE(check_digest("SHA=abc,id-SHA-256=" + digest, digest));
    EXPECT_FALSE(check_digest("", digest));
    EXPECT_FALSE(check_digest("SHA-256=" + digest + std::string(2000, ' '), digest));
    EXPECT_FALSE(check_content_digest("sha-256=" + digest, digest));
    EXPECT_EQ(check_digest("", digest).error().code, Errc::unauthorized);
}

} // namespace kith::signatures

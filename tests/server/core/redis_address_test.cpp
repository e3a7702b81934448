// SPDX-License-Identifier: Apache-2.0
#include "server/core/redis_address.h"

#include <gtest/gtest.h>

namespace kith::core {

TEST(RedisAddress, IsReadInEveryForm)
{
    const auto plain = RedisAddress::parse("redis://cache.example");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->host, "cache.example");
    EXPECT_EQ(plain->port, 6379);
    EXPECT_EQ(plain->database, 0);

    const auto full = RedisAddress::parse("redis://kith:p%40ss%2Fword@127.0.0.1:7000/5");
    ASSERT_TRUE(full);
    EXPECT_EQ(full->user, "kith");
    EXPECT_EQ(full->password, "p@ss/word");
    EXPECT_EQ(full->host, "127.0.0.1");
    EXPECT_EQ(full->port, 7000);
    EXPECT_EQ(full->database, 5);

    const auto password = RedisAddress::parse("redis://:secret@[::1]:7000");
    ASSERT_TRUE(password);
    EXPECT_EQ(password->host, "::1");
    EXPECT_EQ(password->user, "");
    EXPECT_EQ(password->password, "secret");

    const auto socket = RedisAddress::parse("unix:/run/redis/redis.sock?2");
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->host, "");
    EXPECT_EQ(socket->unix_path, "/run/redis/redis.sock");
    EXPECT_EQ(socket->database, 2);
}

TEST(RedisAddress, IsRefusedWithAReasonAndWithoutItsPassword)
{
    for (const auto* text :
         {"", "redis", "redis://", "http://127.0.0.1", "rediss://:hidden@127.0.0.1",
          "redis://:hidden@127.0.0.1:0", "redis://:hidden@127.0.0.1:99999", "redis://:hidden@127.0.0.1/-1",
          "redis://:hidden@127.0.0.1/1024", "redis://:hidden@127.0.0.1/zero", "redis://:hidden@127.0.0.1/0?x",
          "redis://:hid den@127.0.0.1", "unix:", "unix:run/redis", "unix:/run/redis?x"}) {
        const auto parsed = RedisAddress::parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, Errc::invalid) << text;
        EXPECT_FALSE(parsed.error().message.empty()) << text;
        EXPECT_EQ(parsed.error().message.find("hidden"), std::string::npos) << text;
    }
    EXPECT_FALSE(RedisAddress::parse("unix:/" + std::string(107, 'x')));
}

} // namespace kith::core

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/redis_address.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct redisContext;

namespace kith::limits {

/// A connection to Redis for one thread, which waits for its answers; nothing takes longer than it is told to, but for the
/// look-up of a name. After an error it is of no use any more. The only code that knows hiredis.
class RedisConnection {
public:
    /// Connects, signs in and chooses the database. `unavailable` with the reason as its cause; never holds the password.
    static Result<RedisConnection> open(const core::RedisAddress& address, std::chrono::milliseconds patience);

    using Command = std::vector<std::string>;
    /// What a command is answered: a text, a number, or numbers.
    struct Answer {
        std::string text;
        std::vector<std::int64_t> numbers;
    };
    /// Sends all commands at once and reads their answers, in their order. Fails when one of them is an error.
    Result<std::vector<Answer>> exchange(const std::vector<Command>& commands);

private:
    struct Close {
        void operator()(redisContext* context) const;
    };
    explicit RedisConnection(redisContext* context) : m_context(context) { }

    std::unique_ptr<redisContext, Close> m_context;
};

} // namespace kith::limits

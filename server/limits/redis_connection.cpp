// SPDX-License-Identifier: Apache-2.0
#include "server/limits/redis_connection.h"

#include <hiredis/hiredis.h>

#include <sys/time.h>

namespace kith::limits {

namespace {

constexpr std::size_t k_most_numbers = 16; // none of our commands is answered with more

struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

Error unavailable(const std::string& cause)
{
    return fail(Errc::unavailable, "Redis does not answer as it should.", cause);
}

timeval as_timeval(std::chrono::milliseconds time)
{
    return {static_cast<time_t>(time.count() / 1000), static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

std::string text_of(const redisReply& reply)
{
    return reply.str ? std::string{reply.str, static_cast<std::size_t>(reply.len)} : std::string{};
}

Result<RedisConnection::Answer> read(const redisReply& reply)
{
    RedisConnection::Answer answer;
    switch (reply.type) {
    case REDIS_REPLY_ERROR: return unavailable(text_of(reply));
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_STRING: answer.text = text_of(reply); break;
    case REDIS_REPLY_INTEGER: answer.numbers.push_back(reply.integer); break;
    case REDIS_REPLY_ARRAY:
        if (reply.elements > k_most_numbers)
            return unavailable("an answer with too many parts");
        for (std::size_t index = 0; index < reply.elements; ++index) {
            if (reply.element[index]->type != REDIS_REPLY_INTEGER)
                return unavailable("an answer with something else than numbers");
            answer.numbers.push_back(reply.element[index]->integer);
        }
        break;
    default: break; // nothing
    }
    return answer;
}

} // namespace

void RedisConnection::Close::operator()(redisContext* context) const
{
    redisFree(context);
}

Result<RedisConnection> RedisConnection::open(const core::RedisAddress& address, std::chrono::milliseconds patience)
{
    const auto limit = as_timeval(patience);
    auto* context = address.unix_path.empty()
                        ? redisConnectWithTimeout(address.host.c_str(), address.port, limit)
                        : redisConnectUnixWithTimeout(address.unix_path.c_str(), limit);
    if (!context)
        return unavailable("out of memory");
    RedisConnection connection{context};
    if (context->err != 0)
        return unavailable(context->errstr);
    if (redisSetTimeout(context, limit) != REDIS_OK)
        return unavailable("no time limit could be set");

    std::vector<Command> first;
    if (!address.password.empty()) {
        if (address.user.empty())
            first.push_back({"AUTH", address.password});
        else
            first.push_back({"AUTH", address.user, address.password});
    }
    first.push_back({"SELECT", std::to_string(address.database)});
    first.push_back({"CLIENT", "SETNAME", "kithd"});
    TRY_VOID(connection.exchange(first));
    return connection;
}

Result<std::vector<RedisConnection::Answer>> RedisConnection::exchange(const std::vector<Command>& commands)
{
    auto* context = m_context.get();
    for (const auto& command : commands) {
        std::vector<const char*> words;
        std::vector<std::size_t> lengths;
        for (const auto& word : command) {
            words.push_back(word.data());
            lengths.push_back(word.size());
        }
        if (redisAppendCommandArgv(context, static_cast<int>(words.size()), words.data(), lengths.data()) != REDIS_OK)
            return unavailable(context->errstr);
    }
    std::vector<Answer> answers;
    answers.reserve(commands.size());
    for (std::size_t index = 0; index < commands.size(); ++index) {
        void* got = nullptr;
        if (redisGetReply(context, &got) != REDIS_OK)
            return unavailable(context->errstr);
        const Reply reply{static_cast<redisReply*>(got)};
        TRY(auto answer, read(*reply));
        answers.push_back(std::move(answer));
    }
    return answers;
}

} // namespace kith::limits

// SPDX-License-Identifier: Apache-2.0
#include "server/core/redis_address.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>

namespace kith::core {

namespace {

constexpr int k_last_database = 1023;
constexpr std::size_t k_longest_unix_path = 107; // sockaddr_un

Error wrong(const char* what)
{
    return fail(Errc::invalid, what);
}

Result<int> parse_database(std::string_view text)
{
    int number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || number < 0 || number > k_last_database)
        return wrong("names a database that is no number from 0 to 1023");
    return number;
}

Result<RedisAddress> parse_unix(std::string_view text)
{
    RedisAddress address;
    const auto question = text.find('?');
    address.unix_path = text.substr(0, question);
    if (!address.unix_path.starts_with('/') || address.unix_path.size() > k_longest_unix_path)
        return wrong(
            "is not an absolute path of at most 107 bytes, such as \"unix:/run/redis/redis.sock\"");
    if (question != std::string_view::npos) {
        TRY(address.database, parse_database(text.substr(question + 1)));
    }
    return address;
}

} // namespace

Result<RedisAddress> RedisAddress::parse(std::string_view text)
{
    constexpr std::string_view k_unix = "unix:";
    if (text.starts_with(k_unix))
        return parse_unix(text.substr(k_unix.size()));
    const auto url = boost::urls::parse_uri(text);
    if (url.has_error())
        return wrong("is not an address such as \"redis://127.0.0.1:6379/0\" or "
                     "\"unix:/run/redis/redis.sock\"");
    if (url->scheme() == "rediss")
        return wrong("asks for TLS, which Kith does not speak with Redis: use a Unix socket, a "
                     "private network or a tunnel");
    if (url->scheme() != "redis" || url->host_address().empty())
        return wrong("is not an address such as \"redis://127.0.0.1:6379/0\" or "
                     "\"unix:/run/redis/redis.sock\"");
    if (url->has_query() || url->has_fragment())
        return wrong("has a query or a fragment, which mean nothing here");
    RedisAddress address;
    address.host = url->host_address();
    if (url->has_port()) {
        const std::string port{url->port()}; // its number is cut to 16 bits
        const auto read = std::from_chars(port.data(), port.data() + port.size(), address.port);
        if (read.ec != std::errc{} || address.port == 0)
            return wrong("has no port from 1 to 65535");
    }
    address.user = url->user();
    address.password = url->password();
    if (const std::string path{url->path()}; path.size() > 1) {
        TRY(address.database, parse_database(std::string_view{path}.substr(1)));
    }
    return address;
}

} // namespace kith::core

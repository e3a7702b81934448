// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace kith::core {

/// Where a Redis server is, and how to sign in to it.
struct RedisAddress {
    std::string host; ///< a name or a number; empty: `unix_path`
    std::uint16_t port = 6379;
    std::string unix_path;
    std::string user;     ///< empty: the default one
    std::string password; ///< secret; empty: none is asked for
    int database = 0;

    /// "redis://[[user]:password@]host[:port][/database]" or "unix:/path[?database]". What is special in a password is
    /// percent-encoded. `invalid` says what is wrong as half a sentence, and never repeats the text, which may hold a password.
    static Result<RedisAddress> parse(std::string_view text);
};

} // namespace kith::core

// SPDX-License-Identifier: Apache-2.0
#include "server/db/postgres/connection_string.h"

#include <libpq-fe.h>

#include <map>
#include <memory>

namespace kith::db {

namespace {

struct Free {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

std::string quoted(const std::string& value)
{
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '\'';
}

} // namespace

// https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS
std::string with_time_limits(const std::string& connection)
{
    const std::unique_ptr<PQconninfoOption, Free> options{PQconninfoParse(connection.c_str(), nullptr)};
    if (!options)
        return connection;
    std::map<std::string, std::string> values{{"connect_timeout", "5"},
                                              {"tcp_user_timeout", "20000"},
                                              {"keepalives_idle", "10"},
                                              {"keepalives_interval", "3"},
                                              {"keepalives_count", "3"}};
    for (const auto* option = options.get(); option->keyword; ++option)
        if (option->val)
            values[option->keyword] = option->val;
    std::string out;
    for (const auto& [name, value] : values)
        out += (out.empty() ? "" : " ") + name + "=" + quoted(value);
    return out;
}

} // namespace kith::db

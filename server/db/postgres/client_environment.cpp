// SPDX-License-Identifier: Apache-2.0
#include "server/db/postgres/client_environment.h"

#include <libpq-fe.h>

#include <memory>

namespace kith::db {

Result<std::vector<std::string>> client_environment(const std::string& connection)
{
    char* problem = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options{
        PQconninfoParse(connection.c_str(), &problem), PQconninfoFree};
    PQfreemem(problem); // not shown: it may quote the password
    if (!options)
        return fail(Errc::invalid, "database.connection cannot be read.");
    std::vector<std::string> variables;
    for (const auto* option = options.get(); option->keyword; ++option)
        if (option->envvar && option->val)
            variables.push_back(std::string{option->envvar} + "=" + option->val);
    return variables;
}

} // namespace kith::db

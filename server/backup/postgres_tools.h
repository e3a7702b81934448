// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/backup/program.h"
#include "server/db/database.h"

#include <filesystem>

namespace kith::backup {

/// The server's major version: 15.
Result<int> postgres_major(db::Database& database);
/// pg_dump or pg_restore of that major version: in the folder where Debian keeps them side by side, else on the PATH.
/// `unavailable`, naming the package, when there is none.
Result<std::filesystem::path> find_postgres_tool(const std::string& name, int major);
/// What it says of itself ("pg_dump (PostgreSQL) 15.8"); 0 when it says something else.
int major_of(std::string_view version);

/// The whole database in pg_dump's own format, from one snapshot, while others write.
Result<Program> start_dump(db::Database& database, const std::string& connection);
/// Takes such a dump into an empty database, in one transaction: all of it or nothing.
Result<Program> start_load(db::Database& database, const std::string& connection);
Result<bool> is_empty_postgres(db::Database& database);

} // namespace kith::backup

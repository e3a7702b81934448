// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/database.h"

#include <filesystem>

namespace kith::backup {

/// What PostgreSQL's database is copied to before its schema changes, in the data directory.
std::filesystem::path dump_before(const std::filesystem::path& data_dir, const std::string& migration);

/// For db::PostgresOptions: writes the database there with pg_dump, in its own format (mode 0600); the file appears whole or
/// not at all. Fails with a sentence that says what can be done.
db::BeforeMigration dumping(std::string connection, std::filesystem::path data_dir);

} // namespace kith::backup

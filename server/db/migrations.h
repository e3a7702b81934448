// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kith::db {

/// A file of server/db/migrations as one engine sees it.
struct Migration {
    const char* name;     ///< "202611210600_first"
    const char* checksum; ///< SHA-256 of the file, in hex
    const char* sql;      ///< with {pk} replaced; several statements
};

/// In the order of their names. Made at build time by embed_migrations.cmake.
std::span<const Migration> sqlite_migrations();
std::span<const Migration> postgres_migrations();

/// A row of the table schema_migrations: a migration that a database has had.
struct AppliedMigration {
    std::string name;
    std::string checksum;
};

/// The table that remembers; the same text on both engines.
extern const char* const k_create_schema_migrations;

/// What a database still needs, in order. `invalid` when it has had a migration that this program does not know, or
/// knows with another text.
Result<std::vector<Migration>> pending_migrations(std::span<const Migration> known, const std::vector<AppliedMigration>& applied);

} // namespace kith::db

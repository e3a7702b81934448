// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/sqlite/connection.h"

namespace kith::store {

/// The newest schema this program knows.
int newest_version();

/// `conflict` when a newer Kith wrote the file. Changes nothing.
Result<void> check_version(sqlite::Connection& connection, const std::filesystem::path& file);

/// Brings the schema to the newest version, each step in its own transaction, and notes each in `schema_versions`. Throws SqliteError.
void migrate(sqlite::Connection& connection);

} // namespace kith::store

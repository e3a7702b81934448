// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/database.h"

#include <string>
#include <vector>

namespace kith::db {

/// Which migrations a database has had, and which it still needs; by name, in order.
struct SchemaState {
    std::vector<std::string> applied; ///< empty: a new database
    std::vector<std::string> pending; ///< empty: up to date
};

/// Looks, and changes nothing. `invalid` when the database is of a newer version or had another text of a migration.
Result<SchemaState> schema_state(Database& database);

} // namespace kith::db

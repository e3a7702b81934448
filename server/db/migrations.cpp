// SPDX-License-Identifier: Apache-2.0
#include "server/db/migrations.h"

#include <algorithm>

namespace kith::db {

const char* const k_create_schema_migrations
    = "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";

Result<std::vector<Migration>> pending_migrations(std::span<const Migration> known, const std::vector<AppliedMigration>& applied)
{
    for (const auto& had : applied) {
        const auto found = std::ranges::find_if(known, [&](const Migration& migration) { return had.name == migration.name; });
        if (found == known.end())
            return fail(Errc::invalid, "The database was made by a newer version of Kith (" + had.name + ").");
        if (had.checksum != found->checksum)
            return fail(Errc::invalid, "The database had another text of the migration " + had.name + " than this version of Kith has.");
    }
    std::vector<Migration> pending;
    for (const auto& migration : known) {
        if (std::ranges::none_of(applied, [&](const AppliedMigration& had) { return had.name == migration.name; }))
            pending.push_back(migration);
    }
    return pending;
}

} // namespace kith::db

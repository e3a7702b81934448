// SPDX-License-Identifier: Apache-2.0
#include "server/db/schema_state.h"

#include "server/db/migrations.h"

#include <string_view>

namespace kith::db {

namespace {

constexpr Query k_sqlite_has_table{
    "db.schema.sqlite",
    "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"};
constexpr Query k_postgres_has_table{"db.schema.postgres",
                                     "SELECT to_regclass('schema_migrations') IS NOT NULL"};
constexpr Query k_applied{"db.schema.applied",
                          "SELECT name, checksum FROM schema_migrations ORDER BY name"};

} // namespace

Result<SchemaState> schema_state(Database& database)
{
    const bool postgres = std::string_view{database.engine()} == "postgres";
    auto look = [&](Tx& tx) -> Result<std::vector<AppliedMigration>> {
        std::vector<AppliedMigration> applied;
        if (tx.query_one(postgres ? k_postgres_has_table : k_sqlite_has_table)->integer(0) == 0)
            return applied;
        for (const auto& row : tx.query(k_applied))
            applied.push_back({row.text(0), row.text(1)});
        return applied;
    };
    TRY(const auto applied, database.read_now(look));
    TRY(const auto pending, pending_migrations(postgres ? postgres_migrations() : sqlite_migrations(), applied));
    SchemaState state;
    for (const auto& migration : applied)
        state.applied.push_back(migration.name);
    for (const auto& migration : pending)
        state.pending.emplace_back(migration.name);
    return state;
}

} // namespace kith::db

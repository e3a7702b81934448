// SPDX-License-Identifier: Apache-2.0
#include "server/db/migrations.h"
#include "server/db/postgres/postgres_database.h"

namespace kith::db {

namespace {

// Any number will do that no other program takes in the same database.
constexpr std::int64_t k_lock = 0x6b697468'00000001; // "kith", 1

constexpr Query k_take_lock{"db.migrate.lock", "SELECT pg_advisory_lock($1)"};
constexpr Query k_has_table{"db.migrate.has_table", "SELECT to_regclass('schema_migrations') IS NOT NULL"};
constexpr Query k_applied{"db.migrate.applied", "SELECT name, checksum FROM schema_migrations ORDER BY name"};
constexpr Query k_record{"db.migrate.record", "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)"};

struct Pending {
    std::vector<Migration> migrations;
    bool has_schema = false; ///< it is no new database
};

Result<Pending> read_pending(PostgresConnection& connection)
{
    Pending pending;
    std::vector<AppliedMigration> applied;
    if (connection.run(k_has_table, {}).rows.at(0).boolean(0)) {
        for (const auto& row : connection.run(k_applied, {}).rows)
            applied.push_back({row.text(0), row.text(1)});
    }
    pending.has_schema = !applied.empty();
    TRY(pending.migrations, pending_migrations(postgres_migrations(), applied));
    return pending;
}

void apply(PostgresConnection& connection, const Migration& migration, Timestamp now)
{
    connection.begin(Access::write, {});
    connection.execute(k_create_schema_migrations);
    connection.execute(migration.sql);
    const std::array<Param, 3> params{to_param(migration.name), to_param(migration.checksum), to_param(now)};
    connection.run(k_record, params);
    connection.commit();
}

} // namespace

Result<int> migrate_postgres(const std::string& address, Timestamp now,
                             const std::function<Result<void>(const std::string& migration)>& before)
{
    try {
        // A migration may take long, and wait long for another process's. The lock ends with the session.
        PostgresConnection connection(address, {.statement_s = 0, .lock_s = 0});
        const std::array<Param, 1> lock{k_lock};
        connection.run(k_take_lock, lock);
        TRY(const auto pending, read_pending(connection));
        if (pending.has_schema && !pending.migrations.empty())
            TRY_VOID(before(pending.migrations.front().name));
        for (const auto& migration : pending.migrations)
            apply(connection, migration, now);
        return static_cast<int>(pending.migrations.size());
    } catch (const DbError& error) {
        return fail(Errc::unavailable, "The PostgreSQL database could not be brought up to date.", error.what());
    }
}

} // namespace kith::db

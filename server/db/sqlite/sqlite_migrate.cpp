// SPDX-License-Identifier: Apache-2.0
#include "server/core/log.h"
#include "server/db/migrations.h"
#include "server/db/sqlite/sqlite_database.h"

namespace kith::db {

namespace {

bool has_table(sqlite::Connection& connection, std::string_view name)
{
    auto statement = connection.prepare("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1");
    statement.bind(1, name);
    statement.step();
    return statement.integer(0) > 0;
}

Error not_ours(const std::filesystem::path& file)
{
    return fail(Errc::invalid, "The file " + file.string() + " is a database of another program.");
}

/// What this database still needs. Changes nothing.
Result<std::vector<Migration>> read_pending(sqlite::Connection& connection, const std::filesystem::path& file)
{
    std::vector<AppliedMigration> applied;
    if (has_table(connection, "schema_migrations")) {
        auto statement = connection.prepare("SELECT name, checksum FROM schema_migrations ORDER BY name");
        while (statement.step())
            applied.push_back({std::string{statement.text(0)}, std::string{statement.text(1)}});
    } else if (connection.integer("SELECT count(*) FROM sqlite_master") > 0) {
        return not_ours(file);
    }
    return pending_migrations(sqlite_migrations(), applied);
}

Result<void> apply(sqlite::Connection& connection, const Migration& migration, Timestamp now)
{
    connection.execute(migration.sql);
    // With the check off, a migration may rebuild a table that others refer to; what it leaves must hold.
    auto broken = connection.prepare("PRAGMA foreign_key_check");
    if (broken.step())
        return fail(Errc::internal, std::string("The migration ") + migration.name + " leaves broken references.",
                    "table " + std::string{broken.text(0)});
    auto record = connection.prepare("INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)");
    record.bind(1, std::string_view{migration.name}).bind(2, std::string_view{migration.checksum}).bind(3, to_ms(now)).run();
    return {};
}

/// One migration in one transaction. False when there was none left: another process may have been faster.
Result<bool> apply_next(sqlite::Connection& connection, const std::filesystem::path& file, Timestamp now)
{
    connection.execute("BEGIN IMMEDIATE");
    auto step = [&]() -> Result<bool> {
        TRY(auto pending, read_pending(connection, file));
        if (pending.empty())
            return false;
        connection.execute(k_create_schema_migrations);
        TRY_VOID(apply(connection, pending.front(), now));
        return true;
    };
    auto applied = step();
    connection.execute(applied ? "COMMIT" : "ROLLBACK");
    return applied;
}

Result<int> apply_all(sqlite::Connection& connection, const std::filesystem::path& file, Timestamp now, CopyFirst copy_first)
{
    TRY(auto pending, read_pending(connection, file));
    if (copy_first == CopyFirst::Yes && !pending.empty() && has_table(connection, "schema_migrations")) {
        const auto backup = file.parent_path() / (std::string("kith-before-") + pending.front().name + ".db");
        connection.back_up(backup);
        log::info("The database was backed up before its migration.", {{"file", backup.native()}});
    }
    int count = 0;
    while (true) {
        TRY(const bool applied, apply_next(connection, file, now));
        if (!applied)
            return count;
        ++count;
    }
}

} // namespace

Result<void> check_owner(const std::filesystem::path& file)
{
    sqlite::OpenOptions options;
    options.file = file;
    TRY(const auto connection, sqlite::Connection::open(options));
    try {
        if (connection->integer("SELECT count(*) FROM sqlite_master") > 0 && !has_table(*connection, "schema_migrations"))
            return not_ours(file);
    } catch (const sqlite::SqliteError& error) {
        return fail(Errc::unavailable, "Cannot read the database " + file.string() + ".", error.what());
    }
    return {};
}

Result<int> migrate_sqlite(const std::filesystem::path& file, Timestamp now, CopyFirst copy_first)
{
    TRY(auto connection, open_sqlite(file, sqlite::Mode::read_write));
    try {
        connection->execute("PRAGMA foreign_keys = OFF");
        return apply_all(*connection, file, now, copy_first);
    } catch (const sqlite::SqliteError& error) {
        return fail(Errc::unavailable, "The database " + file.string() + " could not be brought up to date. It is as it was.", error.what());
    }
}

} // namespace kith::db

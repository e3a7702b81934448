// SPDX-License-Identifier: Apache-2.0
#include "server/backup/before_migration.h"
#include "server/cli/commands.h"
#include "server/db/schema_state.h"

#include <filesystem>
#include <iostream>

namespace kith::cli {

namespace {

void tell_backup(const Environment& environment, const db::SchemaState& state)
{
    if (state.applied.empty())
        return;
    const auto& database = environment.config.database;
    if (!database.backup_before_migration)
        std::cout << "The database is not copied first (database.backup_before_migration is off): run kithd backup before you go on.\n";
    else if (database.engine == "postgres")
        std::cout << "The database is copied first, to "
                  << backup::dump_before(environment.data_dir->path(), state.pending.front()).string() << ".\n";
    else
        std::cout << "The database is copied first, to kith-before-" << state.pending.front() << ".db beside it.\n";
}

void tell_pending(const db::SchemaState& state)
{
    std::cout << (state.applied.empty() ? "The database is new" : "The database is older than this program")
              << "; " << state.pending.size()
              << (state.pending.size() == 1 ? " migration is" : " migrations are") << " missing:\n";
    for (const auto& name : state.pending)
        std::cout << "  " << name << '\n';
}

/// SQLite would make the file by looking at it.
bool would_be_made(const core::Config& config)
{
    if (config.database.engine == "postgres")
        return false;
    std::error_code ignored;
    return !std::filesystem::exists(sqlite_file(config), ignored);
}

Result<void> run(const CommonOptions& options, DryRun dry_run)
{
    TRY(const auto config, load(options));
    if (dry_run == DryRun::Yes && would_be_made(config)) {
        std::cout << "There is no database yet: it would be made.\n";
        return {};
    }
    const SystemClock clock;
    // On SQLite a server that still writes would write past the copy that is made first.
    const bool alone = dry_run == DryRun::No && config.database.engine != "postgres";
    TRY(const auto environment, Environment::open_unmigrated(options, alone ? Lock::Yes : Lock::No, clock));
    TRY(const auto state, db::schema_state(*environment->database));
    if (state.pending.empty()) {
        std::cout << "The database is up to date (" << state.applied.back() << ").\n";
        return {};
    }
    tell_pending(state);
    tell_backup(*environment, state);
    if (dry_run == DryRun::Yes) {
        std::cout << "Nothing was changed.\n";
        return {};
    }
    TRY(const int applied, environment->database->migrate());
    std::cout << "Done: " << applied << (applied == 1 ? " migration.\n" : " migrations.\n");
    return {};
}

} // namespace

int migrate(const CommonOptions& options, DryRun dry_run)
{
    const auto done = run(options, dry_run);
    return done ? 0 : report(done.error());
}

} // namespace kith::cli

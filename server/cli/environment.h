// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/id.h"
#include "common/crypto/secret.h"
#include "server/core/config.h"
#include "server/core/data_dir.h"
#include "server/core/event_bus.h"
#include "server/db/process_number.h"
#include "server/features/accounts/key_maker.h"

#include <memory>
#include <optional>
#include <string>

namespace kith::cli {

/// What the user typed before and after the subcommand.
struct CommonOptions {
    std::string config_file;
    core::Overrides overrides; ///< --data-dir, --listen, --domain, --roles
};

enum class Lock { No, Yes }; ///< only `serve` holds the data directory

/// Everything a command stands on: settings, data directory, keys, an opened and migrated database.
class Environment {
public:
    /// `clock` outlives it; commands that write the past bring their own. Fails with one sentence.
    /// Where database.migrate_at_start is off, a database that is not up to date is refused; with Lock::No also a SQLite file
    /// that a server is using (`conflict`).
    static Result<std::unique_ptr<Environment>> open(const CommonOptions& options, Lock lock, const Clock& clock);
    /// The same with the database as it is: `site` is not known, and the key was not compared.
    static Result<std::unique_ptr<Environment>> open_unmigrated(const CommonOptions& options, Lock lock, const Clock& clock);

    core::Config config;
    core::Site site;
    core::EventBus events;
    IdGenerator ids;
    std::optional<core::DataDir> data_dir;
    std::optional<accounts::KeyMaker> keys;
    std::unique_ptr<db::TxContext> context;
    std::unique_ptr<db::Database> database;
    std::unique_ptr<db::ProcessNumber> process; ///< none for the one server of a SQLite file

private:
    /// Settings, log, data directory and an opened database.
    Result<void> open_store(const CommonOptions& options, Lock lock, const Clock& clock);
    Result<void> bring_up_to_date(Lock lock);
    Result<void> start(const CommonOptions& options, Lock lock, const Clock& clock);
    Result<void> open_secret();
};

/// The settings alone.
Result<core::Config> load(const CommonOptions& options);
/// The file of SQLite's database, also where the settings name it relative to the data directory.
std::filesystem::path sqlite_file(const core::Config& config);
/// Opens the engine that the settings name; does not migrate.
Result<std::unique_ptr<db::Database>> open_database(const core::Config& config, const core::DataDir& data_dir,
                                                    const db::TxContext& context,
                                                    std::chrono::milliseconds longest_read = std::chrono::seconds{1});

} // namespace kith::cli

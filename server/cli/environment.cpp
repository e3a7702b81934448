// SPDX-License-Identifier: Apache-2.0
#include "server/cli/environment.h"

#include "common/crypto/random.h"
#include "server/backup/before_migration.h"
#include "server/core/log.h"
#include "server/db/schema_state.h"
#include "server/features/accounts/account.h"

namespace kith::cli {

using db::Tx;

namespace {

constexpr db::Query k_setting{"settings.find", "SELECT value FROM settings WHERE name = $1"};
constexpr db::Query k_record{"settings.record",
                             "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"};

/// The identity that the database was made with wins over a computed one, and must agree with a configured one: every
/// local URI is computed from it.
Result<core::Site> settle_site(Tx& tx, const core::Config& config)
{
    const auto recorded_domain = tx.query_one(k_setting, "domain");
    const auto recorded_base = tx.query_one(k_setting, "base_url");
    if (recorded_domain && recorded_base) {
        const core::Site recorded{recorded_domain->text(0), recorded_base->text(0)};
        const auto differs = [](const std::string& configured, const std::string& was) {
            return !configured.empty() && configured != was;
        };
        if (differs(config.server.domain, recorded.domain) || differs(config.server.base_url, recorded.base_url))
            return fail(Errc::invalid, "This database belongs to " + recorded.domain + " at " + recorded.base_url +
                                           "; it cannot become " + config.server.domain + " " + config.server.base_url +
                                           ", because every address in it would change.");
        return recorded;
    }
    TRY(const auto listen, core::parse_listen(config.server.listen));
    TRY(auto site, core::resolve_site(config, listen.port));
    tx.execute(k_record, "domain", site.domain);
    tx.execute(k_record, "base_url", site.base_url);
    return site;
}

// Commands read lists of everything, and nobody waits for them but who typed them.
constexpr std::chrono::milliseconds k_longest_read_of_commands{300000};

/// A server of an earlier version that runs on a SQLite file would write past the copy that is made first, and on a schema
/// that it has not seen change: a command migrates the file alone, or not at all. Held until its object dies.
Result<core::DataDir> keep_servers_out(const std::filesystem::path& data_dir, const std::string& missing)
{
    TRY(auto folder, core::DataDir::open(data_dir));
    if (auto alone = folder.lock(); !alone)
        return fail(alone.error().code,
                    "The database is older than this program (" + missing + " is missing). " + alone.error().message);
    return folder;
}

} // namespace

Result<core::Config> load(const CommonOptions& options)
{
    std::optional<std::filesystem::path> file;
    if (!options.config_file.empty())
        file = options.config_file;
    return core::load_config(file, core::process_environment(), options.overrides);
}

std::filesystem::path sqlite_file(const core::Config& config)
{
    const auto file = core::database_file(config);
    return file.is_relative() ? config.server.data_dir / file : file;
}

Result<std::unique_ptr<db::Database>> open_database(const core::Config& config, const core::DataDir& data_dir,
                                                    const db::TxContext& context, std::chrono::milliseconds longest_read)
{
    if (config.database.engine == "postgres") {
        db::PostgresOptions options;
        options.connection = config.database.connection;
        options.connections = static_cast<unsigned>(config.database.connections);
        options.longest_read = longest_read;
        if (config.database.backup_before_migration)
            options.before_migration = backup::dumping(config.database.connection, data_dir.path());
        return db::Database::open(std::move(options), context);
    }
    db::SqliteOptions options;
    options.file = core::database_file(config);
    if (options.file.is_relative())
        options.file = data_dir.path() / options.file;
    options.readers = static_cast<unsigned>(config.database.readers);
    options.longest_read = longest_read;
    options.copy_before_migration = config.database.backup_before_migration;
    return db::Database::open(std::move(options), context);
}

Result<std::unique_ptr<Environment>> Environment::open_unmigrated(const CommonOptions& options, Lock lock, const Clock& clock)
{
    auto environment = std::make_unique<Environment>();
    TRY_VOID(environment->open_store(options, lock, clock));
    return environment;
}

Result<std::unique_ptr<Environment>> Environment::open(const CommonOptions& options, Lock lock, const Clock& clock)
{
    auto environment = std::make_unique<Environment>();
    try {
        TRY_VOID(environment->start(options, lock, clock));
    } catch (const db::DbError& error) {
        return fail(Errc::unavailable, std::string("The database cannot be used now: ") + error.what() + ".");
    }
    return environment;
}

/// A new key in the place of a lost one, or another server's, could sign nothing: every account's keys are sealed with it.
Result<void> Environment::open_secret()
{
    auto look = [](Tx& tx) -> Result<std::optional<accounts::StoredKey>> { return accounts::find_any_sealed_key(tx); };
    TRY(const auto sealed, database->read_now(look));
    auto secret = data_dir->secret_key(sealed ? crypto::CreateIfMissing::No : crypto::CreateIfMissing::Yes);
    if (!secret && sealed && secret.error().code == Errc::not_found)
        return fail(Errc::not_found, "secret.key is missing in " + data_dir->path().string() +
                                         ", and the keys in the database are sealed with it: restore it from the backup.");
    if (!secret)
        return secret.error();
    keys.emplace(std::move(*secret));
    if (sealed && !keys->open_rsa(*sealed))
        return fail(Errc::forbidden, "secret.key in " + data_dir->path().string() +
                                         " is not the one that sealed the keys in the database: restore it from the backup.");
    return {};
}

Result<void> Environment::open_store(const CommonOptions& options, Lock lock, const Clock& clock)
{
    TRY_VOID(crypto::init());
    TRY(config, load(options));
    log::Options logging;
    logging.level = log::level_from(config.log.level);
    logging.format = config.log.format == "json" ? log::Format::json : log::Format::text;
    log::configure(std::move(logging));

    TRY(auto folder, core::DataDir::open(config.server.data_dir));
    data_dir.emplace(std::move(folder));
    const bool serves = lock == Lock::Yes;
    if (serves)
        TRY_VOID(data_dir->lock());

    context = std::make_unique<db::TxContext>(db::TxContext{clock, ids, site, events});
    const auto longest_read = serves ? std::chrono::milliseconds{config.database.longest_read_ms} : k_longest_read_of_commands;
    TRY(database, open_database(config, *data_dir, *context, longest_read));
    return {};
}

Result<void> Environment::bring_up_to_date(Lock lock)
{
    TRY(const auto state, db::schema_state(*database));
    if (state.pending.empty())
        return {};
    if (!config.database.migrate_at_start)
        return fail(Errc::conflict, "The database is older than this program (" + state.pending.front() +
                                        " is missing) and database.migrate_at_start is off: run kithd migrate.");
    std::optional<core::DataDir> alone;
    if (lock == Lock::No && config.database.engine == "sqlite") {
        TRY(auto folder, keep_servers_out(data_dir->path(), state.pending.front()));
        alone.emplace(std::move(folder));
    }
    TRY(const int applied, database->migrate());
    log::info("The database was brought up to date.", {{"migrations", applied}});
    return {};
}

Result<void> Environment::start(const CommonOptions& options, Lock lock, const Clock& clock)
{
    static const SystemClock real_clock;
    const bool serves = lock == Lock::Yes;
    TRY_VOID(open_store(options, lock, clock));
    TRY_VOID(bring_up_to_date(lock));
    auto settle = [&](Tx& tx) { return settle_site(tx, config); };
    TRY(site, database->write_now(settle));
    TRY_VOID(open_secret());
    const bool alone = serves && config.database.engine == "sqlite"; // the lock on the data directory says so
    if (!alone) {
        const auto lease = serves ? db::ProcessNumber::k_server_lease : db::ProcessNumber::k_command_lease;
        TRY(process, db::ProcessNumber::claim(*database, ids, real_clock, lease));
    }
    return {};
}

} // namespace kith::cli

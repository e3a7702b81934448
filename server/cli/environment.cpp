// SPDX-License-Identifier: Apache-2.0
#include "server/cli/environment.h"

#include "common/crypto/random.h"
#include "server/core/log.h"
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

/// With another secret.key than the database's, or a new one in the place of a lost one, nothing could be signed.
Result<void> check_secret(Environment& environment)
{
    auto look = [](Tx& tx) -> Result<std::optional<accounts::StoredKey>> { return accounts::find_any_sealed_key(tx); };
    TRY(const auto sealed, environment.database->read_now(look));
    if (sealed && !environment.keys->open_rsa(*sealed))
        return fail(Errc::forbidden, "secret.key in " + environment.data_dir->path().string() +
                                         " is not the one that sealed the keys in the database: restore it from the backup.");
    return {};
}

} // namespace

Result<core::Config> load(const CommonOptions& options)
{
    std::optional<std::filesystem::path> file;
    if (!options.config_file.empty())
        file = options.config_file;
    return core::load_config(file, core::process_environment(), options.overrides);
}

Result<std::unique_ptr<db::Database>> open_database(const core::Config& config, const core::DataDir& data_dir,
                                                    const db::TxContext& context)
{
    if (config.database.engine == "postgres") {
        db::PostgresOptions options;
        options.connection = config.database.connection;
        options.connections = static_cast<unsigned>(config.database.connections);
        return db::Database::open(std::move(options), context);
    }
    db::SqliteOptions options;
    options.file = core::database_file(config);
    if (options.file.is_relative())
        options.file = data_dir.path() / options.file;
    options.readers = static_cast<unsigned>(config.database.readers);
    return db::Database::open(std::move(options), context);
}

Result<std::unique_ptr<Environment>> Environment::open(const CommonOptions& options, Lock lock, const Clock& clock)
{
    TRY_VOID(crypto::init());
    auto environment = std::make_unique<Environment>();
    TRY(environment->config, load(options));
    const auto& config = environment->config;
    log::Options logging;
    logging.level = log::level_from(config.log.level);
    logging.format = config.log.format == "json" ? log::Format::json : log::Format::text;
    log::configure(std::move(logging));

    TRY(auto data_dir, core::DataDir::open(config.server.data_dir));
    environment->data_dir.emplace(std::move(data_dir));
    if (lock == Lock::Yes)
        TRY_VOID(environment->data_dir->lock());
    TRY(auto secret, environment->data_dir->secret_key());
    environment->keys.emplace(std::move(secret));

    environment->context = std::make_unique<db::TxContext>(
        db::TxContext{clock, environment->ids, environment->site, environment->events});
    TRY(environment->database, open_database(config, *environment->data_dir, *environment->context));
    TRY(const int applied, environment->database->migrate());
    if (applied > 0)
        log::info("The database was brought up to date.", {{"migrations", applied}});
    auto settle = [&](Tx& tx) { return settle_site(tx, config); };
    TRY(environment->site, environment->database->write_now(settle));
    TRY_VOID(check_secret(*environment));
    return environment;
}

} // namespace kith::cli

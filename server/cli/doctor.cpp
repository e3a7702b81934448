// SPDX-License-Identifier: Apache-2.0
#include "server/backup/aftermath.h"
#include "server/cli/commands.h"
#include "server/features/accounts/account.h"
#include "server/http/listener.h"
#include "server/jobs/admin.h"
#include "server/limits/redis_connection.h"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <iostream>

namespace kith::cli {

using db::Tx;

namespace {

/// Prints one line a check, and remembers the worst.
class Report {
public:
    void good(const std::string& sentence) { std::cout << "ok    " << sentence << '\n'; }
    void note(const std::string& sentence) { std::cout << "note  " << sentence << '\n'; }
    void bad(const std::string& sentence)
    {
        std::cout << "FAIL  " << sentence << '\n';
        m_failed = true;
    }
    int status() const { return m_failed ? 1 : 0; }

private:
    bool m_failed = false;
};

void check_settings(Report& report, const core::Config& config)
{
    for (const auto& key : core::config_keys())
        std::cout << "      " << key.full_name() << " = " << core::config_value(config, key) << '\n';
    const auto listen = core::parse_listen(config.server.listen);
    if (listen && !listen->loopback && listen->unix_path.empty() && config.server.tls_certificate.empty() && config.server.trusted_proxies.empty())
        report.note("The server listens for everybody without TLS and without a proxy in front: passwords would travel in the clear.");
    if (listen && !listen->loopback && core::registration_open(config))
        report.note("Anybody can sign up.");
}

void check_disk(Report& report, const std::filesystem::path& folder)
{
    std::error_code ec;
    const auto space = std::filesystem::space(folder, ec);
    if (ec)
        return report.bad("The data directory's disk cannot be looked at: " + ec.message() + ".");
    const auto mib = space.available >> 20;
    const auto sentence = std::to_string(mib) + " MiB are free on the data directory's disk.";
    mib < 512 ? report.bad(sentence) : report.good(sentence);
}

/// Binds to a free port with the certificate: what serve would say, without getting in its way.
void check_certificate(Report& report, const core::Config& config)
{
    if (config.server.tls_certificate.empty())
        return;
    boost::asio::io_context io;
    const http::Router router;
    http::ListenerOptions options;
    options.port = 0;
    options.certificate = config.server.tls_certificate;
    options.private_key = config.server.tls_key;
    const auto listener = http::Listener::start(io.get_executor(), options, router);
    if (listener)
        report.good("The certificate and its key can be read and belong together.");
    else
        report.bad(listener.error().message);
}

void check_database(Report& report, Environment& environment)
{
    auto look = [&](Tx& tx) -> Result<jobs::Counts> {
        constexpr db::Query k_users{"cli.count_users", "SELECT COUNT(*) FROM users"};
        report.good("The database (" + std::string{environment.database->engine()} + ") answers; " +
                    std::to_string(tx.query_one(k_users)->integer(0)) + " accounts of " + environment.site.domain + ".");
        report.good("secret.key opens the keys in the database."); // or it would not have been opened
        if (const auto held = backup::held_deliveries(tx); held > 0)
            report.note(std::to_string(held) + " deliveries are held since a restore: kithd restore --release-deliveries or --drop-deliveries.");
        return jobs::counts(tx);
    };
    const auto counts = environment.database->read_now(look);
    if (!counts)
        return report.bad(counts.error().message);
    const auto sentence = std::to_string(counts->waiting) + " jobs wait, " + std::to_string(counts->dead) + " were given up.";
    counts->dead > 0 ? report.note(sentence) : report.good(sentence);
}

void check_redis(Report& report, const core::Config& config)
{
    const auto address = core::RedisAddress::parse(config.redis.address);
    if (!address)
        return; // none is asked for: anything else the settings would not have passed
    if (const auto connection = limits::RedisConnection::open(*address, std::chrono::seconds{2}))
        report.good("Redis answers.");
    else
        report.bad("Redis does not answer: " + connection.error().cause + ".");
}

} // namespace

int doctor(const CommonOptions& options)
{
    Report report;
    const auto config = load(options);
    if (!config) {
        report.bad(config.error().message);
        return report.status();
    }
    check_settings(report, *config);
    const SystemClock clock;
    const auto environment = Environment::open(options, Lock::No, clock);
    if (!environment) {
        report.bad(environment.error().message);
        return report.status();
    }
    report.good("The data directory is " + (*environment)->data_dir->path().string() + ".");
    check_disk(report, (*environment)->data_dir->path());
    check_certificate(report, *config);
    check_database(report, **environment);
    check_redis(report, *config);
    return report.status();
}

int config_reference()
{
    std::cout << core::render_configuration_reference();
    return 0;
}

} // namespace kith::cli

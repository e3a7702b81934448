// SPDX-License-Identifier: Apache-2.0
#include "server/auth/auth.h"
#include "server/cli/commands.h"
#include "server/cli/serve_listeners.h"
#include "server/cli/serve_observability.h"
#include "server/cli/service_manager.h"
#include "server/core/cpu_pool.h"
#include "server/core/log.h"
#include "server/core/process_metrics.h"
#include "server/core/spawn.h"
#include "server/db/db_metrics.h"
#include "server/features/federation/inbox.h"
#include "server/features/federation/peers.h"
#include "server/features/federation/signer.h"
#include "server/features/maintenance.h"
#include "server/features/registry.h"
#include "server/features/accounts/account_cards.h"
#include "server/features/statuses/status_cache.h"
#include "server/features/streaming/hub.h"
#include "server/features/timelines/home_feeds.h"
#include "server/fetch/fetch.h"
#include "server/http/router.h"
#include "server/jobs/chores.h"
#include "server/limits/server_limits.h"
#include "server/tracing/tracing.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <malloc.h>

#include <csignal>
#include <iostream>
#include <thread>

namespace kith::cli {

using boost::asio::awaitable;

namespace {

constexpr std::size_t k_own_cards_bytes = 4 * 1024 * 1024;

unsigned thread_count(const core::Config& config)
{
    if (config.server.threads > 0)
        return static_cast<unsigned>(config.server.threads);
    return std::max(1U, std::thread::hardware_concurrency());
}

Error translate(std::exception_ptr exception)
{
    try {
        std::rethrow_exception(exception);
    } catch (const db::DbError& error) {
        if (error.kind() == db::DbError::Kind::unavailable || error.kind() == db::DbError::Kind::retry)
            return fail(Errc::unavailable, "The server is busy or its store does not answer. Please try again.", error.what());
        return fail(Errc::internal, "Something went wrong on our side.", error.what());
    } catch (const std::exception& error) {
        return fail(Errc::internal, "Something went wrong on our side.", error.what());
    } catch (...) {
        return fail(Errc::internal, "Something went wrong on our side.", "an unknown exception");
    }
}

streaming::StreamLimits stream_limits(const core::Config& config)
{
    streaming::StreamLimits limits;
    limits.per_account = static_cast<std::size_t>(config.limits.streams_per_account);
    limits.per_address = static_cast<std::size_t>(config.limits.streams_per_address);
    return limits;
}

Result<std::unique_ptr<fetch::Fetcher>> make_fetcher(boost::asio::any_io_executor executor, const core::Config& config,
                                                     const core::Site& site)
{
    fetch::FetcherOptions options;
    options.user_agent = config.fetch.user_agent + " (+" + site.base_url + ")";
    options.allow_addresses = config.fetch.allow_addresses;
    options.connect_to = config.fetch.connect_to;
    options.ca_file = config.fetch.ca_file;
    options.allow_plain_http = config.fetch.allow_plain_http;
    options.timeout = std::chrono::milliseconds{config.fetch.timeout_ms};
    return fetch::Fetcher::create(std::move(executor), std::move(options));
}

/// What waits, and for how long; who is connected; what the process uses.
void measure(metrics::Registry& registry, Environment& environment, db::DbMetrics& db_metrics,
             std::initializer_list<core::CpuPool*> pools, streaming::Hub& hub, const limits::ServerLimits& limits)
{
    metrics::add_process_metrics(registry);
    environment.context->metrics = &db_metrics;
    environment.database->measure(registry);
    for (auto* pool : pools)
        pool->measure(registry);
    registry.gauge_from("kith_sockets", "Open streaming sockets.", {}, [&hub] { return static_cast<double>(hub.clients().count()); });
    registry.gauge_from("kith_rate_limit_counters", "Counters of rates in use.", {},
                        [&limits] { return static_cast<double>(limits.used()); });
    if (const auto* exchange = limits.exchange()) {
        registry.gauge_from("kith_redis_up", "Whether Redis answers.", {}, [exchange] { return exchange->up() ? 1.0 : 0.0; });
        registry.counter_from("kith_rate_limit_unshared_total", "Counts that Redis was not told.", {},
                              [exchange] { return static_cast<double>(exchange->unshared()); });
    }
}

awaitable<Result<void>> purge(db::Database& database)
{
    auto work = [](db::Tx& tx) -> Result<bool> { return features::purge_expired(tx); };
    while (true) {
        CO_TRY(const bool more, co_await database.write(work, db::Lane::background));
        if (!more)
            co_return Result<void>{};
    }
}

/// Made at the first start; the RSA key takes up to half a second, and nobody waits for it.
awaitable<void> ensure_instance_actor(federation::Signer& signer)
{
    const auto actor = co_await signer.instance_actor();
    if (!actor)
        log::error("The server's own actor could not be made.", {{"error", actor.error().message}, {"cause", actor.error().cause}});
}

/// Whether this process serves that route; others, if any, serve the rest. Every process says how it is.
bool is_served(const core::Config& config, std::string_view pattern)
{
    if (pattern == "/health" || pattern.starts_with("/health/"))
        return true;
    const bool stream = pattern == "/api/v1/streaming" || pattern.starts_with("/api/v1/streaming/");
    return config.server.has_role(stream ? "streaming" : "web");
}

/// Waits for SIGTERM or SIGINT; SIGHUP reads certificates again.
awaitable<void> wait_for_signals(boost::asio::signal_set& signals, Listeners& listeners)
{
    while (true) {
        const int signal = co_await signals.async_wait(boost::asio::use_awaitable);
        if (signal != SIGHUP)
            co_return;
        listeners.reload();
    }
}

struct Running {
    boost::asio::signal_set& signals;
    http::Router& router;
    Listeners& listeners;
    jobs::Runner& jobs;
    tracing::Tracing* tracing;
    fetch::Fetcher& fetcher;
    boost::asio::io_context& io;
    std::chrono::milliseconds stop_delay;
};

/// Until a signal, then down in the order in which nothing loses its footing (design.md, 3).
awaitable<void> run_until_stopped(Running running)
{
    co_await wait_for_signals(running.signals, running.listeners);
    log::info("Stopping.");
    notify_service_manager("STOPPING=1");
    running.router.begin_stop();
    boost::asio::steady_timer delay{running.io, running.stop_delay}; // balancers see "not ready" before anybody is refused
    co_await delay.async_wait(boost::asio::use_awaitable);
    co_await running.listeners.stop();
    co_await running.jobs.stop(std::chrono::milliseconds{5000});
    if (running.tracing)
        co_await running.tracing->stop(std::chrono::milliseconds{2000});
    running.fetcher.stop();
    running.io.stop();
}

Result<void> run(const CommonOptions& options)
{
    const auto started = std::chrono::steady_clock::now();
    // One arena per thread would keep what each thread once used: the threads here share their work.
    mallopt(M_ARENA_MAX, 2);
    // Large blocks, such as bodies that arrive, go back to the system when they are freed; by itself the threshold would grow
    // with the first of them, and what a flood took would stay.
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is an error to report, not a reason to die
    const SystemClock clock;
    metrics::Registry registry;
    db::DbMetrics db_metrics{registry};
    TRY(const auto environment, Environment::open(options, Lock::Yes, clock));
    const auto& config = environment->config;

    const unsigned threads = thread_count(config);
    boost::asio::io_context io{static_cast<int>(threads)};
    const auto executor = io.get_executor();
    core::CpuPool cpu{"cpu", threads, 10000};
    core::CpuPool passwords{"passwords", 2, 64, core::CpuPool::Priority::Low};
    TRY(const auto own_fetcher, make_fetcher(executor, config, environment->site));
    TRY(const auto tracing, tracing::Tracing::create(executor, config, environment->site, *own_fetcher, registry));
    fetch::Fetcher* const fetcher = tracing ? &tracing->fetcher() : own_fetcher.get();
    const trace::Tracer* const tracer = tracing ? &tracing->tracer() : nullptr;
    http::Router router;
    auto& database = *environment->database;
    router.serve_only([&config](std::string_view pattern) { return is_served(config, pattern); });
    router.set_authenticator(auth::make_authenticator(database, clock));
    router.set_exception_mapper(translate);
    Observability observability{config, registry};
    jobs::RunnerOptions job_options;
    job_options.tracer = tracer;
    const auto runner = jobs::Runner::create(executor, database, clock, job_options, environment->events);
    federation::Signer signer{database, cpu, *environment->keys, clock};
    addressing::IdPolicy policy;
    policy.allow_http = config.fetch.allow_plain_http;
    federation::Peers peers{database, *fetcher, signer, environment->site, clock, policy};
    federation::Inbox inbox;
    streaming::Hub hub{executor, stream_limits(config)};
    statuses::StatusCache status_cache{static_cast<std::size_t>(config.cache.statuses_bytes)};
    timelines::HomeFeeds home_feeds{static_cast<std::size_t>(config.cache.feeds_bytes)};
    accounts::AccountCards own_cards{k_own_cards_bytes};
    status_cache.watch(database.notices());
    home_feeds.watch(database.notices());
    accounts::watch(database.notices(), own_cards);
    TRY(const auto secret, environment->data_dir->secret_key(crypto::CreateIfMissing::No));
    limits::ServerLimits limits{config, environment->site.domain, secret.view()};
    router.set_rate_gate(limits.gate());
    features::Server server{config, environment->site, clock, environment->events, registry, database, router, *fetcher,
                            *runner, cpu, passwords, *environment->keys, inbox, peers, hub, status_cache,
                            home_feeds, own_cards, limits.sign_in_guard(), limits.gate()};
    features::register_all(server, signer);
    constexpr std::chrono::minutes k_purge_every{10};
    runner->every("purge", k_purge_every,
                  jobs::once_among_workers(database, "purge", k_purge_every, [&database] { return purge(database); }));
    registry.gauge_from("kith_cache_bytes", "Memory that caches take.", {{"cache", "statuses"}},
                        [&status_cache] { return static_cast<double>(status_cache.bytes()); });
    registry.gauge_from("kith_cache_bytes", "Memory that caches take.", {{"cache", "home_feeds"}},
                        [&home_feeds] { return static_cast<double>(home_feeds.bytes()); });
    measure(registry, *environment, db_metrics, {&cpu, &passwords}, hub, limits);
    observability.watch(router);
    router.set_tracer(tracer);

    http::Router metrics_router;
    observability.serve_metrics(metrics_router, database);
    TRY(auto listeners, Listeners::start(executor, config, router, metrics_router));
    if (environment->process)
        core::spawn(executor, "process number", environment->process->keep());
    database.listen();
    registry.gauge_from("kith_connections", "Open connections.", {},
                        [&listeners] { return static_cast<double>(listeners.connections()); });
    if (config.server.has_role("worker"))
        runner->start();
    core::spawn(executor, "instance actor", ensure_instance_actor(signer));
    // Before anybody hears that we are ready: a signal that came earlier would end the process as it is.
    boost::asio::signal_set signals{io, SIGTERM, SIGINT, SIGHUP};
    core::spawn(executor, "main", run_until_stopped({signals, router, listeners, *runner, tracing.get(), *fetcher, io,
                                                   std::chrono::milliseconds{config.server.stop_delay_ms}}));

    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
    log::info("Kith is ready.", {{"domain", environment->site.domain},
                                 {"base_url", environment->site.base_url},
                                 {"listen", listeners.where()},
                                 {"engine", database.engine()},
                                 {"start_ms", took.count()}});
    if (listeners.has_metrics())
        log::info("Metrics are served.", {{"port", listeners.metrics_port()}});
    notify_service_manager("READY=1");

    std::vector<std::thread> pool;
    for (unsigned i = 1; i < threads; ++i)
        pool.emplace_back([&io] { io.run(); });
    io.run();
    for (auto& thread : pool)
        thread.join();
    // The pools resume coroutines on the io_context: they go before it.
    cpu.stop();
    passwords.stop();
    environment->process.reset();
    environment->database.reset();
    log::info("Stopped.");
    return {};
}

} // namespace

int serve(const CommonOptions& options)
{
    const auto done = run(options);
    return done ? 0 : report(done.error());
}

int report(const Error& error)
{
    std::cerr << "kithd: " << error.message << '\n';
    if (!error.cause.empty())
        std::cerr << "       (" << error.cause << ")\n";
    return 1;
}

} // namespace kith::cli

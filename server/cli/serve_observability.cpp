// SPDX-License-Identifier: Apache-2.0
#include "server/cli/serve_observability.h"

#include "server/auth/auth.h"
#include "server/core/log.h"
#include "server/core/redact.h"
#include "server/db/database.h"
#include "server/jobs/admin.h"

#include <algorithm>

namespace kith::cli {

using boost::asio::awaitable;
using http::Router;

namespace {

constexpr std::size_t k_longest_agent = 200;
constexpr std::int64_t k_jobs_every = 10;
constexpr const char* k_seconds = "kith_http_request_seconds";
constexpr const char* k_seconds_help = "Time to answer a request, per route.";

std::int64_t steady_second()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

} // namespace

std::string access_path(const http::Request& request)
{
    auto path = core::redacted_path(request.path);
    const auto query = core::redacted_query(request.query);
    return query.empty() ? path : path + "?" + query;
}

Observability::Observability(const core::Config& config, metrics::Registry& registry)
    : m_config(config), m_registry(registry)
{
}

void Observability::watch(Router& router)
{
    for (const auto& route : router.routes())
        m_routes.push_back(&m_registry.histogram(
            k_seconds, k_seconds_help,
            {{"method", route.websocket ? "WebSocket" : http::to_string(route.method)}, {"route", route.pattern}}));
    using http::Method;
    for (const auto method : {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del, Method::options})
        m_none[static_cast<std::size_t>(method)] =
            &m_registry.histogram(k_seconds, k_seconds_help, {{"method", http::to_string(method)}, {"route", "none"}});
    router.set_error_sink([this](const http::Request& request, const Error& error) { log_error(request, error); });
    router.set_observer([this](const Router::Observation& seen) { observe(seen); });
}

void Observability::observe(const Router::Observation& seen)
{
    count(seen);
    if (m_config.log.access || log::enabled(log::Level::debug))
        log_access(seen);
}

void Observability::count(const Router::Observation& seen)
{
    auto* seconds = seen.route < m_routes.size() ? m_routes[seen.route]
                                                 : m_none[static_cast<std::size_t>(seen.request.method)];
    seconds->observe(seen.seconds);
    auto& slot = m_statuses[static_cast<std::size_t>(std::clamp(seen.status, 0, 599))];
    auto* counter = slot.load(std::memory_order_acquire);
    if (!counter) {
        counter = &m_registry.counter("kith_http_responses_total", "Answers, per status.",
                                      {{"status", std::to_string(seen.status)}});
        slot.store(counter, std::memory_order_release);
    }
    counter->add();
}

void Observability::log_access(const Router::Observation& seen) const
{
    const auto& request = seen.request;
    const auto account = auth::viewer(request);
    const auto agent = request.headers.find("User-Agent").value_or("").substr(0, k_longest_agent);
    const auto path = access_path(request);
    const auto peer = core::logged_peer(m_config.log.access_peer, request.peer_address);
    std::uint64_t bytes = 0;
    if (seen.response)
        bytes = seen.response->file.file ? seen.response->file.length : seen.response->body.size();
    const auto write = m_config.log.access ? log::info : log::debug;
    write("request", {{"method", http::to_string(request.method)},
                      {"route", seen.pattern},
                      {"path", path},
                      {"status", seen.status},
                      {"bytes", bytes},
                      {"seconds", seen.seconds},
                      {"peer", peer},
                      {"agent", agent},
                      {"account", account ? account->to_string() : std::string{}},
                      log::request_id(request.id)});
}

void Observability::log_error(const http::Request& request, const Error& error)
{
    std::int64_t more = 0;
    if (error.code == Errc::unavailable) {
        // A server that has no room must not fill its log with saying so: one line a second, and how many it stands for.
        const auto unlogged = m_busy.take();
        if (!unlogged)
            return;
        more = *unlogged;
    }
    log::error(error.message, {{"cause", error.cause},
                               {"path", core::redacted_path(request.path)},
                               {"unlogged_before", more},
                               log::request_id(request.id)});
}

void Observability::serve_metrics(Router& router, db::Database& database)
{
    router.add(http::Method::get, "/metrics", http::Access::anyone(),
               [this, &database](http::Request&) { return render(database); }, http::RouteClass::none);
}

awaitable<Result<http::Response>> Observability::render(db::Database& database)
{
    auto counted = m_jobs_second.load();
    const auto now = steady_second();
    if (now - counted >= k_jobs_every && m_jobs_second.compare_exchange_strong(counted, now))
        co_await count_jobs(database);
    co_return http::Response{200, "text/plain; version=0.0.4; charset=utf-8", m_registry.render()};
}

awaitable<void> Observability::count_jobs(db::Database& database)
{
    std::optional<std::vector<jobs::KindCounts>> kinds;
    try {
        auto work = [](db::Tx& tx) -> Result<std::vector<jobs::KindCounts>> { return jobs::counts_by_kind(tx); };
        auto counted = co_await database.read(work);
        if (counted)
            kinds = std::move(*counted);
    } catch (const db::DbError&) {
        kinds.reset(); // the numbers of before stay, and those of the database say why
    }
    m_registry.gauge("kith_database_up", "Whether the database answered when the jobs were counted.").set(kinds ? 1 : 0);
    if (!kinds)
        co_return;
    const auto set = [&](const std::string& kind, const jobs::Counts& counts) {
        const auto gauge = [&](const char* state, std::int64_t value) {
            m_registry.gauge("kith_jobs", "Jobs in the database.", {{"kind", kind}, {"state", state}}).set(value);
        };
        gauge("waiting", counts.waiting);
        gauge("running", counts.running);
        gauge("dead", counts.dead);
    };
    for (const auto& kind : m_job_kinds)
        set(kind, {});
    for (const auto& kind : *kinds) {
        m_job_kinds.insert(kind.kind);
        set(kind.kind, kind.counts);
    }
}

} // namespace kith::cli

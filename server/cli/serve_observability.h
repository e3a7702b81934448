// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/config.h"
#include "server/core/metrics.h"
#include "server/core/lines_per_second.h"
#include "server/http/router.h"

#include <array>
#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace kith::core {
class CpuPool;
}
namespace kith::db {
class Database;
}

namespace kith::cli {

/// What people see of a running server: numbers per route, the access log, errors in the log, /metrics. Outlives the
/// requests of the routers that it watches.
class Observability {
public:
    Observability(const core::Config& config, metrics::Registry& registry);

    /// Observes every request. Once all routes are there: each gets its histogram now, so that none is looked up later.
    void watch(http::Router& router);
    /// Adds GET /metrics. `database` is asked for the jobs, at most every 10 s, and may be away.
    void serve_metrics(http::Router& router, db::Database& database);

private:
    void observe(const http::Router::Observation& seen);
    void count(const http::Router::Observation& seen);
    void log_access(const http::Router::Observation& seen) const;
    void log_error(const http::Request& request, const Error& error);
    boost::asio::awaitable<Result<http::Response>> render(db::Database& database);
    boost::asio::awaitable<void> count_jobs(db::Database& database);

    const core::Config& m_config;
    metrics::Registry& m_registry;
    std::vector<metrics::Histogram*> m_routes; ///< by their place in Router::routes()
    std::array<metrics::Histogram*, 7> m_none{}; ///< no route, by method
    std::array<std::atomic<metrics::Counter*>, 600> m_statuses{};
    core::LinesPerSecond m_busy{1};
    std::atomic<std::int64_t> m_jobs_second{-10};
    std::set<std::string> m_job_kinds; ///< changed by one rendering at a time, see m_jobs_second
};

/// A line of the access log, for its test: the path without what could be a secret, and the query without values.
std::string access_path(const http::Request& request);

} // namespace kith::cli

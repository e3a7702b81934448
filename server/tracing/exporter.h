// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/metrics.h"
#include "server/core/trace.h"
#include "server/fetch/fetch.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace kith::tracing {

struct ExporterOptions {
    std::string endpoint; ///< "http://127.0.0.1:4318"; without a path, /v1/traces is added
    std::string instance; ///< our domain
    std::size_t queue = 2048; ///< spans that may wait; further ones are dropped and counted
    std::size_t batch = 512;
    std::chrono::milliseconds interval{5000}; ///< how long a span waits at most for a batch to fill
    std::chrono::milliseconds timeout{10000}; ///< of one export
};

/// Sends spans to a collector by OTLP/HTTP in JSON, in the background. Taking one costs a lock and a move. What the
/// collector cannot take now (429, 502, 503, 504, no connection) is tried up to five times; what it refuses is dropped.
class Exporter final : public trace::Sink {
public:
    /// `fetcher` may reach the collector (see collector_fetcher), and nobody else uses it. Both outlive it.
    Exporter(boost::asio::any_io_executor executor, fetch::Fetcher& fetcher, ExporterOptions options,
             metrics::Registry& registry);
    ~Exporter() override;

    void start();
    void take(trace::Span span) noexcept override;
    /// Sends what is there, for so long at most; then no more.
    boost::asio::awaitable<void> stop(std::chrono::milliseconds grace);

private:
    class State;
    std::shared_ptr<State> m_state;
};

/// The options of a Fetcher that speaks with the collector alone: its own allow-list, so that what is open here is never open
/// to addresses that peers name. An endpoint that is a number or localhost is allowed by itself; `allowed` are further
/// ranges for one that is a name.
fetch::FetcherOptions collector_fetcher(const std::string& endpoint, const std::vector<std::string>& allowed);

} // namespace kith::tracing

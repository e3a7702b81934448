// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/config.h"
#include "server/tracing/exporter.h"
#include "server/tracing/traced_fetcher.h"

namespace kith::tracing {

/// All that tracing needs, made from the configuration. Outlives every request, job and fetch.
class Tracing {
public:
    /// Null when `tracing.endpoint` is empty: then nothing of it exists. `inner`: what the server fetches with.
    static Result<std::unique_ptr<Tracing>> create(boost::asio::any_io_executor executor, const core::Config& config,
                                                   const core::Site& site, fetch::Fetcher& inner,
                                                   metrics::Registry& registry);

    const trace::Tracer& tracer() const { return m_tracer; }
    fetch::Fetcher& fetcher() { return m_fetcher; }
    /// Sends what is left, for at most `grace`.
    boost::asio::awaitable<void> stop(std::chrono::milliseconds grace);

private:
    Tracing(boost::asio::any_io_executor executor, const core::Config& config, const core::Site& site,
            fetch::Fetcher& inner, std::unique_ptr<fetch::Fetcher> collector, metrics::Registry& registry);

    std::unique_ptr<fetch::Fetcher> m_collector;
    Exporter m_exporter;
    trace::Tracer m_tracer;
    TracedFetcher m_fetcher;
};

} // namespace kith::tracing

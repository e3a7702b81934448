// SPDX-License-Identifier: Apache-2.0
#include "server/tracing/tracing.h"

namespace kith::tracing {

namespace {

ExporterOptions exporter_options(const core::Config& config, const core::Site& site)
{
    ExporterOptions options;
    options.endpoint = config.tracing.endpoint;
    options.instance = site.domain;
    return options;
}

} // namespace

Result<std::unique_ptr<Tracing>> Tracing::create(boost::asio::any_io_executor executor, const core::Config& config,
                                                 const core::Site& site, fetch::Fetcher& inner,
                                                 metrics::Registry& registry)
{
    if (config.tracing.endpoint.empty())
        return std::unique_ptr<Tracing>{};
    auto options = collector_fetcher(config.tracing.endpoint, config.tracing.allow_addresses);
    options.ca_file = config.fetch.ca_file;
    TRY(auto collector, fetch::Fetcher::create(executor, std::move(options)));
    return std::unique_ptr<Tracing>{new Tracing{executor, config, site, inner, std::move(collector), registry}};
}

Tracing::Tracing(boost::asio::any_io_executor executor, const core::Config& config, const core::Site& site,
                 fetch::Fetcher& inner, std::unique_ptr<fetch::Fetcher> collector, metrics::Registry& registry)
    : m_collector(std::move(collector)), m_exporter(executor, *m_collector, exporter_options(config, site), registry),
      m_tracer(m_exporter, static_cast<unsigned>(config.tracing.sample_per_mille)), m_fetcher(inner)
{
    m_exporter.start();
}

boost::asio::awaitable<void> Tracing::stop(std::chrono::milliseconds grace)
{
    co_await m_exporter.stop(grace);
    m_collector->stop();
}

} // namespace kith::tracing

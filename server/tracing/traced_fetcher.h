// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/fetch/fetch.h"

namespace kith::tracing {

/// Another fetcher; what a traced request or job fetches gets a span, and tells the other server its traceparent.
class TracedFetcher final : public fetch::Fetcher {
public:
    /// `inner` outlives it.
    explicit TracedFetcher(fetch::Fetcher& inner) : m_inner(inner) { }

    boost::asio::awaitable<Result<fetch::Answer>> run(fetch::Fetch fetch) override;
    void stop() override { m_inner.stop(); }

private:
    fetch::Fetcher& m_inner;
};

} // namespace kith::tracing

// SPDX-License-Identifier: Apache-2.0
#include "server/tracing/traced_fetcher.h"

#include "server/core/traced_executor.h"
#include "server/fetch/url.h"

#include <boost/asio/this_coro.hpp>

namespace kith::tracing {

boost::asio::awaitable<Result<fetch::Answer>> TracedFetcher::run(fetch::Fetch fetch)
{
    const auto active = trace::active_of(co_await boost::asio::this_coro::executor);
    if (!active)
        co_return co_await m_inner.run(std::move(fetch));
    trace::OpenSpan span{*active, http::to_string(fetch.method), trace::Kind::client};
    span.set("http.request.method", std::string{http::to_string(fetch.method)});
    // The host alone: paths and queries of addresses may hold what is nobody's business.
    if (const auto url = fetch::parse_url(fetch.url))
        span.set("server.address", url->host);
    const auto& context = span.active()->context;
    fetch.headers.set("traceparent", trace::to_traceparent(context));
    if (!context.state.empty())
        fetch.headers.set("tracestate", context.state);
    auto answer = co_await m_inner.run(std::move(fetch));
    if (!answer)
        span.fail(answer.error().message);
    else
        span.set("http.response.status_code", std::int64_t{answer->status});
    if (answer && answer->status >= 400)
        span.fail("The other server answered " + std::to_string(answer->status) + ".");
    co_return answer;
}

} // namespace kith::tracing

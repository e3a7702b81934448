// SPDX-License-Identifier: Apache-2.0
#include "server/tracing/exporter.h"

#include "server/core/address.h"
#include "server/core/log.h"
#include "server/core/spawn.h"
#include "server/tracing/otlp.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <mutex>

namespace kith::tracing {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr int k_tries = 5;

/// The host of the endpoint, without port and brackets.
std::string host_of(const std::string& endpoint)
{
    const auto begin = endpoint.find("://");
    auto host = endpoint.substr(begin == endpoint.npos ? 0 : begin + 3);
    host = host.substr(0, host.find('/'));
    if (host.starts_with('['))
        return host.substr(1, host.find(']') - 1);
    return host.substr(0, host.find(':'));
}

std::string url_of(const std::string& endpoint)
{
    const auto begin = endpoint.find("://") + 3;
    const auto path = endpoint.find('/', begin);
    if (path == endpoint.npos)
        return endpoint + "/v1/traces";
    return path + 1 == endpoint.size() ? endpoint + "v1/traces" : endpoint;
}

} // namespace

fetch::FetcherOptions collector_fetcher(const std::string& endpoint, const std::vector<std::string>& allowed)
{
    fetch::FetcherOptions options;
    options.user_agent = "Kith-OTLP";
    options.allow_addresses = allowed;
    const auto host = host_of(endpoint);
    if (host == "localhost")
        options.allow_addresses.insert(options.allow_addresses.end(), {"127.0.0.0/8", "::1"});
    else if (core::IpAddress::parse(host))
        options.allow_addresses.push_back(host);
    options.allow_plain_http = true; // within those ranges only
    options.max_connections = 1;
    return options;
}

/// Shared with the coroutine, which may still be in an export when the Exporter is gone.
class Exporter::State : public std::enable_shared_from_this<State> {
public:
    State(asio::any_io_executor executor, fetch::Fetcher& fetcher, ExporterOptions options, metrics::Registry& registry)
        : m_strand(asio::make_strand(executor)), m_timer(m_strand), m_done(m_strand), m_fetcher(fetcher),
          m_options(std::move(options)), m_url(url_of(m_options.endpoint)),
          m_exported(registry.counter("kith_trace_spans_total", "Spans for the collector.", {{"result", "exported"}})),
          m_dropped(registry.counter("kith_trace_spans_total", "Spans for the collector.", {{"result", "dropped"}}))
    {
    }

    void start() { core::spawn(m_strand, "trace export", run(shared_from_this())); }

    void take(trace::Span span)
    {
        bool full_batch = false;
        {
            const std::lock_guard lock{m_mutex};
            if (m_closed || m_queue.size() >= m_options.queue)
                return m_dropped.add();
            m_queue.push_back(std::move(span));
            full_batch = m_queue.size() == m_options.batch;
        }
        if (full_batch)
            asio::post(m_strand, [self = shared_from_this()] { self->m_timer.cancel(); });
    }

    static awaitable<void> stop(std::shared_ptr<State> self, std::chrono::milliseconds grace)
    {
        self->m_stopping = true;
        self->m_timer.cancel();
        self->m_done.expires_after(grace);
        boost::system::error_code over;
        if (self->m_running)
            co_await self->m_done.async_wait(asio::redirect_error(asio::use_awaitable, over));
        self->close();
    }

    auto strand() const { return m_strand; }
    void close()
    {
        const std::lock_guard lock{m_mutex};
        m_closed = true;
        m_dropped.add(m_queue.size());
        m_queue.clear();
    }

private:
    static awaitable<void> run(std::shared_ptr<State> self)
    {
        self->m_running = true;
        while (true) {
            auto batch = self->next_batch();
            if (!batch.empty())
                co_await self->send(std::move(batch));
            else if (self->m_stopping)
                break;
            if (self->waiting() < self->m_options.batch && !self->m_stopping)
                co_await self->sleep(self->m_options.interval);
        }
        self->m_running = false;
        self->m_done.cancel();
    }

    std::size_t waiting()
    {
        const std::lock_guard lock{m_mutex};
        return m_queue.size();
    }

    std::vector<trace::Span> next_batch()
    {
        std::vector<trace::Span> batch;
        const std::lock_guard lock{m_mutex};
        while (!m_queue.empty() && batch.size() < m_options.batch) {
            batch.push_back(std::move(m_queue.front()));
            m_queue.pop_front();
        }
        return batch;
    }

    awaitable<void> sleep(std::chrono::milliseconds time)
    {
        boost::system::error_code cancelled;
        m_timer.expires_after(time);
        co_await m_timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }

    awaitable<void> send(std::vector<trace::Span> batch)
    {
        const auto body = otlp_json(batch, m_options.instance);
        std::string cause;
        for (int attempt = 1; attempt <= k_tries; ++attempt) {
            fetch::Fetch request;
            request.method = http::Method::post;
            request.url = m_url;
            request.headers.add("Content-Type", "application/json");
            request.body = body;
            request.max_bytes = 64 << 10;
            request.timeout = m_options.timeout;
            const auto answer = co_await m_fetcher.run(std::move(request));
            if (answer && answer->status >= 200 && answer->status < 300) {
                m_exported.add(batch.size());
                m_failing = false;
                co_return;
            }
            cause = answer ? "it answered " + std::to_string(answer->status) : answer.error().message;
            // https://opentelemetry.io/docs/specs/otlp/#failures-1
            const bool passes = answer ? answer->status == 429 || answer->status == 502 || answer->status == 503 ||
                                             answer->status == 504
                                       : answer.error().code == Errc::unavailable;
            if (!passes || m_stopping)
                break;
            co_await sleep(m_options.interval / 5 * (1 << (attempt - 1)));
        }
        m_dropped.add(batch.size());
        if (!std::exchange(m_failing, true))
            log::warning("The collector of traces does not take them; they are dropped.", {{"cause", cause}});
    }

    asio::strand<asio::any_io_executor> m_strand;
    asio::steady_timer m_timer;
    asio::steady_timer m_done;
    fetch::Fetcher& m_fetcher;
    ExporterOptions m_options;
    std::string m_url;
    metrics::Counter& m_exported;
    metrics::Counter& m_dropped;
    std::mutex m_mutex; // around the queue
    std::deque<trace::Span> m_queue;
    bool m_closed = false;
    bool m_running = false; ///< this and what follows: on the strand
    bool m_stopping = false;
    bool m_failing = false;
};

Exporter::Exporter(asio::any_io_executor executor, fetch::Fetcher& fetcher, ExporterOptions options,
                   metrics::Registry& registry)
    : m_state(std::make_shared<State>(std::move(executor), fetcher, std::move(options), registry))
{
}

Exporter::~Exporter() = default;

void Exporter::start()
{
    m_state->start();
}

void Exporter::take(trace::Span span) noexcept
{
    try {
        m_state->take(std::move(span));
    } catch (const std::exception&) {
        return; // no memory for a span is no reason to lose the request
    }
}

awaitable<void> Exporter::stop(std::chrono::milliseconds grace)
{
    co_await asio::co_spawn(m_state->strand(), State::stop(m_state, grace), asio::use_awaitable);
}

} // namespace kith::tracing

// SPDX-License-Identifier: Apache-2.0
#include "server/fetch/curl_loop.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>

namespace kith::fetch {

namespace asio = boost::asio;

namespace {

/// libcurl wants one call before its first use in the process, from one thread.
void initialise_curl()
{
    static const auto done = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(done);
}

bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Gives the transfer to the loop; resumes on the caller's executor when `transfer.on_done` was called.
awaitable<void> until_done(CurlLoop& loop, std::shared_ptr<Transfer> transfer,
                           std::shared_ptr<std::optional<Result<Answer>>> out)
{
    auto initiate = [&loop](auto handler, std::shared_ptr<Transfer> started,
                            std::shared_ptr<std::optional<Result<Answer>>> answer) {
        auto executor = asio::get_associated_executor(handler);
        auto guard = asio::make_work_guard(executor);
        auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
        started->on_done = [waiting, executor, guard, answer](Result<Answer> result) mutable {
            answer->emplace(std::move(result));
            asio::post(executor, [waiting = std::move(waiting)] { std::move (*waiting)(); });
        };
        loop.submit(std::move(started));
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        std::move(initiate), asio::use_awaitable, std::move(transfer), std::move(out));
}

class CurlFetcher final : public Fetcher {
public:
    explicit CurlFetcher(TransferContext context) : m_context(std::move(context)), m_loop(m_context)
    {
    }

    awaitable<Result<Answer>> run(Fetch fetch) override
    {
        const auto deadline = std::chrono::steady_clock::now() + fetch.timeout.value_or(m_context.options.timeout);
        CO_TRY(auto url, parse_url(fetch.url));
        const auto first_origin = url.origin();
        int left = fetch.method == http::Method::get ? fetch.max_redirects : 0;
        while (true) {
            CO_TRY_VOID(check(url));
            Transfer::Hop hop;
            hop.method = fetch.method;
            hop.url = url;
            hop.headers = headers_for(fetch, url.origin() == first_origin);
            hop.body = fetch.body;
            hop.max_bytes = fetch.max_bytes;
            hop.deadline = deadline;
            hop.priority = fetch.priority;
            if (fetch.sign)
                CO_TRY_VOID(co_await fetch.sign(url.text, hop.headers));
            CO_TRY(auto answer, co_await exchange(std::move(hop)));
            const auto location = answer.headers.find("Location");
            const bool follows = fetch.method == http::Method::get && fetch.max_redirects > 0;
            if (!follows || !location || !is_redirect(answer.status))
                co_return answer;
            if (left-- == 0)
                co_return fail(Errc::forbidden, "The other server redirects too often.", url.origin());
            const std::string target{*location};
            CO_TRY(auto next, resolve_url(url, target));
            if (url.scheme == "https" && next.scheme == "http")
                co_return fail(Errc::forbidden,
                               "The other server redirects to an unprotected address.", url.origin());
            url = std::move(next);
        }
    }

    void stop() override { m_loop.stop(); }

private:
    /// What needs no look at the address: the guard sees that when it connects.
    Result<void> check(const UrlParts& url) const
    {
        if (url.scheme == "http" && !(m_context.options.allow_plain_http && m_context.guard.has_ranges()))
            return fail(Errc::forbidden, "Only https addresses can be fetched.", url.origin());
        if (is_private_name(url.host) && !m_context.guard.has_ranges())
            return fail(Errc::forbidden, "That address is not on the public internet.", url.origin());
        return {};
    }

    static http::Headers headers_for(const Fetch& fetch, bool same_origin)
    {
        if (same_origin)
            return fetch.headers;
        http::Headers headers;
        for (const auto& [name, value] : fetch.headers.all()) {
            http::Headers probe;
            probe.add(name, value);
            // Credentials were meant for the first origin, and Host names it.
            if (!probe.find("Authorization") && !probe.find("Cookie") && !probe.find("Host"))
                headers.add(name, value);
        }
        return headers;
    }

    awaitable<Result<Answer>> exchange(Transfer::Hop hop)
    {
        auto transfer = std::make_shared<Transfer>(m_context, std::move(hop));
        auto answer = std::make_shared<std::optional<Result<Answer>>>();
        co_await until_done(m_loop, std::move(transfer), answer);
        co_return std::move(**answer);
    }

    TransferContext m_context;
    CurlLoop m_loop;
};

} // namespace

// Every run() goes on on its caller's executor, so an engine with a thread of its own needs none.
Result<std::unique_ptr<Fetcher>> Fetcher::create(asio::any_io_executor, FetcherOptions options)
{
    initialise_curl();
    TRY(auto guard, AddressGuard::create(options.allow_addresses));
    TRY(auto trust, Trust::load(options.ca_file));
    curl_slist* connect_to = nullptr;
    for (const auto& entry : options.connect_to) {
        if (auto* longer = curl_slist_append(connect_to, entry.c_str()))
            connect_to = longer;
    }
    TransferContext context{std::move(options), std::move(guard), std::move(trust), {}};
    context.connect_to.reset(connect_to);
    return std::unique_ptr<Fetcher>{std::make_unique<CurlFetcher>(std::move(context))};
}

} // namespace kith::fetch

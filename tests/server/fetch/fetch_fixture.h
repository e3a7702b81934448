// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/spawn.h"
#include "server/fetch/fetch.h"
#include "tests/server/fetch/raw_server.h"

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>

#include <future>

namespace kith::fetch::tests {

namespace asio = boost::asio;

using AnswerPromise = std::shared_ptr<std::promise<Result<Answer>>>;

inline awaitable<void> run_into(Fetcher& fetcher, Fetch fetch, AnswerPromise promise)
{
    promise->set_value(co_await fetcher.run(std::move(fetch)));
}

/// A Fetcher that may speak with this machine, and an event loop.
class FetchTest : public ::testing::Test {
protected:
    static FetcherOptions local_options()
    {
        FetcherOptions options;
        options.allow_addresses = {"127.0.0.0/8"};
        options.allow_plain_http = true;
        return options;
    }
    void use(FetcherOptions options)
    {
        m_fetcher = Fetcher::create(m_context.get_executor(), std::move(options)).value();
    }

    /// Started; runs when the context does.
    std::future<Result<Answer>> begin(Fetch fetch)
    {
        auto promise = std::make_shared<std::promise<Result<Answer>>>();
        core::spawn(m_context.get_executor(), "fetch", run_into(*m_fetcher, std::move(fetch), promise));
        return promise->get_future();
    }
    Result<Answer> get(Fetch fetch)
    {
        auto answer = begin(std::move(fetch));
        m_context.restart();
        m_context.run();
        return answer.get();
    }
    Result<Answer> get(const std::string& url) { return get(to(url)); }
    static Fetch to(const std::string& url)
    {
        Fetch fetch;
        fetch.url = url;
        return fetch;
    }
    static Errc code_of(const Result<Answer>& answer)
    {
        EXPECT_FALSE(answer) << "status " << answer->status;
        return answer ? Errc::internal : answer.error().code;
    }

    asio::io_context m_context;
    std::unique_ptr<Fetcher> m_fetcher;
};

} // namespace kith::fetch::tests

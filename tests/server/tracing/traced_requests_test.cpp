// SPDX-License-Identifier: Apache-2.0
// A trace from the request through the database and a job to another server.
#include "server/core/log.h"
#include "server/core/traced_executor.h"
#include "server/http/router.h"
#include "server/jobs/jobs.h"
#include "server/tracing/traced_fetcher.h"
#include "tests/support/patience.h"
#include "tests/support/test_database.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <gmock/gmock.h>

#include <mutex>
#include <thread>

namespace kith::tests {

using boost::asio::awaitable;
using http::Access;
using http::Method;
using http::Request;
using http::Response;
using trace::to_hex;

namespace {

constexpr const char* k_parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class Collected final : public trace::Sink {
public:
    void take(trace::Span span) noexcept override
    {
        const std::lock_guard lock{m_mutex};
        m_spans.push_back(std::move(span));
    }
    std::vector<trace::Span> spans() const
    {
        const std::lock_guard lock{m_mutex};
        return m_spans;
    }
    std::optional<trace::Span> find(const std::string& name) const
    {
        for (const auto& span : spans())
            if (span.name == name)
                return span;
        return std::nullopt;
    }

private:
    mutable std::mutex m_mutex;
    std::vector<trace::Span> m_spans;
};

/// Answers everything, and remembers what it was asked.
class FarServer final : public fetch::Fetcher {
public:
    awaitable<Result<fetch::Answer>> run(fetch::Fetch fetch) override
    {
        asked.push_back(std::move(fetch));
        if (fails)
            co_return fail(Errc::unavailable, "It is away.");
        fetch::Answer answer;
        answer.status = 404;
        co_return answer;
    }
    void stop() override { }
    std::vector<fetch::Fetch> asked;
    bool fails = false;
};

awaitable<Result<Response>> enqueue_one(db::Database& database)
{
    auto work = [](db::Tx& tx) -> Result<bool> {
        jobs::NewJob job;
        job.kind = "tell";
        jobs::enqueue(tx, std::move(job));
        return true;
    };
    CO_TRY(const bool done, co_await database.write(work));
    co_return http::text_response(done ? 200 : 500, "ok");
}

awaitable<Result<void>> tell(fetch::Fetcher& fetcher)
{
    fetch::Fetch fetch;
    fetch.url = "https://far.example/secret-path?token=hunter2";
    const auto answer = co_await fetcher.run(std::move(fetch));
    if (!answer)
        co_return answer.error();
    co_return Result<void>{};
}

} // namespace

class TracedRequests : public BothEngines {
protected:
    Response ask(const trace::Tracer* tracer, std::vector<std::pair<std::string, std::string>> headers, bool via_proxy = true)
    {
        boost::asio::io_context io{1};
        tracing::TracedFetcher fetcher{far};
        http::Router router;
        router.set_tracer(tracer);
        router.add(Method::post, "/api/v1/things/:id", Access::anyone(),
                   [this](Request&) { return enqueue_one(db().database()); });
        jobs::RunnerOptions options;
        options.tracer = tracer;
        options.poll = std::chrono::milliseconds{5};
        const auto runner = jobs::Runner::create(io.get_executor(), db().database(), db().clock, options);
        runner->handle("tell", [&fetcher](const jobs::Job&) { return tell(fetcher); });
        runner->start();

        Request request;
        request.method = Method::post;
        request.path = "/api/v1/things/7";
        request.id = "the-request";
        request.via_proxy = via_proxy;
        for (const auto& [name, value] : headers)
            request.headers.add(name, value);
        Response response;
        bool answered = false;
        boost::asio::co_spawn(boost::asio::make_strand(io), router.handle(request),
                              [&](std::exception_ptr thrown, Response made) {
                                  EXPECT_FALSE(thrown);
                                  response = std::move(made);
                                  answered = true;
                              });
        const auto deadline = std::chrono::steady_clock::now() + k_patience;
        while ((!answered || far.asked.empty()) && std::chrono::steady_clock::now() < deadline)
            io.run_one_for(std::chrono::milliseconds{10});
        bool stopped = false;
        boost::asio::co_spawn(io, runner->stop(std::chrono::seconds{5}), [&](std::exception_ptr) { stopped = true; });
        while (!stopped && std::chrono::steady_clock::now() < deadline)
            io.run_one_for(std::chrono::milliseconds{10});
        EXPECT_TRUE(stopped);
        io.restart();
        io.run_for(std::chrono::seconds{20}); // to the end of all work: a database's thread may still be on its way out
        return response;
    }

    FarServer far;
    Collected collected;
};
KITH_BOTH_ENGINES(TracedRequests);

TEST_P(TracedRequests, AreOneTreeFromTheProxyToTheOtherServer)
{
    const trace::Tracer tracer{collected, 0};

    EXPECT_EQ(ask(&tracer, {{"traceparent", k_parent}, {"tracestate", "vendor=1"}}).status, 200);

    const auto request = collected.find("POST /api/v1/things/:id");
    const auto write = collected.find("database write");
    const auto job = collected.find("job tell");
    const auto fetch = collected.find("GET");
    ASSERT_TRUE(request && write && job && fetch);
    for (const auto& span : {*request, *write, *job, *fetch})
        EXPECT_EQ(to_hex(span.context.trace_id.data(), 16), "4bf92f3577b34da6a3ce929d0e0e4736") << span.name;
    EXPECT_EQ(to_hex(request->parent->data(), 8), "00f067aa0ba902b7");
    EXPECT_EQ(request->kind, trace::Kind::server);
    EXPECT_EQ(std::get<std::string>(request->attributes.at(2).second), "the-request");
    EXPECT_EQ(write->parent, request->context.span_id);
    EXPECT_EQ(job->parent, write->context.span_id);
    EXPECT_EQ(fetch->parent, job->context.span_id);
    EXPECT_EQ(fetch->error, "The other server answered 404.");

    ASSERT_EQ(far.asked.size(), 1U);
    EXPECT_EQ(far.asked[0].headers.find("traceparent"), trace::to_traceparent(fetch->context));
    EXPECT_EQ(far.asked[0].headers.find("tracestate"), "vendor=1") << "also by way of the job's row";
    for (const auto& span : collected.spans())
        for (const auto& [key, value] : span.attributes) {
            const auto* text = std::get_if<std::string>(&value);
            EXPECT_FALSE(text && text->find("secret") != std::string::npos) << key;
        }
}

TEST_P(TracedRequests, AreNotTracedWhenNobodyWantsIt)
{
    const trace::Tracer never{collected, 0};

    EXPECT_EQ(ask(&never, {{"traceparent", k_parent}}, false).status, 200) << "a stranger decides nothing";
    EXPECT_EQ(ask(&never, {}).status, 200);
    EXPECT_EQ(ask(nullptr, {{"traceparent", k_parent}}).status, 200);

    EXPECT_TRUE(collected.spans().empty());
    for (const auto& fetch : far.asked)
        EXPECT_FALSE(fetch.headers.find("traceparent"));
}

TEST_P(TracedRequests, AreNamedByTheLinesAboutTheirJobsWhetherTracedOrNot)
{
    const trace::Tracer always{collected, 1000};
    for (const auto* tracer : {static_cast<const trace::Tracer*>(nullptr), &always}) {
        far.asked.clear();
        far.fails = true;
        std::mutex mutex;
        std::string lines;
        log::Options options;
        options.sink = [&](std::string_view line) {
            const std::lock_guard lock{mutex};
            lines.append(line).append("\n");
        };
        log::configure(options);
        ask(tracer, {});
        log::configure({});

        EXPECT_THAT(lines, ::testing::ContainsRegex("A job failed and will be tried again.*request_id=the-request"));
        db().sql("DELETE FROM jobs");
    }
}

TEST_P(TracedRequests, BeginTracesOfTheirOwnWhenTheHeaderIsBad)
{
    const trace::Tracer always{collected, 1000};

    ask(&always, {{"traceparent", k_parent}, {"traceparent", k_parent}});

    const auto request = collected.find("POST /api/v1/things/:id");
    ASSERT_TRUE(request);
    EXPECT_FALSE(request->parent);
    EXPECT_NE(to_hex(request->context.trace_id.data(), 16), "4bf92f3577b34da6a3ce929d0e0e4736");
}

} // namespace kith::tests

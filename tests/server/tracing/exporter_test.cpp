// SPDX-License-Identifier: Apache-2.0
#include "server/tracing/exporter.h"

#include "tests/server/tracing/collector.h"
#include "tests/support/patience.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>

#include <gmock/gmock.h>

namespace kith::tracing {

using namespace std::chrono_literals;
using tests::CollectedSpan;
using tests::Collector;

namespace {

bool any(const CollectedSpan&)
{
    return true;
}

class ExporterTest : public ::testing::Test {
protected:
    ~ExporterTest() override
    {
        collector.hold = false;
        if (exporter)
            stop();
        fetcher->stop();
        m_guard.reset();
        m_thread.join();
    }
    void start(ExporterOptions options = {})
    {
        options.endpoint = collector.endpoint();
        options.instance = "test.example";
        options.interval = 20ms;
        exporter.emplace(m_io.get_executor(), *fetcher, options, registry);
        exporter->start();
    }
    void give(int count)
    {
        for (int i = 0; i < count; ++i)
            trace::Tracer{*exporter, 1000}.begin("span " + std::to_string(i), trace::Kind::internal);
    }
    void stop()
    {
        boost::asio::co_spawn(m_io, exporter->stop(10s), boost::asio::use_future).get();
    }
    /// What comes of fetching from the collector with such options.
    std::optional<Errc> error_of(fetch::FetcherOptions options)
    {
        const auto other = fetch::Fetcher::create(m_io.get_executor(), std::move(options)).value();
        auto code = boost::asio::co_spawn(m_io, ask(*other, collector.endpoint()), boost::asio::use_future).get();
        other->stop();
        return code;
    }
    static boost::asio::awaitable<std::optional<Errc>> ask(fetch::Fetcher& fetcher, std::string endpoint)
    {
        fetch::Fetch request;
        request.url = endpoint + "/v1/traces";
        const auto answer = co_await fetcher.run(std::move(request));
        co_return answer ? std::nullopt : std::optional{answer.error().code};
    }
    std::uint64_t counted(const char* result)
    {
        return registry.counter("kith_trace_spans_total", "Spans for the collector.", {{"result", result}}).value();
    }

private:
    boost::asio::io_context m_io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> m_guard{m_io.get_executor()};

protected:
    Collector collector;
    metrics::Registry registry;
    std::unique_ptr<fetch::Fetcher> fetcher =
        fetch::Fetcher::create(m_io.get_executor(), collector_fetcher(collector.endpoint(), {})).value();
    std::optional<Exporter> exporter;

private:
    std::thread m_thread{[this] { m_io.run(); }};
};

} // namespace

TEST_F(ExporterTest, SendsSpansThatACollectorUnderstands)
{
    start();
    {
        const auto root = trace::Tracer{*exporter, 1000}.begin("root", trace::Kind::server);
        root->set("http.route", std::string{"/\"x\"\n"});
        trace::OpenSpan child{*root->active(), "child", trace::Kind::client};
        child.set("count", std::int64_t{7});
        child.fail("It broke.");
    }

    ASSERT_TRUE(collector.wait_for(2, any)) << ::testing::PrintToString(collector.problems());
    EXPECT_THAT(collector.problems(), ::testing::IsEmpty());
    const auto spans = collector.spans();
    EXPECT_EQ(spans[0].name, "child");
    EXPECT_EQ(spans[0].parent_id, spans[1].span_id);
    EXPECT_EQ(spans[0].trace_id, spans[1].trace_id);
    EXPECT_EQ(spans[0].attributes.at("count"), "7");
    EXPECT_EQ(spans[0].error, "It broke.");
    EXPECT_EQ(spans[1].parent_id, "");
    EXPECT_EQ(spans[1].kind, 2);
    EXPECT_EQ(spans[1].attributes.at("http.route"), "/\"x\"\n");
    stop();
    EXPECT_EQ(counted("exported"), 2U);
}

TEST_F(ExporterTest, SendsBatchesAndWhatIsLeftWhenItStops)
{
    ExporterOptions options;
    options.batch = 100;
    start(options);
    give(1000);
    stop();

    EXPECT_EQ(collector.spans().size(), 1000U);
    EXPECT_GE(collector.exports(), 10);
    EXPECT_EQ(counted("exported"), 1000U);
    give(5);
    EXPECT_EQ(counted("dropped"), 5U) << "nobody sends them any more";
}

TEST_F(ExporterTest, DropsAndCountsRatherThanWaitForACollectorThatHangs)
{
    collector.hold = true;
    ExporterOptions options;
    options.queue = 100;
    options.batch = 10;
    start(options);
    give(1); // goes at once, and alone; the queue is empty then
    ASSERT_TRUE([&] {
        const auto deadline = std::chrono::steady_clock::now() + kith::tests::k_patience;
        while (collector.exports() == 0 && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(1ms);
        return collector.exports() == 1;
    }());
    give(500);
    EXPECT_EQ(counted("dropped"), 400U);

    collector.hold = false;
    EXPECT_TRUE(collector.wait_for(101, any));
}

TEST_F(ExporterTest, TriesAgainWhatTheCollectorCannotTakeNow)
{
    collector.answer = 503;
    start();
    give(3);
    const auto deadline = std::chrono::steady_clock::now() + kith::tests::k_patience;
    while (collector.exports() < 2 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(1ms);
    collector.answer = 200;

    EXPECT_TRUE(collector.wait_for(3, any));
    EXPECT_EQ(collector.spans().size(), 3U);
}

TEST_F(ExporterTest, DropsWhatTheCollectorRefuses)
{
    collector.answer = 400;
    start();
    give(1);
    const auto deadline = std::chrono::steady_clock::now() + kith::tests::k_patience;
    while (counted("dropped") < 1 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(1ms);

    EXPECT_EQ(counted("dropped"), 1U);
    EXPECT_EQ(collector.exports(), 1) << "it is not tried again";
}

TEST_F(ExporterTest, ReachesACollectorThatPeersAddressesDoNot)
{
    start();
    EXPECT_EQ(error_of({}), Errc::forbidden) << "the fetcher that everybody else uses";
    EXPECT_EQ(error_of(collector_fetcher("http://127.0.0.2:4318", {})), Errc::forbidden) << "only that address";
    EXPECT_EQ(error_of(collector_fetcher(collector.endpoint(), {})), std::nullopt);

    const auto own = collector_fetcher("http://192.0.2.7:4318", {"10.0.0.0/8"});
    EXPECT_THAT(own.allow_addresses, ::testing::UnorderedElementsAre("192.0.2.7", "10.0.0.0/8"));
    EXPECT_THAT(collector_fetcher("https://otel.example/path", {}).allow_addresses, ::testing::IsEmpty());
    EXPECT_THAT(collector_fetcher("http://localhost:4318", {}).allow_addresses,
                ::testing::UnorderedElementsAre("127.0.0.0/8", "::1"));
    EXPECT_THAT(collector_fetcher("http://[::1]:4318", {}).allow_addresses, ::testing::ElementsAre("::1"));
}

} // namespace kith::tracing

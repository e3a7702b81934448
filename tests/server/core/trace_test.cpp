// SPDX-License-Identifier: Apache-2.0
#include "server/core/trace.h"
#include "server/core/traced_executor.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <mutex>

namespace kith::trace {

namespace {

constexpr const char* k_parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class Collected final : public Sink {
public:
    void take(Span span) noexcept override
    {
        const std::lock_guard lock{m_mutex};
        spans.push_back(std::move(span));
    }
    std::vector<Span> spans;

private:
    std::mutex m_mutex;
};

} // namespace

TEST(Traceparent, IsReadAsTheSpecificationSays)
{
    const auto context = parse_traceparent(k_parent);
    ASSERT_TRUE(context);
    EXPECT_EQ(to_hex(context->trace_id.data(), 16), "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(to_hex(context->span_id.data(), 8), "00f067aa0ba902b7");
    EXPECT_TRUE(context->sampled);
    EXPECT_EQ(to_traceparent(*context), k_parent);
    EXPECT_FALSE(parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")->sampled);
    EXPECT_TRUE(parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff")->sampled);
    EXPECT_TRUE(parse_traceparent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes-later"));
    EXPECT_TRUE(parse_traceparent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
}

TEST(Traceparent, IsNotReadWhenItIsMalformed)
{
    for (const char* value : {
             "",
             "00",
             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
             "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
             "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
             "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.later",
         })
        EXPECT_FALSE(parse_traceparent(value)) << value;
}

TEST(Tracestate, IsHandedOnWhenItIsWellFormed)
{
    EXPECT_EQ(join_tracestate({"rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"}), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    EXPECT_EQ(join_tracestate({"a=1, b=2", "c@d=3"}), "a=1,b=2,c@d=3");
    EXPECT_EQ(join_tracestate({"a=1,,"}), "a=1");
    for (const std::string& value : {std::string{"a"}, std::string{"A=1"}, std::string{"a=1,a=2"}, std::string{"a=x=y"},
                                     std::string{"a=\x01"}, std::string{"=1"}, "a=" + std::string(257, 'x'),
                                     "a=" + std::string(250, 'x') + ",b=" + std::string(250, 'x') + ",c=" + std::string(50, 'x')})
        EXPECT_EQ(join_tracestate({value}), "") << value;
    std::string many;
    for (int i = 0; i < 33; ++i)
        many += "k" + std::to_string(i) + "=1,";
    EXPECT_EQ(join_tracestate({many}), "");
}

TEST(Tracer, GoesOnWithTheCallersTraceAndBelievesOnlyTrustedOnesAboutSampling)
{
    Collected collected;
    const auto incoming = parse_traceparent(k_parent);
    const Tracer never{collected, 0};
    const Tracer always{collected, 1000};

    EXPECT_FALSE(never.begin("x", Kind::server));
    EXPECT_FALSE(never.begin("x", Kind::server, incoming));
    {
        const auto span = never.begin("x", Kind::server, incoming, true);
        ASSERT_TRUE(span);
        OpenSpan child{*span->active(), "child", Kind::client};
        child.set("answer", 42);
        child.fail("It broke.");
    }
    ASSERT_EQ(collected.spans.size(), 2U);
    const auto& child = collected.spans[0];
    const auto& parent = collected.spans[1];
    EXPECT_EQ(parent.context.trace_id, incoming->trace_id);
    EXPECT_EQ(parent.parent, incoming->span_id);
    EXPECT_NE(parent.context.span_id, incoming->span_id);
    EXPECT_EQ(child.context.trace_id, incoming->trace_id);
    EXPECT_EQ(child.parent, parent.context.span_id);
    EXPECT_EQ(child.error, "It broke.");

    const auto root = always.begin("root", Kind::server);
    ASSERT_TRUE(root);
    EXPECT_NE(root->active()->context.trace_id, incoming->trace_id);
    auto unsampled = incoming;
    unsampled->sampled = false;
    EXPECT_FALSE(always.begin("x", Kind::server, unsampled, true));
}

TEST(TracedExecutor, CarriesTheTraceThroughWhatACoroutineAwaits)
{
    using boost::asio::awaitable;
    Collected collected;
    const auto span = Tracer{collected, 1000}.begin("root", Kind::server);
    boost::asio::io_context io;
    const auto strand = boost::asio::make_strand(io);
    std::vector<ActivePointer> seen;
    auto inner = [&]() -> awaitable<void> {
        co_await boost::asio::post(io, boost::asio::use_awaitable); // another executor, and back
        seen.push_back(active_of(co_await boost::asio::this_coro::executor));
        EXPECT_TRUE(strand.running_in_this_thread());
    };
    auto outer = [&]() -> awaitable<void> {
        seen.push_back(active_of(co_await boost::asio::this_coro::executor));
        const TracedExecutor traced{co_await boost::asio::this_coro::executor, span->active()};
        co_await boost::asio::co_spawn(traced, inner(), boost::asio::use_awaitable);
        seen.push_back(active_of(co_await boost::asio::this_coro::executor));
    };

    boost::asio::co_spawn(strand, outer(), [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); });
    io.run();

    EXPECT_EQ(seen, (std::vector<ActivePointer>{nullptr, span->active(), nullptr}));
}

} // namespace kith::trace

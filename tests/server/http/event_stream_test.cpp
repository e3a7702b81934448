// SPDX-License-Identifier: Apache-2.0
#include "server/http/serve.h"
#include "tests/server/http/raw_client.h"
#include "tests/server/http/test_server.h"
#include "tests/support/patience.h"

#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>

namespace kith::tests {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

/// The streams that opened on /events.
struct Streams {
    std::mutex mutex;
    std::shared_ptr<http::FrameSink> last;
    std::atomic<int> opened{0};
    std::atomic<int> closed{0};

    std::shared_ptr<http::FrameSink> sink()
    {
        const std::lock_guard lock{mutex};
        return last;
    }
};

http::awaitable<Result<http::Response>> open_events(Streams& streams)
{
    http::EventStream stream;
    stream.on_open = [&streams](std::shared_ptr<http::FrameSink> sink) {
        sink->send(http::event_frame("hello", "first"));
        const std::lock_guard lock{streams.mutex};
        streams.last = std::move(sink);
        ++streams.opened;
    };
    stream.on_close = [&streams] { ++streams.closed; };
    co_return http::event_response(std::move(stream));
}

std::function<void(http::Router&)> routes(Streams& streams)
{
    return [&streams](http::Router& router) {
        router.add(http::Method::get, "/events", http::Access::anyone(),
                   [&streams](http::Request&) { return open_events(streams); });
    };
}

const std::string k_request = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string k_first = "1a\r\nevent: hello\ndata: first\n\n\r\n";

} // namespace

TEST(EventStream, SendsHeadHeartbeatAndEventsAsChunks)
{
    Streams streams;
    TestServer server{on_loopback(), routes(streams)};
    RawClient client{server.port()};
    client.send(k_request);
    ASSERT_TRUE(eventually([&] { return streams.opened == 1; }));
    streams.sink()->send(http::event_frame("update", "{\"id\":\"1\"}"));
    streams.sink()->close(1000, "");

    const auto all = client.read_to_end();

    const auto head = all.substr(0, all.find("\r\n\r\n") + 4);
    EXPECT_THAT(head, ::testing::StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(head, HasSubstr("Content-Type: text/event-stream\r\n"));
    EXPECT_THAT(head, HasSubstr("Cache-Control: no-store\r\n"));
    EXPECT_THAT(head, HasSubstr("X-Accel-Buffering: no\r\n"));
    EXPECT_THAT(head, HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_THAT(head, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
    EXPECT_EQ(all.substr(head.size()),
              "7\r\n:thump\n\r\n" + k_first + "20\r\nevent: update\ndata: {\"id\":\"1\"}\n\n\r\n0\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return streams.closed == 1; }));
    EXPECT_TRUE(eventually([&] { return server.listener().connections() == 0; }));
}

TEST(EventStream, HasNoChunksForAnOldClientAndNoBodyForHead)
{
    Streams streams;
    TestServer server{on_loopback(), routes(streams)};
    RawClient old{server.port()};
    old.send("GET /events HTTP/1.0\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return streams.opened == 1; }));
    streams.sink()->close(1000, "");
    const auto all = old.read_to_end();
    EXPECT_THAT(all, Not(HasSubstr("Transfer-Encoding")));
    EXPECT_THAT(all, EndsWith("\r\n\r\n:thump\nevent: hello\ndata: first\n\n"));

    RawClient head{server.port()};
    head.send("HEAD /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(head.read_to_end(), EndsWith("\r\n\r\n"));
    EXPECT_EQ(streams.opened, 1);
}

TEST(EventStream, BeatsWhileNothingHappens)
{
    Streams streams;
    auto options = on_loopback();
    options.limits.event_heartbeat = 50ms;
    TestServer server{options, routes(streams)};
    RawClient client{server.port()};
    client.send(k_request);
    std::string all;
    for (int beats = 0; beats < 3;) {
        const auto more = client.read_bytes(1);
        ASSERT_FALSE(more.empty());
        all += more;
        beats = 0;
        for (auto at = all.find(":thump\n"); at != std::string::npos; at = all.find(":thump\n", at + 1))
            ++beats;
    }
}

TEST(EventStream, EndsWithTheServer)
{
    Streams streams;
    TestServer server{on_loopback(), routes(streams)};
    RawClient client{server.port()};
    client.send(k_request);
    ASSERT_TRUE(eventually([&] { return streams.opened == 1; }));

    server.begin_stop();

    EXPECT_THAT(client.read_to_end(), EndsWith(k_first + "0\r\n\r\n"));
    EXPECT_TRUE(eventually([&] { return server.stopped.load(); }));
    EXPECT_EQ(streams.closed, 1);
    streams.sink()->send(http::event_frame("late", "")); // no harm
}

TEST(EventStream, NoticesThatTheClientHasGone)
{
    Streams streams;
    TestServer server{on_loopback(), routes(streams)};
    {
        RawClient client{server.port()};
        client.send(k_request);
        ASSERT_TRUE(eventually([&] { return streams.opened == 1; }));
    }
    EXPECT_TRUE(eventually([&] { return streams.closed == 1; }));
    EXPECT_TRUE(eventually([&] { return server.listener().connections() == 0; }));
}

TEST(EventStream, ClosesAReaderThatDoesNotReadAndOneThatTalks)
{
    Streams streams;
    TestServer server{on_loopback(), routes(streams)};
    RawClient deaf{server.port()};
    deaf.send(k_request);
    ASSERT_TRUE(eventually([&] { return streams.opened == 1; }));
    const auto frame = http::event_frame("update", std::string(64 << 10, 'x'));
    EXPECT_TRUE(eventually([&] {
        streams.sink()->send(frame);
        return streams.closed == 1;
    }));
    EXPECT_TRUE(eventually([&] { return frame.use_count() == 1; }))
        << "the queue let its frames go";

    RawClient talker{server.port()};
    talker.send(k_request);
    ASSERT_TRUE(eventually([&] { return streams.opened == 2; }));
    talker.send(std::string(4096, 'x'));
    EXPECT_TRUE(eventually([&] { return streams.closed == 2; }));
}

TEST(EventStream, WritesOneFrameAtATimeWhenOneCameWhileItOpened)
{
    // given a stream on a thread of ours, whose head is written while nobody has heard of that yet
    namespace asio = boost::asio;
    asio::io_context io{1};
    asio::ip::tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    RawClient client{acceptor.local_endpoint().port()};
    http::PlainStream stream{acceptor.accept()};
    const http::Router router;
    http::Kept kept;
    http::Limits limits;
    limits.websocket_queue_bytes = 64 << 20;
    kept.shared = std::make_shared<http::Shared>(limits, http::TrustedProxies{}, http::TrustedProxies{}, router);
    std::shared_ptr<http::FrameSink> sink;
    http::OpenedEvents opened;
    opened.head = "HEAD\r\n\r\n";
    opened.events = std::make_shared<http::EventStream>();
    opened.events->on_open = [&sink](std::shared_ptr<http::FrameSink> handle) { sink = std::move(handle); };
    http::serve_events(std::move(stream), std::move(opened), std::move(kept));

    // when a frame comes now, more than the sockets hold, and a second one while it waits for its reader
    std::string wanted = "HEAD\r\n\r\n7\r\n:thump\n\r\n";
    for (const char letter : {'a', 'b'}) {
        const auto frame = http::event_frame("update", std::string(12 << 20, letter));
        wanted += *frame;
        sink->send(frame);
        io.poll();
    }
    sink->close(1000, "");
    std::jthread server{[&io] { io.run_for(k_patience); }};
    const auto all = client.read_to_end();

    // then they are not mixed
    io.stop();
    server.join();
    EXPECT_TRUE(all == wanted + "0\r\n\r\n") << all.size() << " bytes, wanted " << wanted.size() + 5;
}

TEST(EventStream, PutsEachLineOfTheDataIntoAFieldOfItsOwn)
{
    EXPECT_EQ(*http::event_frame("a", "one\ntwo"), "1e\r\nevent: a\ndata: one\ndata: two\n\n\r\n");
}

} // namespace kith::tests

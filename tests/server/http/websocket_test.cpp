// SPDX-License-Identifier: Apache-2.0
#include "tests/server/http/raw_client.h"
#include "tests/server/http/test_server.h"
#include "tests/support/patience.h"
#include "tests/support/test_ca.h"

#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <gtest/gtest.h>

#include <cstdlib>

namespace kith::tests {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

/// A WebSocket client.
template <class Stream>
class Client {
public:
    template <class... Args>
    explicit Client(std::uint16_t port, Args&&... args) : stream(m_io, std::forward<Args>(args)...)
    {
        boost::beast::get_lowest_layer(stream).connect({asio::ip::address_v4::loopback(), port});
    }
    error_code open(const std::string& target, const std::string& protocol = {})
    {
        stream.set_option(websocket::stream_base::decorator([protocol](websocket::request_type& request) {
            if (!protocol.empty())
                request.set(boost::beast::http::field::sec_websocket_protocol, protocol);
        }));
        return wait(
            [&](auto done) { stream.async_handshake(response, "a", target, std::move(done)); });
    }
    error_code send(const std::string& text)
    {
        return wait([&](auto done) {
            stream.async_write(asio::buffer(text), [done](error_code ec, std::size_t) { done(ec); });
        });
    }
    std::string read()
    {
        boost::beast::flat_buffer buffer;
        error = wait([&](auto done) {
            stream.async_read(buffer, [done](error_code ec, std::size_t) { done(ec); });
        });
        return boost::beast::buffers_to_string(buffer.data());
    }
    template <class F>
    error_code wait(F start)
    {
        std::optional<error_code> outcome;
        start(std::function<void(error_code)>{[&](error_code ec) { outcome = ec; }});
        m_io.restart();
        m_io.run_for(k_patience);
        if (!outcome)
            throw std::runtime_error("the server said nothing");
        return *outcome;
    }

private:
    asio::io_context m_io;

public:
    websocket::stream<Stream> stream;
    websocket::response_type response;
    error_code error;
};
using PlainClient = Client<asio::ip::tcp::socket>;
using TlsClient = Client<boost::beast::ssl_stream<asio::ip::tcp::socket>>;

const std::string k_upgrade =
    "GET /echo-socket HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: "
    "websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

const std::string k_upgrade_watched = "GET /watched" + k_upgrade.substr(k_upgrade.find(" HTTP"));
const std::string k_masked_x{"\x81\x81\0\0\0\0x", 7}; ///< a text frame

/// What a test sees of the sockets that opened on /watched.
struct Watched {
    std::mutex mutex;
    std::shared_ptr<http::WebSocket> socket;
    std::atomic<int> opened{0};
    std::atomic<int> closed{0};
    int frames_at_open = 0;

    std::shared_ptr<http::WebSocket> get()
    {
        const std::lock_guard lock{mutex};
        return socket;
    }
};

http::awaitable<Result<http::WebSocketHandlers>> accept_watched(Watched& watched)
{
    http::WebSocketHandlers handlers;
    handlers.on_open = [&watched](std::shared_ptr<http::WebSocket> socket) {
        const auto frame = std::make_shared<const std::string>("frame");
        for (int i = 0; i < watched.frames_at_open; ++i)
            socket->send(frame);
        const std::lock_guard lock{watched.mutex};
        watched.socket = std::move(socket);
        ++watched.opened;
    };
    handlers.on_close = [&watched] { ++watched.closed; };
    co_return handlers;
}

http::awaitable<Result<http::WebSocketHandlers>> refuse(http::Request&)
{
    co_return fail(Errc::unauthorized, "The access token is invalid");
}

http::awaitable<Result<http::WebSocketHandlers>> accept_throwing(http::Request&)
{
    http::WebSocketHandlers handlers;
    handlers.on_text = [](std::string_view) { throw std::runtime_error("a bug"); };
    co_return handlers;
}

std::function<void(http::Router&)> routes(Watched& watched)
{
    return [&watched](http::Router& router) {
        router.add_websocket("/watched", http::Access::anyone(),
                             [&watched](http::Request&) { return accept_watched(watched); });
        router.add_websocket("/refused", http::Access::anyone(), refuse);
        router.add_websocket("/throwing", http::Access::anyone(), accept_throwing);
    };
}

} // namespace

TEST(WebSocket, CarriesTextBothWays)
{
    TestServer server{on_loopback()};
    PlainClient client{server.port()};
    ASSERT_FALSE(client.open("/echo-socket"));
    EXPECT_EQ(client.response["Server"], "Kith");
    EXPECT_FALSE(client.response.count("Sec-WebSocket-Extensions"));

    for (const auto& text : {std::string{"hello"}, std::string(64 << 10, 'x'), std::string{}}) {
        ASSERT_FALSE(client.send(text));
        EXPECT_EQ(client.read(), text);
        EXPECT_TRUE(client.stream.got_text());
    }
    EXPECT_FALSE(client.wait(
        [&](auto done) { client.stream.async_close(websocket::close_code::normal, done); }));
    EXPECT_TRUE(eventually([&] { return server.listener().connections() == 0; }));
}

TEST(WebSocket, WorksOverTls)
{
    auto pattern = (std::filesystem::temp_directory_path() / "kith-wss-XXXXXX").string();
    const std::filesystem::path directory = ::mkdtemp(pattern.data());
    TestCa ca{directory};
    const auto files = ca.issue("alpha", {"alpha.test"});
    auto options = on_loopback();
    options.certificate = files.certificate;
    options.private_key = files.private_key;
    TestServer server{options};
    asio::ssl::context context{asio::ssl::context::tls_client};
    context.load_verify_file(ca.certificate().string());
    context.set_verify_mode(asio::ssl::verify_peer);
    TlsClient client{server.port(), context};
    ASSERT_FALSE(client.wait([&](auto done) {
        client.stream.next_layer().async_handshake(asio::ssl::stream_base::client, done);
    }));

    ASSERT_FALSE(client.open("/echo-socket", "the-token"));
    for (const auto& text : {std::string{"hello"}, std::string(64 << 10, 'x')}) {
        ASSERT_FALSE(client.send(text));
        EXPECT_EQ(client.read(), text);
    }
    server.begin_stop();
    client.read();
    EXPECT_EQ(client.stream.reason().code, 1001);
    std::filesystem::remove_all(directory);
}

TEST(WebSocket, GivesTheOfferedProtocolBack)
{
    TestServer server{on_loopback()};
    PlainClient client{server.port()};
    ASSERT_FALSE(client.open("/echo-socket", "token-123"));
    EXPECT_EQ(client.response["Sec-WebSocket-Protocol"], "token-123");
}

TEST(WebSocket, IsRefusedAsHttpWhenTheRouteSaysNo)
{
    Watched watched;
    TestServer server{on_loopback(), routes(watched)};
    PlainClient refused{server.port()};
    EXPECT_EQ(refused.open("/refused"), websocket::error::upgrade_declined);
    EXPECT_EQ(refused.response.result_int(), 401u);
    PlainClient unknown{server.port()};
    EXPECT_EQ(unknown.open("/nowhere"), websocket::error::upgrade_declined);
    EXPECT_EQ(unknown.response.result_int(), 404u);
}

TEST(WebSocket, RefusesABrokenUpgrade)
{
    TestServer server{on_loopback()};
    const auto without = [](std::string text, const std::string& line) {
        return text.erase(text.find(line), line.size());
    };
    RawClient no_key{server.port()};
    EXPECT_EQ(
        no_key.status_of(without(k_upgrade, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")), 400);
    RawClient no_version{server.port()};
    EXPECT_GE(no_version.status_of(without(k_upgrade, "Sec-WebSocket-Version: 13\r\n")), 400);
    RawClient early{server.port()};
    EXPECT_EQ(early.status_of(k_upgrade + "early"), 400);
}

TEST(WebSocket, ClosesWithTheCodeThatTellsWhy)
{
    Watched watched;
    TestServer server{on_loopback(), routes(watched)};
    {
        PlainClient client{server.port()};
        ASSERT_FALSE(client.open("/echo-socket"));
        client.send(std::string((64 << 10) + 1, 'x'));
        client.read();
        EXPECT_EQ(client.stream.reason().code, 1009) << "too big";
    }
    {
        PlainClient client{server.port()};
        ASSERT_FALSE(client.open("/echo-socket"));
        client.stream.binary(true);
        client.send("bytes");
        client.read();
        EXPECT_EQ(client.stream.reason().code, 1003) << "not text";
    }
    {
        PlainClient client{server.port()};
        ASSERT_FALSE(client.open("/throwing"));
        client.send("x");
        client.read();
        EXPECT_EQ(client.stream.reason().code, 1011) << "our fault";
        EXPECT_EQ(server.reported, 1);
    }
    const auto close_code_after = [&](const std::string& frame) {
        RawClient client{server.port()};
        EXPECT_EQ(client.status_of(k_upgrade), 101);
        client.send(frame);
        const auto answer = client.read_bytes(4);
        return answer.size() >= 4 && answer[0] == '\x88'
                   ? (static_cast<unsigned char>(answer[2]) << 8 | static_cast<unsigned char>(answer[3]))
                   : 0;
    };
    using namespace std::string_literals;
    EXPECT_EQ(close_code_after("\x81\x01x"), 1002) << "not masked";
    EXPECT_EQ(close_code_after("\x81\x81\0\0\0\0\xff"s), 1007) << "not UTF-8";
    EXPECT_EQ(close_code_after("\xC1\x81\0\0\0\0x"s), 1002) << "a reserved bit: compression is off";
}

TEST(WebSocket, IsAmongItsFeaturesClientsBeforeTheClientHearsOfIt)
{
    std::atomic<bool> opened{false};
    TestServer server{on_loopback(), [&](http::Router& router) {
                          router.add_websocket("/slow", http::Access::anyone(), [&](http::Request&) {
                              return [](std::atomic<bool>& flag) -> http::awaitable<Result<http::WebSocketHandlers>> {
                                  http::WebSocketHandlers handlers;
                                  handlers.on_open = [&flag](std::shared_ptr<http::WebSocket>) {
                                      std::this_thread::sleep_for(50ms); // long enough for an answer to overtake it
                                      flag = true;
                                  };
                                  co_return handlers;
                              }(opened);
                          });
                      }};
    PlainClient client{server.port()};
    ASSERT_FALSE(client.open("/slow"));
    EXPECT_TRUE(opened);
}

TEST(WebSocket, ClosesWhoTalksTooMuch)
{
    auto options = on_loopback();
    options.limits.websocket_messages = 20;
    TestServer server{options};
    PlainClient client{server.port()};
    ASSERT_FALSE(client.open("/echo-socket"));
    for (int i = 0; i < 20; ++i) {
        ASSERT_FALSE(client.send("x"));
        ASSERT_EQ(client.read(), "x");
    }
    client.send("x");
    client.read();
    EXPECT_EQ(client.stream.reason().code, 1008);

    PlainClient pinger{server.port()};
    ASSERT_FALSE(pinger.open("/echo-socket"));
    for (int i = 0; i < 21; ++i)
        pinger.wait([&](auto done) { pinger.stream.async_ping({}, done); });
    pinger.read();
    EXPECT_EQ(pinger.stream.reason().code, 1008);
}

TEST(WebSocket, GoesAwayAtStop)
{
    Watched watched;
    TestServer server{on_loopback(), routes(watched)};
    PlainClient client{server.port()};
    ASSERT_FALSE(client.open("/watched"));
    ASSERT_TRUE(eventually([&] { return watched.opened == 1; }));

    server.begin_stop();
    client.read();

    EXPECT_EQ(client.error, websocket::error::closed);
    EXPECT_EQ(client.stream.reason().code, 1001);
    EXPECT_TRUE(eventually([&] { return watched.closed == 1; }));
    EXPECT_TRUE(eventually([&] { return server.stopped.load(); }));
    watched.get()->send(std::make_shared<const std::string>("late")); // no harm
}

TEST(WebSocket, TakesAsManyFramesAsTheQueueHolds)
{
    Watched watched;
    watched.frames_at_open = 256;
    TestServer server{on_loopback(), routes(watched)};
    PlainClient client{server.port()};
    ASSERT_FALSE(client.open("/watched"));

    for (int i = 0; i < 256; ++i)
        ASSERT_EQ(client.read(), "frame");

    watched.frames_at_open = 257;
    PlainClient beyond{server.port()};
    (void)beyond.open("/watched");
    EXPECT_TRUE(eventually([&] { return watched.closed == 1; }));
}

TEST(WebSocket, ClosesAReaderThatDoesNotRead)
{
    Watched watched;
    TestServer server{on_loopback(), routes(watched)};
    PlainClient client{server.port()};
    ASSERT_FALSE(client.open("/watched"));
    ASSERT_TRUE(eventually([&] { return watched.opened == 1; }));
    const auto frame = std::make_shared<const std::string>(64 << 10, 'x');

    // Whatever the sockets' buffers hold, some of these wait in the queue.
    const bool closed = eventually([&] {
        watched.get()->send(frame);
        return watched.closed == 1;
    });

    EXPECT_TRUE(closed);
    EXPECT_LE(frame.use_count(), 300) << "the queue let its frames go";
    EXPECT_TRUE(eventually([&] { return frame.use_count() == 1; }));
}

TEST(WebSocket, PingsAndClosesWhoDoesNotAnswer)
{
    auto options = on_loopback();
    options.limits.websocket_idle = 400ms;
    TestServer server{options};
    RawClient deaf{server.port()};
    ASSERT_EQ(deaf.status_of(k_upgrade), 101);
    EXPECT_TRUE(deaf.read_bytes(2).starts_with("\x89")) << "a ping";
    (void)deaf.read_to_end();
    EXPECT_TRUE(eventually([&] { return server.listener().connections() == 0; }));

    options.limits.websocket_idle = 1200ms; // so that a machine that stands still for a moment does not look deaf
    TestServer patient{options};
    PlainClient alive{patient.port()};
    int pings = 0;
    alive.stream.control_callback([&](websocket::frame_type kind, boost::beast::string_view) {
        if (kind == websocket::frame_type::ping && ++pings == 4)
            boost::beast::get_lowest_layer(alive.stream).close();
    });
    ASSERT_FALSE(alive.open("/echo-socket"));
    (void)alive.read(); // answers pings until the fourth, which is beyond one idle time
    EXPECT_EQ(pings, 4);
}

TEST(WebSocket, ClosesAnIdleTalkerThatDoesNotRead)
{
    Watched watched;
    auto options = on_loopback();
    options.limits.websocket_idle = 1s;
    TestServer server{options, routes(watched)};
    RawClient deaf{server.port(), "127.0.0.1", RawClient::Window::narrow};
    deaf.send(k_upgrade_watched);
    ASSERT_TRUE(eventually([&] { return watched.opened == 1; }));
    watched.get()->send(std::make_shared<const std::string>(1000 << 10, 'x'));

    // Silent for long enough to be pinged, though the ping waits behind the frame; then it speaks, and is silent again.
    auto spoken = std::chrono::steady_clock::now();
    const bool closed = eventually([&] {
        const auto now = std::chrono::steady_clock::now();
        if (now - spoken > 750ms) {
            deaf.send(k_masked_x);
            spoken = now;
        }
        return watched.closed == 1;
    });

    EXPECT_TRUE(closed) << "and the server is alive";
    EXPECT_TRUE(eventually([&] { return server.listener().connections() == 0; }));
}

TEST(WebSocket, ClosesABusyTalkerThatDoesNotReadWhenItsFrameHadItsTime)
{
    Watched watched;
    auto options = on_loopback();
    options.limits.write_timeout = 200ms;
    options.limits.websocket_messages = 1000000;
    TestServer server{options, routes(watched)};
    RawClient deaf{server.port(), "127.0.0.1", RawClient::Window::narrow};
    deaf.send(k_upgrade_watched);
    ASSERT_TRUE(eventually([&] { return watched.opened == 1; }));
    const auto frame = std::make_shared<const std::string>(16 << 10, 'x'); // gives each a second more
    for (int i = 0; i < 60; ++i)
        watched.get()->send(frame);

    EXPECT_TRUE(eventually([&] {
        deaf.send(k_masked_x);
        return watched.closed == 1;
    }));

    // Who reads is sent any number of them.
    PlainClient reader{server.port()};
    ASSERT_FALSE(reader.open("/watched"));
    ASSERT_TRUE(eventually([&] { return watched.opened == 2; }));
    for (int i = 0; i < 60; ++i) {
        watched.get()->send(frame);
        ASSERT_EQ(reader.read(), *frame);
    }
}

TEST(WebSocket, KeepsTheOrderOfFramesFromManyThreads)
{
    Watched watched;
    TestServer server{on_loopback(), routes(watched)};
    PlainClient client{server.port()};
    ASSERT_FALSE(client.open("/watched"));
    ASSERT_TRUE(eventually([&] { return watched.opened == 1; }));
    const auto socket = watched.get();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([socket, t] {
            for (int i = 0; i < 50; ++i)
                socket->send(std::make_shared<const std::string>(std::to_string(t) + ":" + std::to_string(i)));
        });
    std::vector<int> next(4, 0);
    for (int i = 0; i < 200; ++i) {
        const auto text = client.read();
        ASSERT_FALSE(client.error) << client.error.message();
        const auto t = static_cast<std::size_t>(text[0] - '0');
        EXPECT_EQ(text, std::to_string(t) + ":" + std::to_string(next[t]++));
    }
    for (auto& thread : threads)
        thread.join();
    socket->close(4000, "done");
    client.read();
    EXPECT_EQ(client.stream.reason().code, 4000);
    EXPECT_EQ(client.stream.reason().reason, "done");
}

} // namespace kith::tests

// SPDX-License-Identifier: Apache-2.0
#include "tests/server/http/raw_client.h"
#include "tests/server/http/test_server.h"

#include <gtest/gtest.h>

#include <unistd.h>

namespace kith::tests {

using namespace std::chrono_literals;

namespace {

Error start_error(http::ListenerOptions options)
{
    boost::asio::io_context context;
    const http::Router router;
    auto listener = http::Listener::start(context.get_executor(), std::move(options), router);
    return listener ? Error{} : listener.error();
}

} // namespace

TEST(Listener, SaysThatThePortIsInUse)
{
    TestServer server{on_loopback()};
    auto options = on_loopback();
    options.port = server.port();

    const auto error = start_error(options);

    EXPECT_EQ(error.code, Errc::unavailable);
    EXPECT_EQ(error.message, "Cannot listen on 127.0.0.1, port " + std::to_string(server.port()) +
                                 ": another program uses this port.");
}

TEST(Listener, SaysThatAnAddressIsNotOne)
{
    auto options = on_loopback();
    for (const char* address : {"localhost", "", "1.2.3", "::g", "127.0.0.1:80"}) {
        options.address = address;
        EXPECT_EQ(start_error(options).code, Errc::invalid) << address;
    }
    options.address = "192.0.2.1";
    EXPECT_EQ(start_error(options).code, Errc::unavailable);
    EXPECT_NE(start_error(options).message.find("does not have the address"), std::string::npos);
}

TEST(Listener, SaysThatALowPortNeedsAPrivilege)
{
    if (::geteuid() == 0)
        GTEST_SKIP() << "root may use every port";
    auto options = on_loopback();
    options.port = 1;
    EXPECT_NE(start_error(options).message.find("not allowed"), std::string::npos);
}

TEST(Listener, RefusesAProxyThatIsNoRange)
{
    auto options = on_loopback();
    options.trusted_proxies = {"my-proxy"};
    EXPECT_NE(start_error(options).message.find("my-proxy"), std::string::npos);
}

TEST(Listener, HasRoomForSoManyConnections)
{
    auto options = on_loopback();
    options.limits.connections = 2;
    TestServer server{options};
    auto first = std::make_unique<RawClient>(server.port());
    auto second = std::make_unique<RawClient>(server.port());
    ASSERT_TRUE(eventually([&] { return server.listener().connections() == 2; }));

    RawClient third{server.port()};
    EXPECT_EQ(third.read_answer().status, 503);
    EXPECT_EQ(third.read_to_end(), "");

    first.reset();
    ASSERT_TRUE(eventually([&] { return server.listener().connections() == 1; }));
    RawClient fourth{server.port()};
    EXPECT_EQ(fourth.status_of("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
}

TEST(Listener, LetsIdleConnectionsGoSoonerWhenPlacesAreShort)
{
    auto options = on_loopback();
    options.limits.connections = 4;
    options.limits.idle_timeout = 3000ms;
    TestServer server{options};
    const std::string hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 4; ++i)
        clients.push_back(std::make_unique<RawClient>(server.port()));
    ASSERT_TRUE(eventually([&] { return server.listener().connections() == 4; }));
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(clients.back()->status_of(hello), 200);

    EXPECT_EQ(clients.back()->read_to_end(), "");

    EXPECT_LT(std::chrono::steady_clock::now() - start, 2500ms) << "a tenth of the time, and the sweeper's half a second";
}

TEST(Listener, StopsAfterTheRequestsUnderWay)
{
    TestServer server{on_loopback()};
    RawClient idle{server.port()};
    EXPECT_EQ(idle.status_of("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
    RawClient silent{server.port()};
    RawClient busy{server.port()};
    busy.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return server.at_gate == 1; }));

    server.begin_stop();
    EXPECT_EQ(idle.read_to_end(), "");
    EXPECT_EQ(silent.read_to_end(), "");
    EXPECT_THROW(RawClient{server.port()}, std::runtime_error);
    EXPECT_FALSE(server.stopped) << "one request is under way";
    server.gate_open = true;

    const auto answer = busy.read_answer();
    EXPECT_EQ(answer.body, "through");
    EXPECT_EQ(answer.headers.find("Connection"), "close");
    EXPECT_EQ(busy.read_to_end(), "");
    EXPECT_TRUE(eventually([&] { return server.stopped.load(); }));
    EXPECT_EQ(server.listener().connections(), 0u);
}

TEST(Listener, StopsRequestsThatTakeTooLong)
{
    auto options = on_loopback();
    options.limits.stop_timeout = 50ms;
    TestServer server{options};
    RawClient busy{server.port()};
    busy.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return server.at_gate == 1; }));

    server.stop();

    EXPECT_EQ(busy.read_to_end(), "");
}

TEST(Listener, ManyClientsAtOnceAllGetTheirOwnAnswers)
{
    TestServer server{on_loopback()};
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            RawClient client{server.port()};
            for (int i = 0; i < 200; ++i) {
                const auto id = std::to_string(t * 1000 + i);
                client.send("GET /things/" + id + " HTTP/1.1\r\nHost: a\r\n\r\n");
                good += client.read_answer().body == id;
            }
        });
    for (auto& thread : threads)
        thread.join();

    EXPECT_EQ(good, 1600);
    EXPECT_EQ(server.observed, 1600);
}

} // namespace kith::tests

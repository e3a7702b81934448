// SPDX-License-Identifier: Apache-2.0
// Clients that mean harm, in one process with the server: the deadlines and bounds. What they cost in memory is measured on a
// real kithd (kithd_http_test.cpp).
#include "tests/server/http/raw_client.h"
#include "tests/server/http/test_server.h"

#include <gtest/gtest.h>

namespace kith::tests {

using namespace std::chrono_literals;

namespace {

const std::string k_hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

/// Sends a byte every millisecond or so until there is an answer or the end; whether that came.
bool trickle(RawClient& client, char byte, const TestServer& server)
{
    const int before = server.observed;
    return eventually([&] {
        client.send(std::string_view{&byte, 1});
        return server.observed != before;
    });
}

} // namespace

TEST(Floods, AHeadThatTricklesIsRefusedInTime)
{
    auto options = on_loopback();
    options.limits.header_timeout = 200ms;
    TestServer server{options};
    RawClient client{server.port()};
    client.send("GET /hello HTTP/1.1\r\nHost: a\r\nX-A: ");

    EXPECT_TRUE(trickle(client, 'a', server));
    EXPECT_EQ(client.read_answer().status, 408);
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(Floods, AHeadThatTricklesOnAKeptConnectionIsRefusedInTime)
{
    auto options = on_loopback();
    options.limits.header_timeout = 200ms;
    TestServer server{options};
    RawClient client{server.port()};
    EXPECT_EQ(client.status_of(k_hello), 200);
    client.send("GET /hello HTTP/1.1\r\nHost: a\r\nX-A: ");

    EXPECT_TRUE(trickle(client, 'a', server));
    EXPECT_EQ(client.read_answer().status, 408);
}

TEST(Floods, ABodyThatTricklesIsRefusedInTime)
{
    auto options = on_loopback();
    options.limits.body_timeout = 200ms;
    TestServer server{options};
    for (const std::string framing : {"Content-Length: 1000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nFFFFF\r\n"}) {
        RawClient client{server.port()};
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\n" + framing);

        EXPECT_TRUE(trickle(client, 'a', server));
        EXPECT_EQ(client.read_answer().status, 408);
        EXPECT_EQ(client.read_to_end(), "");
    }
}

TEST(Floods, ABodyThatComesAtAFairRateIsWaitedFor)
{
    auto options = on_loopback();
    options.limits.body_timeout = 100ms;
    options.limits.body_rate = 100; // each hundred bytes give a second
    TestServer server{options};
    RawClient client{server.port()};
    const auto start = std::chrono::steady_clock::now();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + std::string(500, 'x'));

    // Until it has taken longer than the timeout alone: the condition that we wait for is the clock's.
    ASSERT_TRUE(eventually([&] { return std::chrono::steady_clock::now() - start > 400ms; }));
    client.send(std::string(500, 'x'));

    EXPECT_EQ(client.read_answer().status, 200);
}

TEST(Floods, AChunkedBodyOfSingleBytesStaysWithinTheLimit)
{
    auto options = on_loopback();
    options.limits.body_bytes = 20000;
    TestServer server{options};
    std::string chunks;
    for (int i = 0; i < 20001; ++i)
        chunks += "1\r\nx\r\n";
    RawClient client{server.port()};

    EXPECT_EQ(client.status_of("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n"), 413);
}

TEST(Floods, AllBodiesTogetherAreBounded)
{
    auto options = on_loopback();
    options.limits.body_memory = 300 << 10;
    TestServer server{options};
    const auto post = [](std::size_t size) {
        return "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
    };
    const std::size_t size = 150 << 10;
    const auto ask = [&] {
        RawClient client{server.port()};
        client.send(post(size) + std::string(size, 'x'));
        return client.read_answer();
    };
    ASSERT_EQ(ask().status, 200) << "there is room for one, and its answer";
    auto slow = std::make_unique<RawClient>(server.port());
    slow->send(post(size) + std::string(size - 1, 'x'));

    EXPECT_TRUE(eventually([&] { return ask().status == 503; })) << "when the first has arrived so far";
    EXPECT_EQ(ask().headers.find("Retry-After"), "5");
    RawClient small{server.port()};
    EXPECT_EQ(small.status_of(k_hello), 200);

    slow.reset();
    EXPECT_TRUE(eventually([&] { return ask().status == 200; })) << "it is given back";
}

TEST(Floods, AllHeadsTogetherAreBoundedToo)
{
    auto options = on_loopback();
    options.limits.body_memory = 250 << 10;
    TestServer server{options};
    const std::string head = "GET /hello HTTP/1.1\r\nHost: a\r\nX-A: " + std::string(12 << 10, 'x');
    const auto ask = [&] {
        RawClient client{server.port()};
        return client.status_of(head + "\r\n\r\n");
    };
    EXPECT_EQ(ask(), 200);
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < 40; ++i) { // 480 KiB
        slow.push_back(std::make_unique<RawClient>(server.port()));
        slow.back()->send(head);
    }

    EXPECT_TRUE(eventually([&] { return ask() == 503; })) << "when they have arrived so far";
    RawClient small{server.port()};
    EXPECT_EQ(small.status_of(k_hello), 200);

    slow.clear();
    EXPECT_TRUE(eventually([&] { return ask() == 200; })) << "it is given back";
}

TEST(Floods, ManySmallBodiesAreBoundedLikeFewLargeOnes)
{
    auto options = on_loopback();
    options.limits.body_memory = 250 << 10;
    TestServer server{options};
    const std::string request = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 12000\r\n\r\n" + std::string(12000, 'x');
    const auto ask = [&] {
        RawClient client{server.port()};
        return client.status_of(request);
    };
    EXPECT_EQ(ask(), 200);
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < 40; ++i) {
        slow.push_back(std::make_unique<RawClient>(server.port()));
        slow.back()->send(std::string_view{request}.substr(0, request.size() - 1));
    }

    EXPECT_TRUE(eventually([&] { return ask() == 503; })) << "when they have arrived so far";
    RawClient small{server.port()};
    EXPECT_EQ(small.status_of(k_hello), 200);

    slow.clear();
    EXPECT_TRUE(eventually([&] { return ask() == 200; })) << "it is given back";
}

TEST(Floods, AConnectionIsAsSmallAfterALargeRequestAsBefore)
{
    auto options = on_loopback();
    options.limits.body_memory = 64 << 10;
    TestServer server{options};
    const std::string request = "POST /echo HTTP/1.1\r\nHost: a\r\nX-A: " + std::string(12 << 10, 'x') +
                                "\r\nContent-Length: 12000\r\n\r\n" + std::string(12000, 'x');
    std::vector<std::unique_ptr<RawClient>> kept;
    for (int i = 0; i < 20; ++i) {
        kept.emplace_back();
        EXPECT_TRUE(eventually([&] { // the one before gives all back, though perhaps a moment after its answer
            kept.back() = std::make_unique<RawClient>(server.port());
            return kept.back()->status_of(request) == 200;
        })) << i;
    }
    for (const auto& client : kept)
        EXPECT_EQ(client->status_of(k_hello), 200);
}

TEST(Floods, OthersAreServedBetweenPipelinedRequests)
{
    constexpr int k_requests = 20000; // kithd gets a hundred thousand (kithd_http_test.cpp)
    TestServer server{on_loopback()};
    RawClient flooding{server.port()};
    std::thread sender{[&] {
        std::string many;
        for (int i = 0; i < 1000; ++i)
            many += k_hello;
        for (int i = 0; i < k_requests / 1000; ++i)
            flooding.send(many);
    }};
    std::atomic<int> answered{0};
    std::thread reader{[&] {
        while (answered < k_requests && flooding.read_answer().body == "hello")
            ++answered;
    }};

    int served = 0, while_flooding = 0;
    RawClient other{server.port()};
    while (answered < k_requests && other.status_of(k_hello) == 200) {
        ++served;
        while_flooding += answered > 0 && answered < k_requests;
    }
    sender.join();
    reader.join();

    EXPECT_EQ(answered, k_requests) << "each in its turn";
    EXPECT_GT(while_flooding, 20) << "of " << served;
}

TEST(Floods, AClientThatDoesNotReadIsNotReadFrom)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};
    std::string many;
    for (int i = 0; i < 2000; ++i)
        many += "GET /page HTTP/1.1\r\nHost: a\r\n\r\n"; // 30 MB of answers
    std::thread sender{[&] { client.send(many); }};

    // Its answers fill the sockets' buffers, and then nothing more is handled until it reads.
    int handled = -1;
    EXPECT_TRUE(eventually([&] { return std::exchange(handled, server.observed.load()) == server.observed && handled > 0; }));
    EXPECT_LT(server.observed, 2000);
    for (int i = 0; i < 2000; ++i)
        ASSERT_EQ(client.read_answer().body.size(), 15000u) << i;
    sender.join();
}

} // namespace kith::tests

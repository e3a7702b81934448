// SPDX-License-Identifier: Apache-2.0
#include "common/base/time.h"
#include "tests/server/http/raw_client.h"
#include "tests/server/http/test_server.h"

#include <gtest/gtest.h>

namespace kith::tests {

using namespace std::chrono_literals;

namespace {

const std::string k_hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

http::ListenerOptions with(const std::function<void(http::Limits&)>& change)
{
    auto options = on_loopback();
    change(options.limits);
    return options;
}

} // namespace

TEST(Session, AnswersAndKeepsTheConnection)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    for (int i = 0; i < 3; ++i) {
        client.send(k_hello);
        const auto answer = client.read_answer();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "hello");
        EXPECT_FALSE(answer.headers.find("Connection"));
        EXPECT_FALSE(answer.headers.find("Server"));
        EXPECT_TRUE(parse_http_date(*answer.headers.find("Date")));
        EXPECT_EQ(answer.headers.find("X-Request-Id")->size(), 16u);
    }
    EXPECT_EQ(server.listener().connections(), 1u);
    EXPECT_EQ(server.observed, 3);
}

TEST(Session, TakesTheRequestIdOfATrustedProxyOnly)
{
    TestServer server{on_loopback()};
    RawClient stranger{server.port()};
    stranger.send("GET /hello HTTP/1.1\r\nHost: a\r\nX-Request-Id: my.id-1\r\n\r\n");
    EXPECT_EQ(stranger.read_answer().headers.find("X-Request-Id")->size(), 16u);
    stranger.send("GET /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n");
    const auto refused = stranger.read_answer();
    EXPECT_GE(refused.status, 400);
    EXPECT_EQ(refused.headers.find("X-Request-Id")->size(), 16u) << "also what is refused";

    auto options = on_loopback();
    options.trusted_proxies = {"127.0.0.1"};
    TestServer behind{options};
    RawClient client{behind.port()};

    client.send("GET /hello HTTP/1.1\r\nHost: a\r\nX-Request-Id: my.id-1\r\n\r\n");

    EXPECT_EQ(client.read_answer().headers.find("X-Request-Id"), "my.id-1");
}

TEST(Session, AnswersPipelinedRequestsInOrder)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};
    std::string requests;
    for (int i = 0; i < 50; ++i) {
        requests += "GET /things/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        requests += "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nb" + std::to_string(100 + i);
    }

    client.send(requests);

    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(client.read_answer().body, std::to_string(i));
        ASSERT_EQ(client.read_answer().body, "b" + std::to_string(100 + i));
    }
}

TEST(Session, ReadsARequestByteForByte)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    for (const char c :
         std::string{"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"})
        client.send(std::string_view{&c, 1});

    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "abc0123456789");
    EXPECT_EQ(client.status_of(k_hello), 200) << "the connection is in step";
}

TEST(Session, AnswersHeadWithoutABody)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + k_hello);

    const auto head = client.read_answer(true);
    EXPECT_EQ(head.headers.find("Content-Length"), "5");
    EXPECT_EQ(client.read_answer().body, "hello");
}

TEST(Session, AnswersOptionsForTheWholeServer)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    EXPECT_EQ(client.status_of("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 204);
    client.send("PUT /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    const auto refused = client.read_answer();
    EXPECT_EQ(refused.status, 405);
    EXPECT_EQ(refused.headers.find("Allow"), "OPTIONS, GET, HEAD");
}

TEST(Session, ClosesWhenAskedTo)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    const auto answer = client.read_answer();
    EXPECT_EQ(answer.headers.find("Connection"), "close");
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(Session, SpeaksHttp10)
{
    TestServer server{on_loopback()};
    RawClient once{server.port()};
    once.send("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_EQ(once.read_answer().body, "hello");
    EXPECT_EQ(once.read_to_end(), "");

    RawClient kept{server.port()};
    kept.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(kept.read_answer().headers.find("Connection"), "keep-alive");
    EXPECT_EQ(kept.status_of(k_hello), 200);
}

TEST(Session, IgnoresOneEmptyLineBetweenRequests)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    EXPECT_EQ(client.status_of(k_hello + "\r\n" + k_hello), 200);
    EXPECT_EQ(client.read_answer().status, 200);
    EXPECT_EQ(client.status_of("\r\n\r\n" + k_hello), 400);
}

TEST(Session, SaysContinueBeforeTheBody)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_answer().status, 100);
    client.send("body");

    EXPECT_EQ(client.read_answer().body, "body");
    EXPECT_EQ(client.status_of(
                  "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: cake\r\n\r\n"),
              417);
}

TEST(Session, RefusesABodyBeyondTheLimitBeforeItComes)
{
    TestServer server{with([](http::Limits& limits) { limits.body_bytes = 1000; })};
    RawClient expecting{server.port()};
    expecting.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
    const auto answer = expecting.read_answer();
    EXPECT_EQ(answer.status, 413);
    EXPECT_NE(answer.body.find("\"error\""), std::string::npos);

    // The whole of a large body is on its way: the answer must not be lost in a reset.
    RawClient sending{server.port()};
    sending.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + std::string(500000, 'x'));
    EXPECT_EQ(sending.read_answer().status, 413);

    RawClient chunked{server.port()};
    chunked.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n200\r\n" +
                 std::string(512, 'x') + "\r\n200\r\n" + std::string(512, 'x') + "\r\n0\r\n\r\n");
    EXPECT_EQ(chunked.read_answer().status, 413);

    RawClient exact{server.port()};
    EXPECT_EQ(exact.status_of("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" +
                              std::string(1000, 'x')),
              200);
}

TEST(Session, TellsScriptsOfOtherSitesWhyTheyAreRefused)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    client.send("POST /api/v1/statuses HTTP/1.1\r\nHost: a\r\nOrigin: https://app.example\r\nContent-Length: 99999999\r\n\r\n");

    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.headers.find("Access-Control-Allow-Origin"), "*");
}

TEST(Session, RefusesAHeaderBeyondTheLimit)
{
    TestServer server{with([](http::Limits& limits) { limits.header_bytes = 2000; })};
    const auto request_of = [](std::size_t size) {
        const std::string start = "GET /hello HTTP/1.1\r\nHost: a\r\nX: ";
        return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
    };
    RawClient exact{server.port()};
    EXPECT_EQ(exact.status_of(request_of(2000)), 200);
    RawClient large{server.port()};
    EXPECT_EQ(large.status_of(request_of(2001)), 431);
    RawClient endless{server.port()};
    EXPECT_EQ(endless.status_of("GET /" + std::string(100000, 'x')), 414);
}

TEST(Session, RefusesABodyThatEndsEarly)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
    client.shutdown_send();

    EXPECT_EQ(client.read_answer().status, 400);
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(Session, TakesABodyThatIsTooLongForTheNextRequest)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello and more\r\n\r\n");

    EXPECT_EQ(client.read_answer().body, "hello");
    EXPECT_EQ(client.read_answer().status, 400);
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(Session, ClosesSlowPeersInEveryPhase)
{
    TestServer server{with([](http::Limits& limits) {
        limits.header_timeout = 100ms;
        limits.body_timeout = 100ms;
        limits.idle_timeout = 100ms;
        limits.write_timeout = 100ms;
    })};
    RawClient silent{server.port()};
    EXPECT_EQ(silent.read_to_end(), "");

    RawClient slow_header{server.port()};
    EXPECT_EQ(slow_header.status_of("GET /hello HTTP/1.1\r\nHost: a\r\nX-"), 408);
    EXPECT_EQ(slow_header.read_to_end(), "");

    RawClient slow_body{server.port()};
    EXPECT_EQ(
        slow_body.status_of("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhell"), 408);
    EXPECT_EQ(slow_body.read_to_end(), "");

    RawClient idle{server.port()};
    EXPECT_EQ(idle.status_of(k_hello), 200);
    EXPECT_EQ(idle.read_to_end(), "");

    RawClient never_reads{server.port()};
    std::string many;
    for (int i = 0; i < 3000; ++i)
        many += "GET /page HTTP/1.1\r\nHost: a\r\n\r\n";
    const auto before = server.observed.load();
    never_reads.send(many); // 45 MB of answers fit into no socket buffer
    EXPECT_TRUE(eventually([&] { return server.observed > before; }));
    EXPECT_TRUE(eventually([&] { return server.listener().connections() == 0; }));
    EXPECT_LT(server.observed - before, 3000);
}

TEST(Session, ASlowLorisCannotStretchTheDeadline)
{
    TestServer server{with([](http::Limits& limits) { limits.header_timeout = 200ms; })};
    RawClient client{server.port()};
    client.send("GET /hello HTTP/1.1\r\nHost: a\r\nX-A: ");

    // A byte every few milliseconds, until the server has had enough.
    const bool ended = eventually([&] {
        client.send("a");
        return server.listener().connections() == 0 || server.observed > 0;
    });

    EXPECT_TRUE(ended);
}

TEST(Session, AnswersAnExceptionWithoutItsText)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    client.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n");

    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
    EXPECT_EQ(server.reported, 1);
    EXPECT_EQ(client.status_of(k_hello), 200);
}

TEST(Session, SendsALargeAnswerWhole)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n" + k_hello);

    EXPECT_EQ(client.read_answer().body.size(), 1u << 20);
    EXPECT_EQ(client.read_answer().body, "hello");
}

TEST(Session, RefusesPathsThatLeaveTheTree)
{
    TestServer server{on_loopback()};
    for (const char* path :
         {"/things/../hello", "/things/%2e%2e/hello", "/things/%00", "/things/..%2fx", "/things/%zz"}) {
        RawClient client{server.port()};
        EXPECT_EQ(client.status_of("GET " + std::string{path} + " HTTP/1.1\r\nHost: a\r\n\r\n"), 400) << path;
    }
    RawClient client{server.port()};
    client.send("GET /things/a%20%25%C3%BC HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read_answer().body, "a %\xC3\xBC");
    EXPECT_EQ(client.status_of("GET /things/a%2fb HTTP/1.1\r\nHost: a\r\n\r\n"), 404)
        << "a slash is a slash";
}

TEST(Session, BelievesOnlyTrustedProxies)
{
    const std::string request = "GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: "
                                "192.0.2.7\r\nX-Forwarded-Proto: https\r\n\r\n";
    TestServer alone{on_loopback()};
    RawClient direct{alone.port()};
    direct.send(request);
    EXPECT_EQ(direct.read_answer().body, "127.0.0.1 http");

    auto options = on_loopback();
    options.trusted_proxies = {"127.0.0.0/8"};
    TestServer behind{options};
    RawClient proxied{behind.port()};
    proxied.send(request);
    EXPECT_EQ(proxied.read_answer().body, "192.0.2.7 https");
}

} // namespace kith::tests

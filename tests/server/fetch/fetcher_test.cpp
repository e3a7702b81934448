// SPDX-License-Identifier: Apache-2.0
#include "tests/server/fetch/fetch_fixture.h"

#include <zlib.h>

namespace kith::fetch {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::answer;
using tests::RawServer;

namespace {

class Fetching : public tests::FetchTest {
protected:
    void SetUp() override { use(local_options()); }
};

std::string gzip(const std::string& text)
{
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

} // namespace

TEST_F(Fetching, GivesStatusHeadersAndBody)
{
    RawServer server(
        [](const auto&) { return answer(404, "nobody here", "X-One:  a b \r\nx-one: c\r\n"); });

    const auto got = get(server.url("/users/mira?x=%20y/../z"));

    ASSERT_TRUE(got) << got.error().cause;
    EXPECT_EQ(got->status, 404);
    EXPECT_EQ(got->body, "nobody here");
    EXPECT_EQ(got->headers.find("X-One"), "a b");
    EXPECT_EQ(got->headers.count("x-one"), 2U);
    EXPECT_EQ(got->url, server.url("/users/mira?x=%20y/../z"));
    EXPECT_THAT(server.asked().at(0).head, HasSubstr("GET /users/mira?x=%20y/../z HTTP/1.1\r\n"));
    EXPECT_THAT(server.asked().at(0).head, HasSubstr("User-Agent: Kith\r\n"));
}

TEST_F(Fetching, SendsExactlyTheHeadersAndTheBodyItIsGiven)
{
    RawServer server([](const auto&) { return answer(202, ""); });
    auto fetch = to(server.url("/inbox"));
    fetch.method = http::Method::post;
    fetch.body = std::string("{\"a\":\"\0\"}", 9);
    fetch.headers.add("Content-Type", "application/activity+json");
    fetch.headers.add("Host", "beta.test");
    fetch.headers.add("X-Empty", "");

    const auto got = get(fetch);

    ASSERT_TRUE(got) << got.error().cause;
    EXPECT_EQ(got->status, 202);
    const auto asked = server.asked().at(0);
    EXPECT_EQ(asked.body, fetch.body);
    EXPECT_THAT(asked.head, HasSubstr("POST /inbox HTTP/1.1\r\nHost: beta.test\r\n"));
    EXPECT_THAT(asked.head, HasSubstr("Content-Type: application/activity+json"));
    EXPECT_THAT(asked.head, HasSubstr("X-Empty:"));
    EXPECT_THAT(asked.head, Not(HasSubstr("Expect")));
    EXPECT_THAT(asked.head, Not(HasSubstr("Cookie")));
}

TEST_F(Fetching, RefusesHeadersThatWouldBecomeTwo)
{
    RawServer server([](const auto&) { return answer(200, "x"); });
    auto fetch = to(server.url("/"));
    fetch.headers.add("X-A", "b\r\nX-Injected: 1");

    EXPECT_EQ(code_of(get(fetch)), Errc::invalid);
    EXPECT_TRUE(server.asked().empty());
}

TEST_F(Fetching, ReusesItsConnection)
{
    RawServer server([](const auto&) { return answer(200, "x"); });

    for (int round = 0; round < 3; ++round)
        ASSERT_TRUE(get(server.url("/")));

    EXPECT_EQ(server.connections(), 1);
}

TEST_F(Fetching, EndsAtItsLimitOfBytes)
{
    RawServer server([](const auto&) { return answer(200, std::string(5000, 'x')); });
    auto fetch = to(server.url("/"));
    fetch.max_bytes = 5000;
    EXPECT_EQ(get(fetch)->body.size(), 5000U);

    fetch.max_bytes = 4999;
    EXPECT_EQ(code_of(get(fetch)), Errc::too_large);
}

TEST_F(Fetching, CountsBytesAfterDecompression)
{
    const auto bomb = gzip(std::string(50 << 20, '\0'));
    RawServer server([&](const auto& asked) {
        return answer(200, asked.head.find("/bomb") != std::string::npos ? bomb : gzip("a small page"),
                      "Content-Encoding: gzip\r\n");
    });

    EXPECT_EQ(get(server.url("/page"))->body, "a small page");
    EXPECT_EQ(code_of(get(server.url("/bomb"))), Errc::too_large);
}

TEST_F(Fetching, EndsAnAnswerWithEndlessHeaders)
{
    std::string headers;
    for (int index = 0; index < 5000; ++index)
        headers += "X-Header-" + std::to_string(index) + ": some value\r\n";
    RawServer server([&](const auto&) { return answer(200, "x", headers); });

    EXPECT_EQ(code_of(get(server.url("/"))), Errc::too_large);
}

TEST_F(Fetching, EndsAtItsTimeLimit)
{
    RawServer server([](const auto&) { return std::string{}; });
    auto fetch = to(server.url("/"));
    fetch.timeout = 100ms;

    EXPECT_EQ(code_of(get(fetch)), Errc::unavailable);
}

TEST_F(Fetching, TakesAnAnswerThatBreaksOffForNone)
{
    RawServer server([](const auto&) {
        return "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nabc";
    });

    EXPECT_EQ(code_of(get(server.url("/"))), Errc::unavailable);
}

TEST_F(Fetching, CallsAClosedPortUnavailable)
{
    std::string url;
    {
        RawServer server([](const auto&) { return std::string{}; });
        url = server.url("/");
    }
    EXPECT_EQ(code_of(get(url)), Errc::unavailable);
}

TEST_F(Fetching, IgnoresProxiesOfTheEnvironment)
{
    RawServer server([](const auto&) { return answer(200, "direct"); });
    RawServer proxy([](const auto&) { return answer(200, "proxy"); });
    ::setenv("http_proxy", proxy.url("").c_str(), 1);
    ::setenv("all_proxy", proxy.url("").c_str(), 1);

    const auto got = get(server.url("/"));

    ::unsetenv("http_proxy");
    ::unsetenv("all_proxy");
    ASSERT_TRUE(got);
    EXPECT_EQ(got->body, "direct");
}

TEST_F(Fetching, LetsWhatSomebodyWaitsForPassTheDeliveriesOfItsHost)
{
    RawServer server([](const auto& asked) {
        return asked.head.find("/hang") != std::string::npos ? std::string{} : answer(200, "now");
    });
    auto options = local_options();
    options.max_per_host = 3;
    use(options);
    std::vector<std::future<Result<Answer>>> hanging;
    for (int index = 0; index < 20; ++index) {
        auto fetch = to(server.url("/hang"));
        hanging.push_back(begin(fetch));
    }
    auto urgent = to(server.url("/now"));
    urgent.priority = Priority::interactive;
    auto got = begin(urgent);

    while (got.wait_for(0s) != std::future_status::ready && m_context.run_one_for(5s) > 0) { }

    ASSERT_EQ(got.wait_for(0s), std::future_status::ready);
    EXPECT_EQ(got.get()->body, "now");
    EXPECT_LE(server.connections(), 3);
    m_fetcher->stop();
    m_context.run();
    for (auto& answer : hanging)
        EXPECT_EQ(code_of(answer.get()), Errc::unavailable);
}

TEST_F(Fetching, EndsWhatIsUnderWayWhenItStopsAndRefusesWhatComesLater)
{
    RawServer server([](const auto&) { return std::string{}; });
    auto under_way = begin(to(server.url("/")));
    while (server.asked().empty())
        m_context.poll();

    m_fetcher->stop();

    EXPECT_EQ(code_of(get(server.url("/"))), Errc::unavailable);
    EXPECT_EQ(code_of(under_way.get()), Errc::unavailable);
}

TEST_F(Fetching, EndsWhatWaitsForAConnectionAtItsTimeLimit)
{
    RawServer server([](const auto&) { return std::string{}; });
    auto options = local_options();
    options.max_per_host = 2;
    use(options);
    std::vector<std::future<Result<Answer>>> answers;
    for (int index = 0; index < 4; ++index) {
        auto fetch = to(server.url("/"));
        fetch.timeout = index == 0 ? 30000ms : 100ms;
        answers.push_back(begin(fetch));
    }

    while (answers.back().wait_for(0s) != std::future_status::ready && m_context.run_one_for(5s) > 0) { }

    EXPECT_EQ(code_of(answers.back().get()), Errc::unavailable);
    EXPECT_EQ(server.connections(), 1);
    m_fetcher->stop();
    m_context.run();
}

} // namespace kith::fetch

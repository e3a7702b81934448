// SPDX-License-Identifier: Apache-2.0
// What a real kithd writes into its log and shows to Prometheus, and how it limits rates. All three are each process's own, so
// these servers are no cluster: a line, a number or a refusal is where the request was.
#include "tests/server/api/api_fixture.h"

#include "tests/support/exposition.h"

#include <gmock/gmock.h>

namespace kith::tests {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace {

HttpClient plain(std::uint16_t port)
{
    HttpTarget target;
    target.host = "127.0.0.1";
    target.port = port;
    return HttpClient{target};
}

std::size_t count_of(const std::string& text, const std::string& part)
{
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

} // namespace

TEST(AccessLog, HoldsNoSecretWhereverItWasSent)
{
    KithdOptions options;
    options.settings = {{"KITH_LOG_LEVEL", "debug"}, {"KITH_LOG_ACCESS", "true"}, {"KITH_LOG_ACCESS_PEER", "full"}};
    const KithdProcess server{options};
    const auto mira = server.sign_up("mira");
    const auto nobody = server.client();
    int number = 0;
    std::vector<std::string> secrets{mira.token(), KithdProcess::k_password};
    const auto secret = [&] {
        secrets.push_back("sEcReT" + std::to_string(++number) + "xQ7_dPz2-Lk9vWm4TgYb8NfRh");
        return secrets.back();
    };
    const std::string form = "application/x-www-form-urlencoded";
    struct Line {
        const char* method;
        std::string path;
        HttpClient::Headers headers = {};
        std::string body = {};
    };
    const std::vector<Line> table{
        {"GET", "/api/v1/timelines/home?access_token=" + secret()},
        {"GET", "/api/v1/timelines/home?limit=7&" + secret()},
        {"GET", "/api/v1/timelines/home?" + secret() + "=1"},
        {"GET", "/oauth/authorize?response_type=code&client_id=" + secret() + "&state=" + secret() + "&code_challenge=" + secret()},
        {"GET", "/api/v2/search?q=" + secret()},
        {"GET", "/nowhere/" + secret() + "/deeper"},
        {"GET", "/api/v1/streaming/" + secret()},
        {"GET", "/api/v1/statuses/" + secret()},
        {"GET", "/@" + secret()},
        {"DELETE", "/api/v1/instance?code=" + secret()},
        {"POST", "/oauth/token", {{"Content-Type", form}}, "grant_type=authorization_code&code=" + secret() + "&client_secret=" + secret()},
        {"POST", "/oauth/token", {{"Content-Type", "application/json"}}, R"({"grant_type":"authorization_code","code":")" + secret() + R"("})"},
        {"POST", "/oauth/token", {{"Content-Type", "application/json"}}, R"({"broken":")" + secret()},
        {"POST", "/oauth/revoke", {{"Content-Type", form}}, "token=" + secret()},
        {"POST", "/oauth/authorize", {{"Content-Type", form}}, "username=mira&password=" + secret()},
        {"POST", "/api/kith/v1/session", {{"Content-Type", "application/json"}}, R"({"username":"mira","password":")" + secret() + R"("})"},
        {"POST", "/api/kith/v1/session", {{"Content-Type", form}}, "username=" + secret() + "&password=" + secret()},
        {"POST", "/inbox", {{"Content-Type", "application/activity+json"}, {"Signature", "keyId=\"" + secret() + "\""}}, "{\"" + secret() + "\""},
        {"GET", "/api/v1/timelines/home", {{"Authorization", "Bearer " + secret()}}},
        {"GET", "/api/v1/timelines/home", {{"Authorization", "Basic " + secret()}}},
        {"GET", "/api/v1/timelines/home", {{"Cookie", "session=" + secret()}, {"X-Request-Id", secret()}, {"Referer", "https://x.example/?t=" + secret()}}},
        {"GET", "/api/v1/streaming?access_token=" + secret(),
         {{"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}, {"Sec-WebSocket-Protocol", secret()}}},
        {"GET", "/api/v1/instance?token=" + secret(), {{"Transfer-Encoding", "gzip"}}},
        {"GET", "/api/v1/instance?token=" + secret(), {{"traceparent", secret()}, {"Host", secret()}}},
    };
    for (const auto& line : table)
        EXPECT_GE(nobody.send(line.method, line.path, line.headers, line.body).status, 200) << line.path;
    {
        WebSocketClient socket{mira, "/api/v1/streaming?stream=user&access_token=" + mira.token()};
    }
    const auto last = mira.get("/api/v1/accounts/verify_credentials").header("X-Request-Id");
    ASSERT_TRUE(server.wait_for_log("request_id=" + last));

    const auto log = server.log_text();
    for (const auto& text : secrets)
        EXPECT_THAT(log, Not(HasSubstr(text)));
    EXPECT_GE(count_of(log, " request method="), table.size() + 3);
    EXPECT_THAT(log, HasSubstr("route=/api/v1/timelines/home path=\"/api/v1/timelines/home?limit=7&…\" status=401"));
    EXPECT_THAT(log, HasSubstr("peer=127.0.0.1"));
}

TEST(AccessLog, IsOffByDefault)
{
    const KithdProcess server;
    server.client().get("/api/v1/instance");

    EXPECT_THAT(server.log_text(), Not(HasSubstr(" request method=")));
}

TEST(AccessLog, SaysWhoAskedForWhatInOneLineOfJson)
{
    KithdOptions options;
    options.settings = {{"KITH_LOG_ACCESS", "true"}, {"KITH_LOG_FORMAT", "json"}};
    const KithdProcess server{options};
    const auto mira = server.sign_up("mira");
    const auto me = mira.get("/api/v1/accounts/verify_credentials");
    const auto id = text(me.json(), "id");
    const auto agent = std::string(1000, 'a');
    const auto answer = mira.send("GET", "/api/v1/accounts/" + id + "?x=1", {{"User-Agent", agent}}, {});
    const auto request_id = answer.header("X-Request-Id");
    ASSERT_TRUE(server.wait_for_log(request_id));

    const auto log = server.log_text();
    const auto at = log.find(request_id);
    const auto begin = log.rfind('\n', at) + 1;
    const auto line = parse_json(log.substr(begin, log.find('\n', at) - begin)).value();
    EXPECT_EQ(text(line, "message"), "request");
    EXPECT_EQ(text(line, "method"), "GET");
    EXPECT_EQ(text(line, "route"), "/api/v1/accounts/:id");
    EXPECT_EQ(text(line, "path"), "/api/v1/accounts/" + id + "?x=…");
    EXPECT_EQ(text(line, "account"), id);
    EXPECT_EQ(text(line, "peer"), "127.0.0.0/24");
    EXPECT_EQ(text(line, "agent"), std::string(200, 'a'));
    EXPECT_EQ(line.at("status").to_number<int>(), 200);
    EXPECT_EQ(line.at("bytes").to_number<std::size_t>(), answer.body.size());
    EXPECT_GT(line.at("seconds").to_number<double>(), 0);
}

TEST(MetricsPage, IsTakenByAStrictReaderAndCountsPerRoute)
{
    KithdOptions options;
    const auto port = free_port();
    options.settings = {{"KITH_METRICS_LISTEN", "127.0.0.1:" + std::to_string(port)}};
    const KithdProcess server{options};
    const auto mira = server.sign_up("mira");
    for (int i = 0; i < 5; ++i)
        mira.get("/api/v1/instance");
    for (int i = 0; i < 3; ++i)
        mira.get("/api/v1/nowhere/" + std::to_string(i));
    ASSERT_EQ(mira.post("/api/v1/statuses", {{"status", "Hello"}}).status, 200);

    const auto answer = plain(port).get("/metrics");

    ASSERT_EQ(answer.status, 200);
    EXPECT_THAT(answer.header("Content-Type"), HasSubstr("version=0.0.4"));
    const auto read = read_exposition(answer.body);
    EXPECT_THAT(read.problems, IsEmpty());
    EXPECT_EQ(read.samples.at("kith_http_request_seconds_count{method=\"GET\",route=\"/api/v1/instance\"}"), 5);
    EXPECT_EQ(read.samples.at("kith_http_request_seconds_count{method=\"GET\",route=\"none\"}"), 3);
    EXPECT_EQ(read.samples.at("kith_http_responses_total{status=\"404\"}"), 3);
    EXPECT_GE(read.samples.at("kith_http_responses_total{status=\"200\"}"), 7);
    EXPECT_GT(read.sum("kith_database_query_seconds_count"), 5);
    EXPECT_GT(read.sum("kith_database_wait_seconds_count"), 5);
    EXPECT_GT(read.samples.at("kith_pool_wait_seconds_count{pool=\"passwords\"}"), 0);
    EXPECT_EQ(read.samples.at("kith_database_up"), 1);
    for (const char* name : {"process_resident_memory_bytes", "process_open_fds", "process_threads", "kith_sockets",
                             "kith_connections", "kith_rate_limit_counters"})
        EXPECT_TRUE(read.samples.contains(name)) << name;
    EXPECT_EQ(read.sum("kith_build_info"), 1);
    EXPECT_EQ(plain(server.port()).get("/metrics").status, 404) << "on its own listener only";
    EXPECT_LT(answer.body.size(), 1U << 20);
}

TEST(RateLimits, HoldOnARealServer)
{
    KithdOptions options;
    options.settings = {{"KITH_RATE_LIMIT_ENABLED", "true"},
                        {"KITH_RATE_LIMIT_ACCOUNT_REQUESTS", "10"},
                        {"KITH_RATE_LIMIT_DELETIONS", "1"}};
    const KithdProcess server{options};
    const auto mira = server.sign_up("mira");
    const auto first = mira.get("/api/v1/accounts/verify_credentials");
    EXPECT_EQ(first.header("X-RateLimit-Limit"), "10");
    EXPECT_EQ(first.header("X-RateLimit-Remaining"), "9");
    EXPECT_THAT(first.header("X-RateLimit-Reset"), ::testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"));
    EXPECT_EQ(mira.del("/api/v1/statuses/1").status, 404);
    EXPECT_EQ(mira.del("/api/v1/statuses/1").status, 429);

    int refused = 0;
    for (int i = 0; i < 12; ++i) {
        const auto answer = mira.get("/api/v1/timelines/home");
        refused += answer.status == 429 ? 1 : 0;
        if (answer.status == 429) {
            EXPECT_GE(std::stoi(answer.header("Retry-After")), 1);
        }
    }
    EXPECT_GE(refused, 4);
    EXPECT_EQ(server.client().get("/api/v1/instance").status, 200) << "others go on";
    EXPECT_EQ(server.client().get("/health/ready").header("X-RateLimit-Limit"), "");
}

TEST(RateLimits, MakeGuessersOfPasswordsWait)
{
    KithdOptions options;
    options.settings = {{"KITH_RATE_LIMIT_ENABLED", "true"}, {"KITH_RATE_LIMIT_SIGN_INS", "1000"}};
    const KithdProcess server{options};
    server.sign_up("mira");
    server.sign_up("tomas");
    const auto sign_in = [&](const char* name, const char* password) {
        return server.client().post("/api/kith/v1/session", {{"username", name}, {"password", password}});
    };
    using std::chrono::steady_clock;
    HttpAnswer waits;
    steady_clock::time_point asked;
    // A wait counts from the beginning of a guess: where checking a password takes longer than it, a later one, twice as long
    // each time, is met.
    for (int guess = 1; guess <= 12 && waits.status != 429; ++guess) {
        asked = steady_clock::now();
        waits = sign_in(guess % 2 ? "mira" : "Mira", "wrong password");
        EXPECT_TRUE(waits.status == 401 || (guess > 6 && waits.status == 429)) << guess << ": " << waits.body;
    }
    ASSERT_EQ(waits.status, 429) << waits.body;
    const auto seconds = std::stoi(waits.header("Retry-After"));
    EXPECT_GE(seconds, 1);
    EXPECT_THAT(waits.error(), HasSubstr("Too many attempts to sign in"));
    const auto right = sign_in("Mira", KithdProcess::k_password);
    if (steady_clock::now() - asked < std::chrono::seconds{seconds - 1}) {
        EXPECT_EQ(right.status, 429) << "the right password waits, too";
    }
    EXPECT_EQ(sign_in("tomas", KithdProcess::k_password).status, 200);
    EXPECT_TRUE(eventually([&] { return sign_in("mira", KithdProcess::k_password).status == 200; }));
}

} // namespace kith::tests

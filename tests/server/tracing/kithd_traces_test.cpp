// SPDX-License-Identifier: Apache-2.0
// A real kithd, and a collector on a real socket.
#include "common/sqlite/connection.h"
#include "tests/server/tracing/collector.h"
#include "tests/support/kithd_process.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

namespace kith::tests {

namespace {

constexpr const char* k_trace = "4bf92f3577b34da6a3ce929d0e0e4736";

HttpAnswer post_status(const HttpClient& person, const std::string& parent)
{
    return person.send("POST", "/api/v1/statuses",
                       {{"Content-Type", "application/json"}, {"traceparent", parent}, {"tracestate", "proxy=1"}},
                       R"({"status":"Hello"})");
}

/// Somebody elsewhere follows mira, so that her posts are to be delivered; where to, nobody knows.
void add_distant_follower(const KithdProcess& server)
{
    sqlite::OpenOptions options;
    options.file = server.data_dir() / "kith.db";
    options.mode = sqlite::Mode::read_write;
    const auto database = sqlite::Connection::open(options);
    ASSERT_TRUE(database);
    (*database)->execute(
        "INSERT INTO accounts (id, username, username_folded, domain, uri, created_at, updated_at) "
        "VALUES (1, 'tomas', 'tomas', 'harbour.example', 'https://harbour.example/users/tomas', 0, 0);"
        "INSERT INTO account_counts (account_id) VALUES (1);"
        "INSERT INTO follows (account_id, target_id, state, created_at, cursor_id) SELECT 1, id, 1, 0, 1 FROM accounts WHERE username = 'mira'");
}

} // namespace

TEST(Traces, GoFromARealServerToACollector)
{
    Collector collector;
    KithdOptions options;
    options.settings = {{"KITH_TRACING_ENDPOINT", collector.endpoint()},
                        {"KITH_TRACING_SAMPLE_PER_MILLE", "0"},
                        {"KITH_SERVER_TRUSTED_PROXIES", "127.0.0.1"}};
    KithdProcess server{options};
    const auto mira = server.sign_up("mira");
    ASSERT_NO_FATAL_FAILURE(add_distant_follower(server));
    ASSERT_EQ(post_status(mira, std::string{"00-"} + k_trace + "-00f067aa0ba902b7-01").status, 200);
    ASSERT_EQ(post_status(mira, "00-11111111111111111111111111111111-00f067aa0ba902b7-00").status, 200);
    ASSERT_TRUE(collector.wait_for(1, [](const CollectedSpan& span) { return span.name == "job fan_out"; }));
    server.stop();

    EXPECT_THAT(collector.problems(), ::testing::IsEmpty());
    std::map<std::string, CollectedSpan> by_id;
    std::multiset<std::string> names;
    for (const auto& span : collector.spans()) {
        EXPECT_EQ(span.trace_id, k_trace) << "the proxy did not want that one: " << span.name;
        by_id[span.span_id] = span;
        names.insert(span.name);
    }
    ASSERT_EQ(names.count("POST /api/v1/statuses"), 1U);
    EXPECT_GE(names.count("database write"), 1U);
    EXPECT_GE(names.count("job fan_out"), 1U) << "the delivery that the post enqueued";
    for (const auto& [id, span] : by_id) {
        const bool is_request = span.name == "POST /api/v1/statuses";
        EXPECT_EQ(by_id.contains(span.parent_id), !is_request) << span.name << " hangs in the air";
        if (is_request) {
            EXPECT_EQ(span.parent_id, "00f067aa0ba902b7");
            EXPECT_EQ(span.kind, 2);
            EXPECT_EQ(span.state, "proxy=1");
            EXPECT_EQ(span.attributes.at("http.response.status_code"), "200");
        }
    }
}

TEST(Traces, DoNotHoldUpAServerWhoseCollectorIsAway)
{
    KithdOptions options;
    options.settings = {{"KITH_TRACING_ENDPOINT", "http://127.0.0.1:" + std::to_string(free_port())},
                        {"KITH_TRACING_SAMPLE_PER_MILLE", "1000"}};
    KithdProcess server{options};
    const auto mira = server.sign_up("mira");
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(mira.post("/api/v1/statuses", {{"status", "Hello " + std::to_string(i)}}).status, 200);
    server.stop();
}

} // namespace kith::tests

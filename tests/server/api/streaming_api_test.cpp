// SPDX-License-Identifier: Apache-2.0
#include "tests/server/api/api_fixture.h"
#include "tests/support/tls_socket.h"

#include <gmock/gmock.h>

namespace kith::tests {

using ::testing::HasSubstr;

class StreamingApi : public ApiTest {
protected:
    static HttpAnswer upgrade(const HttpClient& client, const std::string& path)
    {
        return client.send("GET", path,
                           {{"Connection", "Upgrade"},
                            {"Upgrade", "websocket"},
                            {"Sec-WebSocket-Version", "13"},
                            {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}},
                           "");
    }
};
KITH_BOTH_ENGINES(StreamingApi);

TEST_P(StreamingApi, CarriesPostsNotificationsAndDeletions)
{
    const auto mira = person("mira");
    const auto fan = person("fan");
    WebSocketClient own(mira);
    WebSocketClient followers(fan);
    fan.post("/api/v1/accounts/" + id_of(mira) + "/follow");
    const auto follow = own.wait_for("notification");
    ASSERT_TRUE(follow);
    EXPECT_EQ(text(follow->json(), "type"), "follow");

    const auto id = text(post(mira, "Live"), "id");

    for (auto* stream : {&own, &followers}) {
        const auto update = stream->wait_for("update");
        ASSERT_TRUE(update);
        EXPECT_EQ(text(update->json(), "id"), id);
    }
    mira.del("/api/v1/statuses/" + id);
    const auto gone = followers.wait_for("delete");
    ASSERT_TRUE(gone);
    EXPECT_EQ(gone->payload, id);
}

TEST_P(StreamingApi, CarriesWhatTheViewerMaySeeOnly)
{
    const auto mira = person("mira");
    const auto fan = person("fan");
    fan.post("/api/v1/accounts/" + id_of(mira) + "/follow");
    WebSocketClient stream(fan);

    post(mira, "Dear diary", "self");
    const auto seen = text(post(mira, "For followers", "private"), "id");

    const auto first = stream.wait_for("update");
    ASSERT_TRUE(first);
    EXPECT_EQ(text(first->json(), "id"), seen);
}

TEST_P(StreamingApi, SubscribesAndUnsubscribesInTheSocket)
{
    const auto mira = person("mira");
    const auto fan = person("fan");
    WebSocketClient stream(mira, "/api/v1/streaming");
    stream.send(R"({"type":"subscribe","stream":"user:notification"})");
    stream.send(R"({"type":"subscribe","stream":"everything"})");
    const auto complaint = stream.receive();
    ASSERT_TRUE(complaint);
    EXPECT_THAT(*complaint, HasSubstr("error"));

    post(mira, "Not for this stream");
    fan.post("/api/v1/accounts/" + id_of(mira) + "/follow");

    const auto first = stream.receive();
    ASSERT_TRUE(first);
    EXPECT_THAT(*first, HasSubstr("\"notification\""));
    EXPECT_THAT(*first, HasSubstr("user:notification"));
    stream.send("this is no JSON");
    EXPECT_THAT(stream.receive().value_or(""), HasSubstr("error"));
}

TEST_P(StreamingApi, TakesTheTokenFromTheAddressOrTheProtocol)
{
    const auto mira = person("mira");
    EXPECT_NO_THROW(WebSocketClient(nobody(), "/api/v1/streaming?stream=user&access_token=" + mira.token()));

    TlsSocket socket(nobody().target());
    socket.write("GET /api/v1/streaming?stream=user HTTP/1.1\r\nHost: " + server().domain() +
                 "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: " +
                 mira.token() + "\r\n\r\n");
    std::string answer;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (answer.find("\r\n\r\n") == std::string::npos &&
           socket.read(answer, deadline) == TlsSocket::Read::data) { }
    EXPECT_THAT(answer, ::testing::StartsWith("HTTP/1.1 101 "));
    EXPECT_THAT(answer, HasSubstr("Sec-WebSocket-Protocol: " + mira.token()))
        << "browsers insist on it";
}

TEST_P(StreamingApi, RefusesStrangersAndUnknownStreams)
{
    const auto mira = person("mira");
    EXPECT_EQ(upgrade(nobody(), "/api/v1/streaming?stream=user").status, 401);
    EXPECT_EQ(upgrade(nobody().with_token("guess"), "/api/v1/streaming?stream=user").status, 401);
    EXPECT_EQ(upgrade(mira, "/api/v1/streaming?stream=everything").status, 422);
    EXPECT_EQ(upgrade(mira, "/api/v1/nothing").status, 404);
    EXPECT_EQ(nobody().get("/api/v1/timelines/home?access_token=" + mira.token()).status, 401)
        << "elsewhere a token does not belong into an address";
}

} // namespace kith::tests

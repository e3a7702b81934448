// SPDX-License-Identifier: Apache-2.0
#include "tests/server/api/api_fixture.h"
#include "tests/server/api/event_client.h"
#include "tests/support/tls_socket.h"

#include <gmock/gmock.h>

#include <algorithm>

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
KITH_ALL_SERVERS(StreamingApi);

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
    const auto deadline = std::chrono::steady_clock::now() + k_patience;
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
    EXPECT_EQ(upgrade(nobody(), "/api/v1/streaming?stream=public").status, 401)
        << "public streams need a token, too";
    EXPECT_EQ(upgrade(mira, "/api/v1/nothing").status, 404);
    EXPECT_EQ(nobody().get("/api/v1/timelines/home?access_token=" + mira.token()).status, 401)
        << "elsewhere a token does not belong into an address";
}

TEST_P(StreamingApi, AnswersWhatItCannotStreamInTheSocket)
{
    const auto mira = person("mira");
    WebSocketClient stream(mira, "/api/v1/streaming/?stream=everything");
    EXPECT_EQ(stream.receive(), R"({"error":"Unknown stream type","status":400})");
    stream.send(R"({"type":"subscribe","stream":"list","list":"1"})");
    EXPECT_EQ(stream.receive(), R"({"error":"Not authorized to stream this list","status":401})");
    stream.send(R"({"type":"subscribe","stream":"hashtag"})");
    EXPECT_EQ(stream.receive(), R"({"error":"Missing tag name parameter","status":400})");

    WebSocketClient narrow(narrowed(mira, "read:notifications"), "/api/v1/streaming?stream=user");
    EXPECT_EQ(narrow.receive(), R"({"error":"Access token does not have the required scopes","status":401})");
    narrow.send(R"({"type":"subscribe","stream":"user:notification"})");
    narrow.send(R"({"type":"subscribe","stream":"hashtag"})");
    EXPECT_THAT(narrow.receive().value_or(""), HasSubstr("error")) << "what comes before it has been read";
    const auto fan = person("fan");
    fan.post("/api/v1/accounts/" + id_of(mira) + "/follow");
    EXPECT_TRUE(narrow.wait_for("notification"));
}

TEST_P(StreamingApi, HasAStreamForEachPublicTimeline)
{
    const auto mira = person("mira");
    const auto reader = person("reader");
    const std::string tag = "tag" + id_of(mira);
    struct Line {
        std::string stream;
        std::string path; ///< of its events over HTTP
        bool hears;
        bool hears_reply;
    };
    const Line table[] = {{"public", "public", true, false},
                          {"public:local", "public/local", true, false},
                          {"public:remote", "public/remote", false, false},
                          {"public:media", "public?only_media=true", false, false},
                          {"hashtag&tag=" + tag, "hashtag?tag=" + tag, true, true},
                          {"hashtag:local&tag=%23" + tag, "hashtag/local?tag=" + tag, true, true},
                          {"user", "user", false, false},
                          {"direct", "direct", false, false}};
    std::vector<WebSocketClient> sockets;
    std::vector<std::unique_ptr<EventClient>> streams;
    for (const auto& line : table) {
        sockets.emplace_back(reader, "/api/v1/streaming?stream=" + line.stream);
        streams.push_back(std::make_unique<EventClient>(reader, "/api/v1/streaming/" + line.path));
    }

    std::vector<WebSocketClient> own; // at each process, which is where one hears that a post has been brought there
    own.emplace_back(mira);
    own.emplace_back(mira);
    const auto brought = [&](const std::string& id) {
        return std::all_of(own.begin(), own.end(), [&](auto& stream) {
            return stream.wait_for([&](const StreamEvent& event) { return event.event == "update" && text(event.json(), "id") == id; });
        });
    };
    post(mira, "Only for friends #" + tag, "private");
    post(mira, "Not in the window #" + tag, "unlisted");
    const auto shown = text(post(mira, "For all #" + tag), "id");
    ASSERT_TRUE(brought(shown)) << "posts that different processes took have no order";
    const auto answer = text(post(mira, "And more #" + tag, "public", shown), "id");
    ASSERT_TRUE(brought(answer)) << "what is deleted before it is brought is not brought";
    mira.del("/api/v1/statuses/" + shown);
    for (auto& stream : own)
        ASSERT_TRUE(stream.wait_for("delete")) << "who follows before it is brought hears of it";
    reader.post("/api/v1/accounts/" + id_of(mira) + "/follow");
    const auto last = text(post(mira, "The end #" + tag), "id"); // behind it nothing else can come

    for (std::size_t i = 0; i < std::size(table); ++i) {
        SCOPED_TRACE(table[i].stream);
        std::vector<std::pair<std::string, std::string>> expected;
        if (table[i].hears)
            expected.emplace_back("update", shown);
        if (table[i].hears_reply)
            expected.emplace_back("update", answer);
        if (table[i].hears)
            expected.emplace_back("delete", shown);
        if (table[i].hears || table[i].stream == "user")
            expected.emplace_back("update", last);
        for (const auto& [event, id] : expected) {
            const auto frame = sockets[i].wait_for([](const StreamEvent&) { return true; });
            const auto chunk = streams[i]->receive();
            ASSERT_TRUE(frame && chunk);
            EXPECT_EQ(frame->event, event);
            EXPECT_EQ(chunk->event, event);
            EXPECT_EQ(frame->payload, chunk->payload) << "the same on both";
            EXPECT_EQ(event == "delete" ? frame->payload : text(frame->json(), "id"), id);
            if (event == "update") {
                EXPECT_EQ(frame->json().as_object().contains("favourited"),
                          table[i].stream == "user")
                    << "what is for everybody says nothing about one reader";
            }
        }
        if (expected.empty()) {
            EXPECT_FALSE(sockets[i].receive(std::chrono::milliseconds{20}));
            EXPECT_FALSE(streams[i]->receive(std::chrono::milliseconds{20}));
        }
        EXPECT_GE(streams[i]->comments(), 1);
    }
}

TEST_P(StreamingApi, SendsEventsOverHttp)
{
    const auto mira = person("mira");
    const auto fan = person("fan");
    EventClient user(mira, "/api/v1/streaming/user");
    EventClient alerts(mira, "/api/v1/streaming/user/notification");
    EXPECT_THAT(user.head(), HasSubstr("Content-Type: text/event-stream\r\n"));
    EXPECT_THAT(user.head(), HasSubstr("Access-Control-Allow-Origin: *\r\n"));

    fan.post("/api/v1/accounts/" + id_of(mira) + "/follow");
    for (auto* stream : {&user, &alerts}) {
        const auto event = stream->receive();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->event, "notification");
        EXPECT_EQ(text(event->json(), "type"), "follow");
    }
    const auto id = text(post(mira, "My own"), "id");
    const auto update = user.receive();
    ASSERT_TRUE(update);
    EXPECT_EQ(text(update->json(), "id"), id);

    EXPECT_EQ(nobody().get("/api/v1/streaming/user").status, 401);
    EXPECT_EQ(nobody().get("/api/v1/streaming/list?list=1&access_token=guess").error(),
              "The access token is invalid");
    EXPECT_EQ(nobody().get("/api/v1/streaming/list?list=1&access_token=" + mira.token()).error(), "Not authorized to stream this list")
        << "an EventSource of a browser cannot say it otherwise";
    EXPECT_EQ(mira.get("/api/v1/streaming/list?list=1").status, 401);
    EXPECT_EQ(mira.get("/api/v1/streaming/hashtag").status, 400);
    EXPECT_EQ(narrowed(mira, "read:notifications").get("/api/v1/streaming/public").status, 403);
    EXPECT_EQ(nobody().get("/api/v1/streaming/health").body, "OK");
}

TEST_P(StreamingApi, ClosesTheStreamsOfARevokedToken)
{
    const auto mira = person("mira");
    json::object entry;
    entry["username"] = name_of(mira);
    entry["password"] = KithdProcess::k_password;
    const auto other = nobody().with_token(text(nobody().post("/api/kith/v1/session", entry).json(), "access_token"));
    WebSocketClient kept(mira);
    WebSocketClient socket(other);
    EventClient events(other, "/api/v1/streaming/user");

    ASSERT_EQ(post_form(other, "/oauth/revoke", {{"token", other.token()}}).status, 200);

    EXPECT_FALSE(socket.receive());
    EXPECT_EQ(socket.close_code(), 1008);
    EXPECT_FALSE(events.receive());
    EXPECT_TRUE(events.ended());
    post(mira, "Still here");
    EXPECT_TRUE(kept.wait_for("update"));
}

TEST_P(StreamingApi, TellsTheAuthorAndWhoIsNamedThatAPostIsGone)
{
    const auto mira = person("mira");
    const auto named = person("named");
    const auto fan = person("fan");
    fan.post("/api/v1/accounts/" + id_of(mira) + "/follow");
    WebSocketClient own(mira);
    WebSocketClient theirs(named);
    WebSocketClient followers(fan);
    const auto secret = text(post(mira, "Hush @" + name_of(named), "direct"), "id");
    mira.del("/api/v1/statuses/" + secret);
    for (auto* stream : {&own, &theirs}) { // deletions that different processes took have no order
        EXPECT_EQ(stream->wait_for("delete").value_or(StreamEvent{}).payload, secret);
    }
    const auto open = text(post(mira, "Aloud @" + name_of(named)), "id");
    mira.del("/api/v1/statuses/" + open);

    for (auto* stream : {&own, &theirs, &followers})
        EXPECT_EQ(stream->wait_for("delete").value_or(StreamEvent{}).payload, open)
            << "of a direct post the followers knew nothing";
}

} // namespace kith::tests

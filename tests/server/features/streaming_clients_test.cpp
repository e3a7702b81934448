// SPDX-License-Identifier: Apache-2.0
#include "server/features/streaming/stream_clients.h"
#include "server/features/streaming/stream_socket.h"

#include <gmock/gmock.h>

#include <thread>

namespace kith::streaming {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

/// Remembers what it was sent.
struct RecordedSink final : http::FrameSink {
    void send(std::shared_ptr<const std::string> frame) override
    {
        frames.push_back(std::move(frame));
    }
    void close(std::uint16_t code, std::string) override { close_code = code; }

    std::vector<std::shared_ptr<const std::string>> frames;
    int close_code = 0;
};

/// A connection as the network makes it.
struct Connection {
    Connection(Clients& clients, AccountId account, const StreamName& stream,
               Transport transport = Transport::websocket, TokenId token = TokenId{1})
    {
        const Listener listener{account, token, true, true};
        auto client = clients.admit(listener, "192.0.2.1", transport).value();
        if (transport == Transport::websocket) {
            handlers = handlers_for(clients, client, stream, [] {});
            handlers.on_open(sink);
        } else {
            events = events_for(clients, client, find_subscription(listener, stream).value(), [] {}).events;
            events->on_open(sink);
        }
    }
    std::vector<std::string> texts() const
    {
        std::vector<std::string> list;
        for (const auto& frame : sink->frames)
            list.push_back(*frame);
        return list;
    }

    std::shared_ptr<RecordedSink> sink = std::make_shared<RecordedSink>();
    http::WebSocketHandlers handlers;
    std::shared_ptr<http::EventStream> events;
};

StreamLimits small_limits()
{
    StreamLimits limits;
    limits.per_account = 2;
    limits.per_address = 3;
    limits.subscriptions = 2;
    return limits;
}

} // namespace

TEST(StreamClients, ShareTheBytesOfAFrame)
{
    Clients clients{{}};
    Connection one{clients, AccountId{1}, {"public", "", ""}};
    Connection two{clients, AccountId{2}, {"public", "", ""}};
    Connection tag{clients, AccountId{3}, {"hashtag", "Tea", ""}};
    Connection events{clients, AccountId{4}, {"public", "", ""}, Transport::events};
    Connection others{clients, AccountId{5}, {"public:remote", "", ""}};

    clients.send({Channel{Feed::public_all}, Channel{Feed::public_local}, Channel{Feed::hashtag, {}, "tea"}},
                 "update", R"({"id":"1"})");

    EXPECT_THAT(one.texts(), ElementsAre(R"({"stream":["public"],"event":"update","payload":"{\"id\":\"1\"}"})"));
    ASSERT_THAT(two.sink->frames, SizeIs(1));
    EXPECT_EQ(one.sink->frames[0], two.sink->frames[0]) << "the very same";
    EXPECT_THAT(tag.texts(), ElementsAre(HasSubstr(R"({"stream":["hashtag","Tea"],)")));
    EXPECT_THAT(events.texts(), ElementsAre(HasSubstr("event: update\ndata: {\"id\":\"1\"}\n\n")));
    EXPECT_THAT(others.texts(), IsEmpty());
}

TEST(StreamClients, SubscribeOnceAndUnsubscribe)
{
    Clients clients{{}};
    Connection one{clients, AccountId{1}, {}};
    one.handlers.on_text(R"({"type":"subscribe","stream":"hashtag","tag":"Tea"})");
    one.handlers.on_text(R"({"type":"subscribe","stream":["hashtag"],"tag":"TEA"})");
    one.handlers.on_text(R"({"type":"subscribe","stream":"public"})");
    one.handlers.on_text(R"({"type":"unsubscribe","stream":"public"})");
    one.handlers.on_text(R"({"type":"unsubscribe","stream":"public:local"})");

    clients.send({Channel{Feed::hashtag, {}, "tea"}}, "delete", "1");
    clients.send({Channel{Feed::public_all}}, "delete", "1");

    EXPECT_THAT(one.texts(), ElementsAre(R"({"stream":["hashtag","Tea"],"event":"delete","payload":"1"})"));
    one.handlers.on_text(R"({"type":"unsubscribe","stream":"hashtag","tag":"tea"})");
    EXPECT_TRUE(clients.interest().empty());
}

TEST(StreamClients, AnswerWhatTheyDoNotUnderstandAndStayOpen)
{
    Clients clients{{}};
    Connection one{clients, AccountId{1}, {"nothing", "", ""}};
    for (const auto* text : {"no JSON", "[]", R"({"type":"sing"})", R"({"type":"subscribe"})",
                             R"({"type":"subscribe","stream":"list","list":12})", R"({"type":"unsubscribe","stream":"x"})",
                             R"({"type":"subscribe","stream":"hashtag","tag":{"a":[[[[1]]]]}})"})
        one.handlers.on_text(text);
    one.handlers.on_text(std::string(5000, ' '));

    EXPECT_THAT(one.texts(), ElementsAre(R"({"error":"Unknown stream type","status":400})",
                                         HasSubstr("not understood"), HasSubstr("not understood"),
                                         HasSubstr("not understood"), HasSubstr("Unknown stream type"),
                                         R"({"error":"Not authorized to stream this list","status":401})",
                                         HasSubstr("Error unsubscribing"),
                                         HasSubstr("not understood"), HasSubstr("not understood")));
    EXPECT_EQ(one.sink->close_code, 0);
}

TEST(StreamClients, AreBoundedPerAccountAddressAndConnection)
{
    Clients clients{small_limits()};
    const Listener me{AccountId{1}, TokenId{1}, true, true};
    const Listener you{AccountId{2}, TokenId{2}, true, true};
    auto first = clients.admit(me, "192.0.2.1", Transport::websocket).value();
    auto second = clients.admit(me, "192.0.2.1", Transport::events).value();
    EXPECT_EQ(clients.admit(me, "192.0.2.2", Transport::websocket).error().code, Errc::rate_limited);
    auto third = clients.admit(you, "192.0.2.1", Transport::websocket).value();
    EXPECT_EQ(clients.admit(you, "192.0.2.1", Transport::websocket).error().code, Errc::rate_limited);
    first.reset();
    EXPECT_TRUE(clients.admit(me, "192.0.2.1", Transport::websocket))
        << "a place that is free again";

    Connection busy{clients, AccountId{3}, {"user", "", ""}};
    busy.handlers.on_text(R"({"type":"subscribe","stream":"public"})");
    busy.handlers.on_text(R"({"type":"subscribe","stream":"direct"})");
    EXPECT_THAT(busy.texts(), ElementsAre(R"({"error":"Too many subscriptions on one connection","status":429})"));
}

TEST(StreamClients, LeaveNothingBehind)
{
    Clients clients{small_limits()};
    for (int i = 0; i < 10; ++i) {
        Connection one{clients, AccountId{1}, {"user", "", ""}};
        Connection two{clients, AccountId{1}, {"hashtag", "x", ""}, Transport::events};
        EXPECT_EQ(clients.count(), 2U);
        EXPECT_EQ(clients.interest().homes.size(), 1U);
        one.handlers.on_close();
        two.events->on_close();
    }
    EXPECT_EQ(clients.count(), 0U);
    EXPECT_TRUE(clients.interest().empty());
    EXPECT_FALSE(clients.has(Channel{Feed::alerts, AccountId{1}, ""}));
}

TEST(StreamClients, AreClosedByToken)
{
    Clients clients{{}};
    Connection one{clients, AccountId{1}, {"user", "", ""}, Transport::websocket, TokenId{11}};
    Connection two{clients, AccountId{1}, {"user", "", ""}, Transport::events, TokenId{12}};
    Connection other{clients, AccountId{2}, {"user", "", ""}, Transport::websocket, TokenId{21}};
    EXPECT_THAT(clients.tokens(AccountId{1}), ElementsAre(TokenId{11}, TokenId{12}));

    clients.close_tokens({TokenId{12}});

    EXPECT_EQ(one.sink->close_code, 0);
    EXPECT_EQ(two.sink->close_code, 1008);
    clients.close_all();
    EXPECT_EQ(other.sink->close_code, 1013);
}

TEST(StreamClients, ComeAndGoWhileThingsAreSent)
{
    Clients clients{{}};
    std::atomic<bool> stop{false};
    std::thread sender{[&] {
        while (!stop)
            clients.send({Channel{Feed::public_all}, Channel{Feed::home, AccountId{1}, ""}}, "delete", "1");
    }};
    std::vector<std::thread> visitors;
    for (int t = 0; t < 2; ++t)
        visitors.emplace_back([&clients, t] {
            struct Quiet final : http::FrameSink {
                void send(std::shared_ptr<const std::string>) override { }
                void close(std::uint16_t, std::string) override { }
            };
            for (int i = 0; i < 300; ++i) {
                const Listener listener{AccountId{t + 1}, TokenId{1}, true, true};
                auto client = clients.admit(listener, "192.0.2.1", Transport::websocket).value();
                auto handlers = handlers_for(clients, client, {"public", "", ""}, [] {});
                handlers.on_open(std::make_shared<Quiet>());
                handlers.on_text(R"({"type":"subscribe","stream":"user"})");
                handlers.on_close();
            }
        });
    for (auto& visitor : visitors)
        visitor.join();
    stop = true;
    sender.join();
    EXPECT_EQ(clients.count(), 0U);
}

} // namespace kith::streaming

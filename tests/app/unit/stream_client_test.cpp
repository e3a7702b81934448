// SPDX-License-Identifier: Apache-2.0
#include "app/net/stream_client.h"

#include "tests/app/unit/app_test.h"
#include "tests/app/unit/home_server.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using net::StreamClient;

namespace {

const net::StreamTimes k_quick{.first_wait = std::chrono::milliseconds{20},
                               .most_wait = std::chrono::milliseconds{80}};

std::string text_of(const api::Status& status)
{
    return to_text(api::to_json(status));
}

} // namespace

TEST(StreamClient, TellsWhatHappensInOrder)
{
    HomeServer server;
    StreamClient stream(k_quick);
    std::vector<std::string> seen;
    QObject::connect(&stream, &StreamClient::status_arrived,
                     [&](const auto& status) { seen.push_back("+" + status->id); });
    QObject::connect(&stream, &StreamClient::status_changed,
                     [&](const auto& status) { seen.push_back("~" + status->id); });
    QObject::connect(&stream, &StreamClient::status_deleted,
                     [&](const QString& id) { seen.push_back("-" + id.toStdString()); });
    QObject::connect(&stream, &StreamClient::notification_arrived,
                     [&](const auto& item) { seen.push_back("!" + item->id); });
    stream.start(server.url(), "token-1");
    ASSERT_TRUE(soon([&] { return server.listeners() == 1 && stream.is_open(); }));

    server.push("update", text_of(a_status("5")));
    server.push("update", "{\"id\": 1}");
    server.push("something.new", "{}");
    server.push("status.update", text_of(a_status("5")));
    server.push("notification", to_text(api::to_json(a_notification("8"))));
    server.push("delete", "5");

    EXPECT_TRUE(soon([&] { return seen == std::vector<std::string>{"+5", "~5", "!8", "-5"}; }));
}

TEST(StreamClient, ComesBackByItself)
{
    HomeServer server;
    StreamClient stream(k_quick);
    QSignalSpy opened(&stream, &StreamClient::opened), closed(&stream, &StreamClient::closed);
    stream.start(server.url(), "token-1");
    ASSERT_TRUE(soon([&] { return server.listeners() == 1 && opened.size() == 1; }));

    server.hang_up_listeners();

    EXPECT_TRUE(soon([&] { return opened.size() == 2; }));
    EXPECT_EQ(closed.size(), 1);
}

TEST(StreamClient, ComesBackWhenTheServerDoes)
{
    HomeServer server;
    StreamClient stream(k_quick);
    QSignalSpy closed(&stream, &StreamClient::closed);
    stream.start(server.url(), "token-1");
    ASSERT_TRUE(soon([&] { return stream.is_open(); }));
    server.go_away();
    ASSERT_TRUE(soon([&] { return closed.size() == 1; }));

    server.come_back();

    EXPECT_TRUE(soon([&] { return stream.is_open(); }));
}

TEST(StreamClient, KeepsAPeerThatAnswersPings)
{
    HomeServer server;
    auto times = k_quick;
    times.ping_every = std::chrono::milliseconds{400}; // a machine that stands still for a moment is no dead peer
    StreamClient stream(times);
    QSignalSpy opened(&stream, &StreamClient::opened);
    stream.start(server.url(), "token-1");
    ASSERT_TRUE(soon([&] { return opened.size() == 1; }));
    // A live peer answers pings by itself, so the connection stays through several of them.
    QSignalSpy closed(&stream, &StreamClient::closed);
    EXPECT_FALSE(closed.wait(1'500));
    EXPECT_TRUE(stream.is_open());
}

TEST(StreamClient, DropsAPeerThatSendsTooMuch)
{
    HomeServer server;
    StreamClient stream(k_quick);
    QSignalSpy closed(&stream, &StreamClient::closed);
    stream.start(server.url(), "token-1");
    ASSERT_TRUE(soon([&] { return server.listeners() == 1 && stream.is_open(); }));
    server.push("update", std::string(3 << 20, 'x'));
    EXPECT_TRUE(soon([&] { return closed.size() == 1; }));
}

TEST(StreamClient, IsSilentAfterStop)
{
    HomeServer server;
    StreamClient stream(k_quick);
    QSignalSpy arrived(&stream, &StreamClient::status_arrived);
    stream.start(server.url(), "token-1");
    ASSERT_TRUE(soon([&] { return server.listeners() == 1 && stream.is_open(); }));
    server.push("update", text_of(a_status("5")));
    stream.stop();
    EXPECT_TRUE(soon([&] { return server.listeners() == 0; }));
    EXPECT_EQ(arrived.size(), 0);
}

} // namespace kith

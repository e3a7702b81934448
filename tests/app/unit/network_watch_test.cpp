// SPDX-License-Identifier: Apache-2.0
#include "app/net/network_watch.h"
#include "app/services/connection.h"
#include "tests/app/unit/app_test.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using net::Clocks;
using net::NetworkWatch;
using services::Connection;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

struct FakeClocks {
    milliseconds running{1'000}, passing{1'000}, wall{1'000};

    Clocks clocks()
    {
        return {.running = [this] { return running; }, .passing = [this] { return passing; }, .wall = [this] { return wall; }};
    }
    void run(milliseconds time)
    {
        running += time;
        sleep(time);
    }
    void sleep(milliseconds time)
    {
        passing += time;
        wall += time;
    }
};

struct NetworkWatchTest : testing::Test {
    FakeClocks clock;
    NetworkWatch watch{clock.clocks()};
    QSignalSpy woke{&watch, &NetworkWatch::woke};
    QSignalSpy clock_set{&watch, &NetworkWatch::clock_set};

    NetworkWatchTest() { watch.start(); }
};

const services::ConnectionTimes k_quick{.first_wait = milliseconds{10}, .most_wait = milliseconds{40}};

} // namespace

TEST_F(NetworkWatchTest, NoticesThatTheMachineSlept)
{
    clock.run(seconds{5});
    clock.sleep(minutes{40});
    watch.look();
    ASSERT_EQ(woke.size(), 1);
    EXPECT_EQ(woke.first().first().value<milliseconds>(), minutes{40});
    EXPECT_EQ(clock_set.size(), 0) << "a sleep is no step of the clock";
    clock.run(seconds{5});
    watch.look();
    EXPECT_EQ(woke.size(), 1);
}

TEST_F(NetworkWatchTest, TakesALateLookForNoSleep)
{
    clock.run(minutes{3});
    watch.look();
    EXPECT_EQ(woke.size(), 0);
    EXPECT_EQ(clock_set.size(), 0);
}

TEST_F(NetworkWatchTest, NoticesThatTheClockWasSetInEitherDirection)
{
    clock.run(seconds{5});
    clock.wall += std::chrono::hours{1};
    watch.look();
    EXPECT_EQ(clock_set.size(), 1);
    clock.run(seconds{5});
    clock.wall -= std::chrono::hours{3};
    watch.look();
    EXPECT_EQ(clock_set.size(), 2);
    EXPECT_EQ(woke.size(), 0) << "nobody slept";
}

TEST_F(NetworkWatchTest, TellsEachChangeOfTheNetworkOnce)
{
    QSignalSpy up(&watch, &NetworkWatch::network_up), down(&watch, &NetworkWatch::network_down);
    watch.set_has_network(true);
    watch.set_has_network(false);
    watch.set_has_network(false);
    watch.set_has_network(true);
    EXPECT_EQ(down.size(), 1);
    EXPECT_EQ(up.size(), 1);
}

TEST(Connection, ProbesUntilTheServerAnswersAndSaysSoOnce)
{
    int probes = 0;
    Connection connection([&] { ++probes; }, k_quick);
    QSignalSpy came_online(&connection, &Connection::came_online);

    connection.note(false, QStringLiteral("hollow.town does not answer."));
    EXPECT_TRUE(connection.sentence().startsWith(QStringLiteral("hollow.town does not answer.")));
    ASSERT_TRUE(soon([&] { return probes >= 3; }));
    connection.note(true, {});

    EXPECT_TRUE(connection.online());
    EXPECT_EQ(connection.sentence(), QString());
    EXPECT_EQ(came_online.size(), 1);
}

TEST(Connection, SaysThatTheComputerItselfIsOfflineAndProbesOnceItIsNot)
{
    int probes = 0;
    Connection connection([&] { ++probes; }, k_quick);
    connection.set_has_network(false);
    EXPECT_FALSE(connection.online());
    EXPECT_TRUE(connection.sentence().contains(QStringLiteral("not connected to a network")));
    connection.set_has_network(true);
    EXPECT_EQ(probes, 1);
    EXPECT_TRUE(connection.online());
}

TEST(Connection, BelievesAnAnswerMoreThanTheSystem)
{
    Connection connection([] {}, k_quick);
    connection.set_has_network(false);
    connection.note(true, {});
    EXPECT_TRUE(connection.online()) << "a server on this very machine needs no network";
    connection.set_has_network(false);
    connection.note(false, QStringLiteral("no"));
    connection.note(true, {});
    EXPECT_TRUE(connection.online());
}

TEST(Connection, SaysThatTheSignInHasEndedBeforeAnythingElse)
{
    Connection connection([] {}, k_quick);
    connection.note(false, QStringLiteral("hollow.town does not answer."));
    connection.set_expired(true);
    EXPECT_TRUE(connection.sentence().contains(QStringLiteral("sign in again")));
    connection.set_expired(false);
    EXPECT_TRUE(connection.sentence().contains(QStringLiteral("does not answer")));
}

} // namespace kith

// SPDX-License-Identifier: Apache-2.0
// What the app does by itself when the network, the server, the machine or the sign-in goes away and comes back.
#include "tests/app/network/online_app.h"

using namespace kith::tests;

namespace {

QString text_of(int number)
{
    return QStringLiteral("While you were away, part %1.").arg(number);
}

} // namespace

TEST_F(OnlineApp, ReadsWhatItMissedWhileTheNetworkWasGone)
{
    // Without a known post there is no hole, only a page that goes on when one scrolls.
    post_elsewhere("Before the network went");
    ASSERT_TRUE(soon([&] { return shown(QStringLiteral("Before the network went")) == 1; }));
    wire->go_away();
    ASSERT_TRUE(soon([&] { return !app->online(); }));
    EXPECT_FALSE(app->connectionSentence().isEmpty());
    // More than a page, so that a hole has to be found and filled.
    for (int number = 0; number < 50; ++number)
        post_elsewhere(text_of(number).toStdString());
    write(QStringLiteral("Written without a network"));

    wire->come_back();

    EXPECT_TRUE(soon([&] { return all_is_well(); })) << "nobody pressed anything";
    EXPECT_TRUE(soon([&] { return outbox_is_empty() && shown(QStringLiteral("Written without a network")) == 1; })) << shown_rows();
    EXPECT_TRUE(soon([&] { return shown(text_of(49)) == 1; })) << shown_rows();
    // The page shows the newest; the rest stands in the store, each once.
    EXPECT_TRUE(soon([&] {
        const auto kept = kept_posts();
        for (int number = 0; number < 50; ++number)
            if (kept.count(text_of(number)) != 1)
                return false;
        return true;
    }));
    EXPECT_EQ(stored("Written without a network"), 1);
}

TEST_F(OnlineApp, TriesAtOnceWhenTheSystemSaysThatThereIsANetwork)
{
    auto& watch = app->services()->watch;
    watch.set_has_network(false);
    EXPECT_TRUE(app->connectionSentence().contains(QStringLiteral("not connected to a network")));
    wire->go_away();
    ASSERT_TRUE(soon([&] { return !app->services()->stream.is_open(); }));
    post_elsewhere("Just before the network came");

    wire->come_back();
    watch.set_has_network(true);

    EXPECT_TRUE(soon([&] { return all_is_well() && shown(QStringLiteral("Just before the network came")) == 1; })) << shown_rows();
}

TEST_F(OnlineApp, ComesBackByItselfWhenTheServerIsRestarted)
{
    server.kill();
    ASSERT_TRUE(soon([&] { return !app->online(); }));
    write(QStringLiteral("Written while it was down"));

    server.start();

    EXPECT_TRUE(soon([&] { return all_is_well() && outbox_is_empty(); })) << shown_rows();
    EXPECT_EQ(stored("Written while it was down"), 1);
    post_elsewhere("And the stream is back");
    EXPECT_TRUE(soon([&] { return shown(QStringLiteral("And the stream is back")) == 1; })) << shown_rows();
}

TEST_F(OnlineApp, ReadsWhatItMissedInItsSleep)
{
    wire->freeze(); // the connection is dead, and nobody says so
    post_elsewhere("Said while you slept");
    ASSERT_EQ(shown(QStringLiteral("Said while you slept")), 0);

    emit app->services()->watch.woke(std::chrono::hours{2});

    EXPECT_TRUE(soon([&] { return shown(QStringLiteral("Said while you slept")) == 1; })) << shown_rows();
    post_elsewhere("Said afterwards");
    EXPECT_TRUE(soon([&] { return shown(QStringLiteral("Said afterwards")) == 1; })) << shown_rows();
    EXPECT_TRUE(soon([&] { return all_is_well(); })) << shown_rows();
}

TEST_F(OnlineApp, KeepsEverythingWhenItsSignInIsRevokedAndGoesOnWithAnother)
{
    const auto token = app->services()->api.exchange().token().toStdString();
    ASSERT_EQ(mira().post("/oauth/revoke", {{"token", token}}).status, 200);
    app->retryNow();
    ASSERT_TRUE(soon([&] { return app->signInExpired(); }));
    write(QStringLiteral("Kept over the sign-in"));

    app->signInAgain(QString::fromLatin1(KithdProcess::k_password));

    EXPECT_TRUE(soon([&] { return !app->signInExpired() && all_is_well() && outbox_is_empty(); })) << shown_rows();
    EXPECT_EQ(stored("Kept over the sign-in"), 1);
    EXPECT_EQ(shown(QStringLiteral("Kept over the sign-in")), 1);
}

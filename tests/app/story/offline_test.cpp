// SPDX-License-Identifier: Apache-2.0
#include "tests/app/story/story.h"

#include <QFile>

#include <memory>

using namespace kith;
using namespace kith::tests;

TEST(AppStory, OpensOfflineAfterARestart)
{
    KithdProcess server;
    const auto tomas = server.sign_up("tomas");
    QTemporaryDir profile;
    auto app = std::make_unique<AppWindow>(profile.path(), k_passphrase);
    sign_up(*app, server.base_url(), "mira");
    const auto mira = sign_in(server, "mira");
    ASSERT_EQ(mira.post("/api/v1/accounts/" + own_id(tomas) + "/follow").status, 200);
    ASSERT_EQ(tomas.post("/api/v1/statuses", {{"status", "Lanterns along the breakwater"}}).status, 200);
    ASSERT_TRUE(app->shows_post("homeList", "Lanterns along the breakwater"));
    write_post(*app, "Chestnuts on the market square");
    ASSERT_TRUE(app->shows_as_sent("Chestnuts on the market square", k_patience));
    EXPECT_FALSE(app->shows("offlineBanner", seconds{0}));

    stop(server);
    EXPECT_TRUE(QFile::exists(profile.filePath(QStringLiteral("store.db-wal"))));
    EXPECT_EQ(file_with(profile.path(), "Chestnuts on the market"), "") << "while it is open";
    app.reset();
    app = std::make_unique<AppWindow>(profile.path(), QString());
    app->take_picture("passphrase");
    unlock(*app);

    EXPECT_TRUE(app->shows_post("homeList", "Lanterns along the breakwater"));
    EXPECT_TRUE(app->shows_post("homeList", "Chestnuts on the market square"));
    EXPECT_TRUE(app->shows("offlineBanner"));
    app->take_picture("offline");
    app.reset();
    EXPECT_TRUE(QFile::exists(profile.filePath(QStringLiteral("store.db"))));
    EXPECT_EQ(file_with(profile.path(), "Lanterns along"), "");
    EXPECT_EQ(file_with(profile.path(), "Chestnuts on the market"), "");
    EXPECT_EQ(file_with(profile.path(), "tomas"), "");
}

TEST(AppStory, TheOutboxSendsOnce)
{
    KithdProcess server;
    QTemporaryDir profile;
    auto app = std::make_unique<AppWindow>(profile.path(), k_passphrase);
    sign_up(*app, server.base_url(), "mira");
    stop(server);

    write_post(*app, "Written far out at sea");
    EXPECT_TRUE(app->shows_post("homeList", "Written far out at sea"));
    EXPECT_TRUE(app->says("Waiting to be sent"));
    EXPECT_TRUE(app->shows("offlineBanner"));
    app->take_picture("waiting");
    app.reset();
    app = std::make_unique<AppWindow>(profile.path(), QString());
    unlock(*app);
    EXPECT_TRUE(app->says("Waiting to be sent")) << "a restart does not lose it";
    ASSERT_TRUE(app->shows("offlineBanner"));

    server.start();
    app->click_text("Try now");

    EXPECT_TRUE(app->shows_as_sent("Written far out at sea", k_patience));
    EXPECT_EQ(app->count_posts("homeList", "Written far out at sea"), 1);
    EXPECT_FALSE(app->shows("offlineBanner", seconds{0}));
    const auto mira = sign_in(server, "mira");
    EXPECT_EQ(own_posts(mira, "Written far out at sea").size(), 1U);
    write_post(*app, "Back on land");
    EXPECT_TRUE(app->shows_as_sent("Back on land", k_patience));
    EXPECT_EQ(own_posts(mira, "Written far out at sea").size(), 1U) << "what came after did not send it again";
}

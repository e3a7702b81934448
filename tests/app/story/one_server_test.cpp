// SPDX-License-Identifier: Apache-2.0
#include "tests/app/story/story.h"

using namespace kith;
using namespace kith::tests;

TEST(AppStory, SignsUpPostsAndReads)
{
    KithdProcess server;
    QTemporaryDir profile;
    AppWindow app(profile.path(), k_passphrase);
    ASSERT_TRUE(app.shows("signInServer"));
    app.take_picture("sign-in");
    sign_up(app, server.base_url(), "mira");

    write_post(app, "The first swallows are back at the harbour.", "birds, many of them");

    EXPECT_TRUE(app.shows_post("homeList", "birds, many of them"));
    EXPECT_TRUE(app.shows_as_sent("birds, many of them", k_patience));
    EXPECT_EQ(app.count_posts("homeList", "swallows"), 0) << "it is behind its warning";
    app.take_picture("home-folded");
    app.click_text("Show");
    EXPECT_TRUE(app.shows_post("homeList", "The first swallows are back at the harbour."));
    EXPECT_EQ(app.count_posts("homeList", "swallows"), 1);
    app.take_picture("home");

    const auto posts = own_posts(sign_in(server, "mira"), "The first swallows are back");
    ASSERT_EQ(posts.size(), 1U);
    EXPECT_EQ(posts.front().at("spoiler_text"), "birds, many of them");
}

TEST(AppStory, APostArrivesLive)
{
    KithdProcess server;
    const auto tomas = server.sign_up("tomas");
    QTemporaryDir profile;
    AppWindow app(profile.path(), k_passphrase);
    sign_up(app, server.base_url(), "mira");
    const auto mira = sign_in(server, "mira");
    ASSERT_EQ(mira.post("/api/v1/accounts/" + own_id(tomas) + "/follow").status, 200);
    ASSERT_TRUE(app.says("It is quiet here"));

    ASSERT_EQ(tomas.post("/api/v1/statuses", {{"status", "The ferry leaves at nine."}}).status, 200);

    EXPECT_TRUE(app.shows_post("homeList", "The ferry leaves at nine.", k_patience));
    EXPECT_FALSE(app.says("It is quiet here", seconds{0}));
}

// SPDX-License-Identifier: Apache-2.0
#include "app/services/post.h"

#include "app/base/strings.h"
#include "tests/app/unit/app_test.h"

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using services::post_of;

TEST(Post, PassesOurSanitiserWhateverTheServerSays)
{
    const auto post = post_of(
        a_status(
            "5",
            "<p onclick=\"x()\">Hi<script>alert(1)</script><img src=\"https://x.example/t.gif\">"
            " <a href=\"javascript:x\">link</a></p>"),
        a_viewer());
    EXPECT_FALSE(post.content_html.contains(QStringLiteral("script")));
    EXPECT_FALSE(post.content_html.contains(QStringLiteral("img")));
    EXPECT_FALSE(post.content_html.contains(QStringLiteral("href")));
    EXPECT_TRUE(post.plain_text.startsWith(QStringLiteral("Hi")));
}

TEST(Post, CompletesTheHandlesOfTheOwnServer)
{
    auto status = a_status("5");
    status.account = an_account("3", "kofi");
    EXPECT_EQ(post_of(status, a_viewer()).author_handle, QStringLiteral("@kofi@hollow.example"));
    EXPECT_EQ(post_of(a_status("6"), a_viewer()).author_handle,
              QStringLiteral("@tomas@harbour.example"));
}

TEST(Post, ShowsWhatWasBoostedAndByWhom)
{
    auto boost = a_status("6");
    boost.account = an_account("3", "kofi");
    boost.reblog = std::make_shared<api::Status>(a_status("5"));

    const auto post = post_of(boost, a_viewer());

    EXPECT_EQ(post.entry_id, QStringLiteral("6"));
    EXPECT_EQ(post.status_id, QStringLiteral("5"));
    EXPECT_EQ(post.boosted_by, QStringLiteral("kofi"));
    EXPECT_EQ(post.author_name, QStringLiteral("tomas"));
}

TEST(Post, TakesTheExactAudienceWhereItIsTold)
{
    auto status = a_status("5");
    status.visibility = "private";
    EXPECT_EQ(post_of(status, a_viewer()).audience, QStringLiteral("followers"));
    api::StatusKith kith;
    kith.audience = "friends";
    status.kith = kith;
    EXPECT_EQ(post_of(status, a_viewer()).audience, QStringLiteral("friends"));
}

TEST(Post, ShowsNoMarkupOfWhatWaitsInTheOutbox)
{
    const store::OutboxItem item{.key = "k", .created_at = 1, .post = {.text = "<b>1 & 2</b>\nthree"}};
    const auto post = post_of(item, a_viewer());
    EXPECT_EQ(post.content_html, QStringLiteral("&lt;b&gt;1 &amp; 2&lt;/b&gt;<br>three"));
    EXPECT_EQ(post.status_id, QStringLiteral("outbox:k"));
    EXPECT_GT(post.sort, app::sort_key(QStringLiteral("18446744073709551615")));
}

} // namespace kith

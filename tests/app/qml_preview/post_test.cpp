// SPDX-License-Identifier: Apache-2.0
#include "tests/app/qml_preview/preview.h"

#include <gtest/gtest.h>

#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>

namespace kith::app_test {
namespace {

const QSize k_wide(1280, 860);

double top_of(Preview& preview, const QString& name)
{
    auto* item = preview.item(name);
    return item ? item->mapToScene(QPointF(0, 0)).y() : -1;
}

TEST(Home, NewPostsAboveDoNotMoveTheReader)
{
    Preview preview(k_wide);
    auto* list = preview.item("homeList");
    list->setProperty("contentY", list->property("contentY").toReal() + 700);
    preview.settle();
    ASSERT_FALSE(child(preview.app(), "home")->property("atTop").toBool());
    const auto before = top_of(preview, "postCard_106");
    ASSERT_GT(before, 0);
    QMetaObject::invokeMethod(child(preview.app(), "home"), "arrive", Q_ARG(QVariant, "500"));
    preview.settle();
    EXPECT_NEAR(top_of(preview, "postCard_106"), before, 1);
}

TEST(Home, ReaderAtTheTopSeesWhatArrives)
{
    Preview preview(k_wide);
    ASSERT_TRUE(child(preview.app(), "home")->property("atTop").toBool());
    QMetaObject::invokeMethod(child(preview.app(), "home"), "arrive", Q_ARG(QVariant, "500"));
    preview.settle();
    ASSERT_NE(preview.item("postCard_500"), nullptr);
    EXPECT_GT(top_of(preview, "postCard_500"), top_of(preview, "composePrompt"));
    EXPECT_LT(top_of(preview, "postCard_500"), top_of(preview, "postCard_101"));
    EXPECT_TRUE(child(preview.app(), "home")->property("atTop").toBool());
}

TEST(Home, OpensWhereTheReaderWas)
{
    Preview preview(k_wide, [](QObject& app) {
        set(app, "home.anchorId", "105");
        set(app, "home.anchorOffset", 20);
    });
    EXPECT_NEAR(top_of(preview, "postCard_105"), top_of(preview, "homeList") - 20, 1);
}

TEST(Home, KeepsThePlaceWhenScrollingSettles)
{
    Preview preview(k_wide);
    auto* list = preview.item("homeList");
    list->setProperty("contentY", list->property("contentY").toReal() + 500);
    EXPECT_TRUE(Preview::wait([&] { return preview.calls().join(' ').contains("rememberPlace:10"); }))
        << preview.calls().join(' ').toStdString();
}

TEST(Home, PillShowsTheNewPosts)
{
    Preview preview(k_wide, [](QObject& app) { set(app, "home.newCount", 2); });
    preview.click("newPostsPill");
    EXPECT_TRUE(preview.calls().contains("showNew"));
    EXPECT_EQ(preview.item("newPostsPill"), nullptr);
}

TEST(Home, AsksForOlderPostsNearTheEnd)
{
    Preview preview(k_wide, [](QObject& app) { set(app, "home.atEnd", false); });
    QMetaObject::invokeMethod(preview.item("homeList"), "positionViewAtEnd");
    EXPECT_TRUE(Preview::wait([&] { return preview.calls().contains("loadOlder"); }));
}

TEST(PostCard, WarningHidesTheTextUntilItIsAskedFor)
{
    Preview preview(k_wide);
    const auto before = preview.item("postCard_105")->height();
    preview.click("foldButton_105");
    EXPECT_GT(preview.item("postCard_105")->height(), before);
    preview.click("foldButton_105");
    EXPECT_EQ(preview.item("postCard_105")->height(), before);
}

TEST(PostCard, FailedPostOffersRetryAndDiscard)
{
    Preview preview(k_wide);
    preview.click("retryButton_104");
    preview.click("discardButton_104");
    EXPECT_TRUE(preview.calls().contains("retrySend:104"));
    EXPECT_TRUE(preview.calls().contains("discard:104"));
}

TEST(PostCard, WaitingPostSaysWhyAndCanBeWithdrawn)
{
    Preview preview(k_wide);
    bool said = false;
    for (auto* item : visible_items(preview.window()))
        said = said || item->property("text").toString() == "Waiting to be sent. hollow.town cannot be reached right now.";
    EXPECT_TRUE(said);
    EXPECT_EQ(preview.item("retryButton_103"), nullptr) << "it is tried by itself";
    preview.click("discardButton_103");
    EXPECT_TRUE(preview.calls().contains("discard:103"));
}

TEST(PostCard, MenuOpensTheLinksOfThePostByKeyboard)
{
    Preview preview(k_wide);
    preview.click("moreButton_101");
    ASSERT_TRUE(Preview::wait([&] { return preview.item("menuLink_0") != nullptr; }));
    EXPECT_EQ(preview.item("menuLink_1"), nullptr);
    EXPECT_EQ(preview.item("menuLink_0")->property("text").toString(), "Open harbour.social/tags/sourdough");
    preview.picture(QStringLiteral("post-menu-links"));
    preview.key(Qt::Key_Down);
    preview.key(Qt::Key_Return);
    EXPECT_TRUE(preview.calls().contains("openLink:https://harbour.social/tags/sourdough"));
    ASSERT_TRUE(Preview::wait([&] { return preview.item("menuCopyText") == nullptr; }));
    preview.click("moreButton_102");
    ASSERT_TRUE(Preview::wait([&] { return preview.item("menuCopyText") != nullptr; }));
    EXPECT_EQ(preview.item("menuLink_0"), nullptr) << "that was the other post's";
    EXPECT_EQ(preview.warnings(), "");
}

TEST(PostCard, ANameWithAPercentSignScramblesNothing)
{
    Preview preview(k_wide);
    auto* home = child(preview.app(), "home");
    QMetaObject::invokeMethod(home, "setProperty", Q_ARG(int, 0), Q_ARG(QString, "authorName"), Q_ARG(QVariant, "100%2 Tomas %1"));
    preview.settle();
    auto* face = QAccessible::queryAccessibleInterface(preview.item("postCard_101"));
    ASSERT_NE(face, nullptr);
    const auto name = face->text(QAccessible::Name);
    EXPECT_TRUE(name.startsWith("100%2 Tomas %1, ")) << name.toStdString();
    EXPECT_TRUE(name.contains(": First bread")) << name.toStdString();
}

TEST(PostCard, MenuCopiesTheLinkAndDeletesOnlyAfterAsking)
{
    Preview preview(k_wide);
    auto* list = preview.item("homeList");
    QMetaObject::invokeMethod(list, "positionViewAtIndex", Q_ARG(int, 8), Q_ARG(int, 1));
    preview.settle();
    preview.click("moreButton_109");
    ASSERT_TRUE(Preview::wait([&] { return preview.item("menuDelete") != nullptr; }));
    preview.picture(QStringLiteral("post-menu"));
    preview.click("menuCopyLink");
    EXPECT_EQ(QGuiApplication::clipboard()->text(), "https://harbour.social/@tomas/109");
    ASSERT_TRUE(Preview::wait([&] { return preview.item("menuDelete") == nullptr; }));
    preview.click("moreButton_109");
    ASSERT_TRUE(Preview::wait([&] { return preview.item("menuDelete") != nullptr; }));
    preview.click("menuDelete");
    ASSERT_TRUE(Preview::wait([&] { return preview.item("confirmButton") != nullptr; }));
    EXPECT_FALSE(preview.calls().contains("remove:109"));
    preview.picture(QStringLiteral("delete-dialog"));
    preview.click("confirmButton");
    EXPECT_TRUE(preview.calls().contains("remove:109"));
    EXPECT_EQ(preview.warnings(), "");
}

TEST(PostCard, OtherPeoplesPostsCannotBeDeleted)
{
    Preview preview(k_wide);
    preview.click("moreButton_101");
    ASSERT_TRUE(Preview::wait([&] { return preview.item("menuCopyLink") != nullptr; }));
    EXPECT_EQ(preview.item("menuDelete"), nullptr);
}

TEST(PostCard, LinksGoThroughTheApp)
{
    Preview preview(k_wide);
    bool found = false;
    for (auto* item : visible_items(preview.window())) {
        if (!item->property("text").toString().contains("tags/sourdough"))
            continue;
        found = QMetaObject::invokeMethod(item, "linkActivated",
                                          Q_ARG(QString, "https://harbour.social/tags/sourdough"));
    }
    ASSERT_TRUE(found);
    EXPECT_TRUE(preview.calls().contains("openLink:https://harbour.social/tags/sourdough"));
}

TEST(PostCard, AClickOpensTheThread)
{
    Preview preview(k_wide);
    preview.click("postCard_102");
    EXPECT_TRUE(preview.calls().contains("openThread:102"));
}

} // namespace
} // namespace kith::app_test

// SPDX-License-Identifier: Apache-2.0
#include "tests/app/qml_preview/preview.h"

#include <gtest/gtest.h>

#include <QAccessible>
#include <QGuiApplication>

namespace kith::app_test {
namespace {

const QSize k_wide(1280, 860);

QString focused(Preview& preview)
{
    auto* item = preview.window().activeFocusItem();
    return item ? item->objectName() : QString();
}

TEST(Keys, WalkThePostsOpenTheThreadAndComeBack)
{
    Preview preview(k_wide);
    preview.key(Qt::Key_J);
    EXPECT_EQ(focused(preview), "postCard_101");
    preview.key(Qt::Key_J);
    EXPECT_EQ(focused(preview), "postCard_102");
    preview.key(Qt::Key_K);
    EXPECT_EQ(focused(preview), "postCard_101");
    preview.picture(QStringLiteral("focus"));
    preview.key(Qt::Key_Return);
    EXPECT_TRUE(preview.calls().contains("openThread:101"));
    ASSERT_NE(preview.item("threadList"), nullptr);
    preview.key(Qt::Key_Escape);
    EXPECT_EQ(preview.item("threadList"), nullptr);
    EXPECT_NE(preview.item("homeList"), nullptr);
    EXPECT_EQ(preview.warnings(), "");
}

TEST(Keys, RRepliesToTheFocusedPost)
{
    Preview preview(k_wide);
    preview.key(Qt::Key_J);
    preview.key(Qt::Key_R);
    ASSERT_TRUE(Preview::wait([&] { return focused(preview) == "composeText"; }));
    EXPECT_EQ(child(preview.app(), "compose")->property("replyToId").toString(), "101");
}

TEST(Compose, OpensWithTheRightDraftOnly)
{
    Preview preview(k_wide, [](QObject& app) { set(app, "compose.slow", true); });
    preview.key(Qt::Key_J);
    preview.key(Qt::Key_R);
    preview.settle();
    EXPECT_EQ(preview.item("composeText"), nullptr) << "the answer is not there yet";
    QMetaObject::invokeMethod(child(preview.app(), "compose"), "opened");
    EXPECT_TRUE(Preview::wait([&] { return focused(preview) == "composeText"; }));
}

TEST(Keys, AltAndANumberGoToThePlaces)
{
    Preview preview(k_wide);
    preview.key(Qt::Key_3, Qt::AltModifier);
    EXPECT_NE(preview.item("notificationsList"), nullptr);
    preview.key(Qt::Key_2, Qt::AltModifier);
    EXPECT_EQ(focused(preview), "peopleField");
    preview.key(Qt::Key_4, Qt::AltModifier);
    EXPECT_NE(preview.item("signOutButton"), nullptr);
    preview.key(Qt::Key_1, Qt::AltModifier);
    EXPECT_NE(preview.item("homeList"), nullptr);
    EXPECT_TRUE(preview.calls().contains("markNotificationsRead"));
}

TEST(Keys, F5LooksForNewPosts)
{
    Preview preview(k_wide);
    preview.key(Qt::Key_F5);
    EXPECT_TRUE(preview.calls().contains("refresh"));
}

TEST(Keys, TabReachesEveryButtonOfASmallPage)
{
    Preview preview(k_wide);
    preview.show("settings");
    QStringList reached;
    for (int press = 0; press < 30; ++press) {
        preview.key(Qt::Key_Tab);
        reached << focused(preview);
    }
    for (const auto* name : {"navHome", "navSettings", "composeButton", "themeSystem", "themeLight",
                             "themeDark", "signOutButton"})
        EXPECT_TRUE(reached.contains(QLatin1String(name))) << name;
}

TEST(Compose, SendsWhatWasTypedAndCloses)
{
    Preview preview(k_wide);
    preview.key(Qt::Key_N, Qt::ControlModifier);
    ASSERT_TRUE(Preview::wait([&] { return focused(preview) == "composeText"; }));
    EXPECT_FALSE(preview.item("composeSend")->isEnabled());
    preview.type("First frost");
    EXPECT_EQ(child(preview.app(), "compose")->property("text").toString(), "First frost");
    EXPECT_TRUE(preview.item("composeSend")->isEnabled());
    preview.key(Qt::Key_Return, Qt::ControlModifier);
    EXPECT_TRUE(preview.calls().contains("send:First frost"));
    EXPECT_TRUE(Preview::wait([&] { return preview.item("composeText") == nullptr; }));
    EXPECT_EQ(preview.warnings(), "");
}

TEST(Compose, EscapeKeepsTheDraft)
{
    Preview preview(k_wide);
    preview.click("composePrompt");
    ASSERT_TRUE(Preview::wait([&] { return focused(preview) == "composeText"; }));
    preview.type("Half a thought");
    preview.key(Qt::Key_Escape);
    ASSERT_TRUE(Preview::wait([&] { return preview.item("composeText") == nullptr; }));
    EXPECT_FALSE(preview.calls().contains("discardDraft"));
    preview.click("composeButton");
    ASSERT_TRUE(Preview::wait([&] { return preview.item("composeText") != nullptr; }));
    EXPECT_EQ(preview.item("composeText")->property("text").toString(), "Half a thought");
}

TEST(Compose, AudienceMenuExplainsAndChooses)
{
    Preview preview(k_wide);
    preview.show("compose");
    preview.click("composeAudience");
    ASSERT_TRUE(Preview::wait([&] { return preview.item("audience_followers") != nullptr; }));
    preview.picture(QStringLiteral("audience-menu"));
    preview.click("audience_followers");
    EXPECT_EQ(child(preview.app(), "compose")->property("audience").toString(), "followers");
    EXPECT_EQ(preview.warnings(), "");
}

TEST(Compose, WarningFieldComesAndGoes)
{
    Preview preview(k_wide);
    preview.show("compose");
    EXPECT_EQ(preview.item("composeWarningText"), nullptr);
    preview.click("composeWarning");
    EXPECT_NE(preview.item("composeWarningText"), nullptr);
    EXPECT_TRUE(child(preview.app(), "compose")->property("spoilerShown").toBool());
}

TEST(People, SearchFollowAndUnfollow)
{
    Preview preview(k_wide,
                    [](QObject& app) { QMetaObject::invokeMethod(child(app, "people"), "fill"); });
    preview.show("people");
    preview.item("peopleField")->setProperty("text", "@tomas@harbour.social");
    preview.settle();
    preview.click("peopleSearch");
    EXPECT_TRUE(preview.calls().contains("search:@tomas@harbour.social"));
    preview.click("followButton_@tomas@harbour.social");
    EXPECT_TRUE(preview.calls().contains("follow:1"));
    preview.click("followButton_@sana@hollow.town");
    EXPECT_TRUE(preview.calls().contains("unfollow:2"));
    EXPECT_EQ(preview.item("followButton_@mira@hollow.town"), nullptr);
}

TEST(Notifications, OpenThePostOrThePerson)
{
    Preview preview(k_wide);
    preview.show("notifications");
    preview.click("notification_1");
    EXPECT_TRUE(preview.calls().contains("openThread:s1"));
    preview.show("notifications");
    preview.click("notification_2");
    EXPECT_TRUE(preview.calls().contains("search:@sana@hollow.town"));
}

TEST(Settings, ChooseTheColoursAndSignOutAfterAsking)
{
    Preview preview(k_wide);
    preview.show("settings");
    preview.click("themeDark");
    EXPECT_EQ(preview.app().property("colorScheme").toString(), "dark");
    preview.click("signOutButton");
    ASSERT_TRUE(Preview::wait([&] { return preview.item("confirmButton") != nullptr; }));
    EXPECT_FALSE(preview.calls().contains("signOut"));
    preview.picture(QStringLiteral("sign-out-dialog"));
    preview.click("confirmButton");
    EXPECT_TRUE(preview.calls().contains("signOut"));
    EXPECT_EQ(preview.warnings(), "");
}

TEST(Settings, ComfortIsAToggleAway)
{
    Preview preview(k_wide);
    preview.show("settings");
    preview.click("contrastToggle");
    EXPECT_TRUE(preview.app().property("highContrast").toBool());
    preview.click("motionToggle");
    EXPECT_FALSE(preview.app().property("reduceMotion").toBool());
    EXPECT_EQ(preview.warnings(), "");
}

TEST(Window, SaysInPassingThatSigningOutDidNotWork)
{
    Preview preview(k_wide);
    set(preview.app(), "signInError", "You are still signed in.");
    preview.settle();
    EXPECT_NE(preview.item("toast"), nullptr);
}

TEST(Window, SaysInPassingWhatDidNotWork)
{
    Preview preview(k_wide);
    EXPECT_EQ(preview.item("toast"), nullptr);
    QMetaObject::invokeMethod(child(preview.app(), "home"),
                              "failed", Q_ARG(QString, "The post is still there: your server did not answer."));
    preview.settle();
    ASSERT_NE(preview.item("toast"), nullptr);
    preview.picture("toast");
    preview.click("toastClose");
    EXPECT_EQ(preview.item("toast"), nullptr);
}

TEST(SignIn, ScreenReadersKnowThePasswordForOne)
{
    Preview preview(k_wide, [](QObject& app) { set(app, "state", "signedOut"); });
    auto* face = QAccessible::queryAccessibleInterface(preview.item("signInPassword"));
    ASSERT_NE(face, nullptr);
    EXPECT_EQ(face->text(QAccessible::Name), "Password");
    EXPECT_TRUE(face->state().passwordEdit);
}

TEST(SignIn, PassesOnWhatWasTypedOnlyWhenAllIsThere)
{
    Preview preview(k_wide, [](QObject& app) {
        set(app, "state", "signedOut");
        set(app, "server", "");
    });
    EXPECT_EQ(focused(preview), "signInServer");
    preview.type("hollow.town");
    preview.key(Qt::Key_Return);
    EXPECT_EQ(focused(preview), "signInName");
    preview.type("mira");
    EXPECT_FALSE(preview.item("signInButton")->isEnabled());
    preview.key(Qt::Key_Return);
    preview.type("quite long");
    preview.click("signUpButton");
    EXPECT_TRUE(preview.calls().contains("signUp:hollow.town,mira,quite long"));
    preview.click("signInButton");
    EXPECT_TRUE(preview.calls().contains("signIn:hollow.town,mira,quite long"));
}

TEST(SignIn, SayingTheStateChangesThePage)
{
    Preview preview(k_wide, [](QObject& app) { set(app, "state", "locked"); });
    EXPECT_EQ(focused(preview), "passphraseField");
    preview.type("three warm words");
    preview.click("passphraseButton");
    EXPECT_TRUE(preview.calls().contains("unlock:three warm words"));
    set(preview.app(), "state", "ready");
    preview.settle();
    EXPECT_NE(preview.item("homeList"), nullptr);
    EXPECT_EQ(preview.warnings(), "");
}

TEST(Recovery, WantsThePassphraseTwiceAndGoesOn)
{
    Preview preview(k_wide, [](QObject& app) { set(app, "state", "offerRecovery"); });
    EXPECT_EQ(focused(preview), "recoveryField");
    preview.type("grey herons");
    preview.key(Qt::Key_Return);
    EXPECT_EQ(focused(preview), "recoveryAgainField");
    preview.type("grey heron");
    EXPECT_FALSE(preview.item("recoveryButton")->isEnabled());
    preview.type("s");
    preview.click("recoveryButton");
    EXPECT_TRUE(preview.calls().contains("makeRecovery:grey herons"));
    EXPECT_TRUE(preview.calls().contains("leaveRecoveryOffer"));
    EXPECT_EQ(preview.warnings(), "");
}

TEST(Recovery, MayWait)
{
    Preview preview(k_wide, [](QObject& app) { set(app, "state", "offerRecovery"); });
    preview.click("recoveryLaterButton");
    EXPECT_TRUE(preview.calls().contains("leaveRecoveryOffer"));
}

TEST(KeyLost, OpensWithThePassphraseOrTheKeychain)
{
    Preview preview(k_wide, [](QObject& app) {
        set(app, "recovery.kept", true);
        set(app, "state", "keyLost");
    });
    EXPECT_EQ(focused(preview), "recoverField");
    preview.type("grey herons");
    preview.key(Qt::Key_Return);
    EXPECT_TRUE(preview.calls().contains("recover:grey herons"));
    preview.click("keychainAgainButton");
    EXPECT_TRUE(preview.calls().contains("tryKeychainAgain"));
}

TEST(KeyLost, StartsFreshOnlyAfterAsking)
{
    Preview preview(k_wide, [](QObject& app) { set(app, "state", "keyLost"); });
    EXPECT_EQ(preview.item("recoverField"), nullptr) << "there is no spare key";
    preview.click("startFreshButton");
    ASSERT_TRUE(Preview::wait([&] { return preview.item("confirmButton") != nullptr; }));
    EXPECT_FALSE(preview.calls().contains("startFresh"));
    preview.picture(QStringLiteral("start-fresh-dialog"));
    preview.click("confirmButton");
    EXPECT_TRUE(preview.calls().contains("startFresh"));
    EXPECT_EQ(preview.warnings(), "");
}

TEST(SignIn, WithTheBrowserNeedsOnlyTheServer)
{
    Preview preview(k_wide, [](QObject& app) {
        set(app, "state", "signedOut");
        set(app, "server", "");
    });
    EXPECT_FALSE(preview.item("browserButton")->isEnabled());
    preview.type("mastodon.example");
    preview.click("browserButton");
    EXPECT_TRUE(preview.calls().contains("signInWithBrowser:mastodon.example"));
    set(preview.app(), "waitsForBrowser", true);
    set(preview.app(), "busy", true);
    preview.settle();
    EXPECT_EQ(preview.item("signInServer"), nullptr);
    EXPECT_EQ(focused(preview), "browserAgainButton");
    preview.key(Qt::Key_Return);
    EXPECT_TRUE(preview.calls().contains("openBrowserAgain"));
    preview.click("browserCancelButton");
    EXPECT_TRUE(preview.calls().contains("cancelSignIn"));
    EXPECT_EQ(preview.warnings(), "");
}

TEST(SignIn, AgainOnAServerThatIsNotKithsIsTheBrowsersMatter)
{
    Preview preview(k_wide, [](QObject& app) {
        set(app, "serverHasKith", false);
        set(app, "signInExpired", true);
        set(app, "connectionSentence", "Your home server has ended this sign-in.");
    });
    preview.click("bannerButton");
    ASSERT_TRUE(Preview::wait([&] { return focused(preview) == "againBrowserButton"; }));
    EXPECT_EQ(preview.item("againPassword"), nullptr);
    preview.key(Qt::Key_Return);
    EXPECT_TRUE(preview.calls().contains("signInAgainWithBrowser"));
    EXPECT_EQ(preview.warnings(), "");
}

TEST(SignIn, GoesOnWhereItWasOnceThePasswordIsTypedAgain)
{
    Preview preview(k_wide, [](QObject& app) {
        set(app, "signInExpired", true);
        set(app, "connectionSentence", "Your home server has ended this sign-in. Your drafts and what waits to be sent "
                                       "are safe; sign in again to go on.");
    });
    preview.click("bannerButton");
    ASSERT_TRUE(Preview::wait([&] { return focused(preview) == "againPassword"; }));
    EXPECT_FALSE(preview.calls().contains("retryNow"));
    preview.type("quite long");
    preview.picture(QStringLiteral("sign-in-again"));
    preview.key(Qt::Key_Return);
    EXPECT_TRUE(preview.calls().contains("signInAgain:quite long"));
    set(preview.app(), "signInExpired", false);
    EXPECT_TRUE(Preview::wait([&] { return preview.item("againPassword") == nullptr; }));
    EXPECT_EQ(preview.warnings(), "");
}

TEST(Window, MirrorsForRightToLeftLanguages)
{
    QGuiApplication::setLayoutDirection(Qt::RightToLeft);
    {
        Preview preview(k_wide);
        auto* navigation = preview.item("navHome");
        EXPECT_GT(navigation->mapToScene(QPointF(0, 0)).x(), 1280 / 2);
        preview.picture(QStringLiteral("right-to-left"));
        preview.show("people");
        auto* field = preview.item("peopleField");
        ASSERT_NE(field, nullptr);
        const auto place = [&](const char* part) {
            auto* item = field->findChild<QQuickItem*>(QLatin1String(part));
            return item ? item->mapRectToItem(field, item->boundingRect()) : QRectF();
        };
        EXPECT_GT(place("fieldIcon").left(), field->width() / 2);
        EXPECT_LE(place("fieldPlaceholder").right(), place("fieldIcon").left());
        EXPECT_GE(field->property("rightPadding").toReal(), field->width() - place("fieldIcon").left());
        EXPECT_EQ(preview.warnings(), "");
    }
    QGuiApplication::setLayoutDirection(Qt::LeftToRight);
}

TEST(Window, KeepsItsPageWhenItIsResized)
{
    Preview preview(k_wide);
    preview.show("settings");
    for (const auto size : {QSize(500, 800), QSize(900, 700), QSize(360, 480), k_wide}) {
        preview.window().resize(size);
        preview.settle();
        EXPECT_NE(preview.item("themeDark"), nullptr) << size.width();
        EXPECT_NE(preview.item("composeButton"), nullptr) << size.width();
        EXPECT_NE(preview.item("navHome"), nullptr) << size.width();
    }
    EXPECT_EQ(preview.warnings(), "");
}

} // namespace
} // namespace kith::app_test

// SPDX-License-Identifier: Apache-2.0
#include "tests/app/qml_preview/preview.h"

#include <gtest/gtest.h>

#include <QAccessible>

#include <set>

namespace kith::app_test {
namespace {

struct Page {
    const char* name;
    const char* show; // where to go, or "" for a page before the app
    std::function<void(QObject&)> setup;
};

void clear(QObject& app, const char* model, const char* phase)
{
    QMetaObject::invokeMethod(child(app, model), "clear");
    set(app, QStringLiteral("%1.phase").arg(QLatin1String(model)), QLatin1String(phase));
}

const QList<Page>& pages()
{
    static const QList<Page> s_pages{
        {"home", "home", {}},
        {"home-new-offline", "home",
         [](QObject& app) {
             set(app, "home.newCount", 3);
             set(app, "online", false);
             set(app, "connectionSentence", "You are offline. You can still read what is here.");
         }},
        {"home-loading", "home", [](QObject& app) { clear(app, "home", "loading"); }},
        {"home-empty", "home", [](QObject& app) { clear(app, "home", "empty"); }},
        {"home-error", "home",
         [](QObject& app) {
             clear(app, "home", "error");
             set(app, "home.errorSentence", "hollow.town does not answer. It may be back in a moment.");
         }},
        {"thread", "thread:101", {}},
        {"thread-gone", "thread:gone", {}},
        {"compose", "compose", {}},
        {"compose-reply", "reply",
         [](QObject& app) {
             set(app, "compose.spoilerShown", true);
             set(app, "compose.spoilerText", "Bread, and a lot of it");
             set(app, "compose.audience", "followers");
         }},
        {"people-idle", "people", {}},
        {"people", "people",
         [](QObject& app) { QMetaObject::invokeMethod(child(app, "people"), "fill"); }},
        {"people-searching", "people", [](QObject& app) { set(app, "people.phase", "searching"); }},
        {"people-none", "people",
         [](QObject& app) {
             set(app, "people.query", "@nobody@nowhere.example");
             set(app, "people.phase", "none");
         }},
        {"people-error", "people",
         [](QObject& app) {
             set(app, "people.phase", "error");
             set(app, "people.errorSentence", "nowhere.example could not be reached.");
         }},
        {"notifications", "notifications", {}},
        {"notifications-empty", "notifications",
         [](QObject& app) { clear(app, "notifications", "empty"); }},
        {"settings", "settings", {}},
        {"sign-in", "",
         [](QObject& app) {
             set(app, "state", "signedOut");
             set(app, "server", "");
         }},
        {"sign-in-error", "",
         [](QObject& app) {
             set(app, "state", "signedOut");
             set(app, "signInError", "That name and password do not fit together on hollow.town.");
         }},
        {"sign-in-busy", "",
         [](QObject& app) {
             set(app, "state", "signedOut");
             set(app, "busy", true);
         }},
        {"sign-in-browser", "",
         [](QObject& app) {
             set(app, "state", "signedOut");
             set(app, "busy", true);
             set(app, "waitsForBrowser", true);
         }},
        {"passphrase", "", [](QObject& app) { set(app, "state", "locked"); }},
        {"passphrase-choose", "", [](QObject& app) { set(app, "state", "needsPassphrase"); }},
        {"key-lost", "",
         [](QObject& app) {
             set(app, "state", "keyLost");
             set(app, "failure", "The key of this profile is not in the system's keychain.");
         }},
        {"key-lost-spare", "",
         [](QObject& app) {
             set(app, "recovery.kept", true);
             set(app, "state", "keyLost");
             set(app, "failure", "The key of this profile is not in the system's keychain.");
         }},
        {"recovery-offer", "", [](QObject& app) { set(app, "state", "offerRecovery"); }},
        {"failed", "",
         [](QObject& app) {
             set(app, "state", "failed");
             set(app, "failure", "Another Kith has this profile open. Close it, then try again.");
         }},
        {"opening", "", [](QObject& app) { set(app, "state", "opening"); }},
    };
    return s_pages;
}

QString accessible_name(QQuickItem* item)
{
    auto* interface = QAccessible::queryAccessibleInterface(item);
    return interface ? interface->text(QAccessible::Name) : QString();
}

QString describe(const QQuickItem* item)
{
    return QStringLiteral("%1 \"%2\" %3")
        .arg(QLatin1String(item->metaObject()->className()), item->objectName(),
             item->property("text").toString());
}

void expect_named_controls(Preview& preview)
{
    for (auto* item : visible_items(preview.window())) {
        if (!item->activeFocusOnTab() || !item->isEnabled())
            continue;
        EXPECT_FALSE(accessible_name(item).isEmpty()) << "no name for " << describe(item).toStdString();
    }
}

// Texts stay inside the window, and none is cut without an ellipsis.
void expect_fitting_texts(Preview& preview)
{
    const auto width = preview.window().width();
    for (auto* item : visible_items(preview.window())) {
        if (!item->inherits("QQuickText") || item->property("text").toString().isEmpty())
            continue;
        const auto area = item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
        EXPECT_GE(area.left(), -0.5) << describe(item).toStdString();
        EXPECT_LE(area.right(), width + 0.5) << describe(item).toStdString();
        if (item->property("elide").toInt() == Qt::ElideNone) {
            EXPECT_LE(item->property("contentWidth").toReal(), item->width() + 1)
                << describe(item).toStdString();
        }
    }
}

// What takes the mouse is big enough for it.
void expect_big_targets(Preview& preview)
{
    for (auto* item : visible_items(preview.window())) {
        if (!item->inherits("QQuickAbstractButton"))
            continue;
        EXPECT_GE(item->height(), 36) << describe(item).toStdString();
        EXPECT_GE(item->width(), 36) << describe(item).toStdString();
    }
}

class EveryPage : public testing::TestWithParam<std::tuple<const char*, int, int>> { };

TEST_P(EveryPage, LoadsWithoutWarningsFitsAndHasNames)
{
    const auto [scheme, width, height] = GetParam();
    std::set<std::string> looks;
    for (const auto& page : pages()) {
        SCOPED_TRACE(page.name);
        Preview preview({width, height}, [&](QObject& app) {
            set(app, "colorScheme", QLatin1String(QByteArray(scheme) == "contrast" ? "dark" : scheme));
            set(app, "highContrast", QByteArray(scheme) == "contrast");
            if (page.setup)
                page.setup(app);
        });
        if (QByteArray(page.show) == "reply") {
            preview.click("replyButton_101");
        } else if (*page.show) {
            preview.show(QLatin1String(page.show));
        }
        const auto image = preview.picture(
            QStringLiteral("%1-%2-%3").arg(QLatin1String(page.name), QLatin1String(scheme)).arg(width));
        EXPECT_EQ(image.width(), width);
        EXPECT_EQ(preview.warnings(), "");
        expect_named_controls(preview);
        expect_fitting_texts(preview);
        expect_big_targets(preview);
        EXPECT_TRUE(
            looks.emplace(reinterpret_cast<const char*>(image.constBits()), image.sizeInBytes()).second)
            << "looks exactly like another page";
    }
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryPage,
                         testing::Combine(testing::Values("light", "dark"), testing::Values(1280),
                                          testing::Values(860)));
INSTANTIATE_TEST_SUITE_P(LooksInAMiddleWindow, EveryPage,
                         testing::Combine(testing::Values("light", "dark"), testing::Values(900),
                                          testing::Values(700)));
INSTANTIATE_TEST_SUITE_P(LooksInANarrowWindow, EveryPage,
                         testing::Combine(testing::Values("light", "dark"), testing::Values(500),
                                          testing::Values(800)));
INSTANTIATE_TEST_SUITE_P(LooksInHighContrast, EveryPage,
                         testing::Combine(testing::Values("contrast"), testing::Values(1280),
                                          testing::Values(860)));

} // namespace
} // namespace kith::app_test

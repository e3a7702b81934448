// SPDX-License-Identifier: Apache-2.0
#include "app/base/gui_watchdog.h"
#include "tests/app/qml_preview/preview.h"

#include <gtest/gtest.h>

#include <QColor>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QSvgRenderer>

#include <cmath>

namespace kith::app_test {
namespace {

QStringList files(const QString& folder, const QString& pattern)
{
    QStringList found;
    QDirIterator all(QStringLiteral(KITH_SOURCE_DIR "/") + folder, {pattern}, QDir::Files,
                     QDirIterator::Subdirectories);
    while (all.hasNext())
        found << all.next();
    return found;
}

QString read(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

// Every line of every .qml file but those named that `forbidden` matches, as "file:line: text".
QStringList offences(const QString& forbidden, const QStringList& except)
{
    const QRegularExpression expression(forbidden);
    EXPECT_TRUE(expression.isValid()) << forbidden.toStdString();
    QStringList found;
    for (const auto& path : files(QStringLiteral("app"), QStringLiteral("*.qml"))) {
        const auto name = path.section(QLatin1Char('/'), -1);
        if (except.contains(name))
            continue;
        const auto lines = read(path).split(QLatin1Char('\n'));
        for (qsizetype i = 0; i < lines.size(); ++i) {
            const auto code = lines[i].section(QStringLiteral("//"), 0, 0);
            if (expression.match(code).hasMatch())
                found << QStringLiteral("%1:%2: %3").arg(name).arg(i + 1).arg(lines[i].trimmed());
        }
    }
    return found;
}

void expect_none(const QStringList& found)
{
    EXPECT_TRUE(found.isEmpty()) << found.join(QLatin1Char('\n')).toStdString();
}

TEST(QmlLint, FillsSeveralPlacesOfASentenceAtOnce)
{
    expect_none(offences(QStringLiteral(R"(\.arg\([^()]*(\([^()]*\)[^()]*)*\)\.arg\()"), {}));
}

TEST(QmlLint, FindsTheFiles)
{
    EXPECT_GT(files(QStringLiteral("app"), QStringLiteral("*.qml")).size(), 40);
}

TEST(QmlLint, OnlyHtmlTextReadsMarkup)
{
    expect_none(offences(QStringLiteral("\\b(RichText|StyledText|AutoText|MarkdownText)\\b"),
                         {"HtmlText.qml"}));
}

TEST(QmlLint, OnlyLabelAndHtmlTextAreTexts)
{
    expect_none(offences(QStringLiteral("^\\s*(Text|TextEdit|TextInput|T\\.Label)\\s*\\{"),
                         {"Label.qml", "HtmlText.qml"}));
    EXPECT_TRUE(read(QStringLiteral(KITH_SOURCE_DIR "/app/ui/Label.qml")).contains(QStringLiteral("textFormat: Text.PlainText")));
}

TEST(QmlLint, HtmlTextShowsOnlyWhatOurSanitiserMade)
{
    // The text of an HtmlText comes from a role that ends in Html.
    for (const auto& path : files(QStringLiteral("app"), QStringLiteral("*.qml"))) {
        const auto text = read(path);
        static const QRegularExpression s_block(
            QStringLiteral("HtmlText \\{[^}]*?\\btext: ([^\\n]*)"));
        auto blocks = s_block.globalMatch(text);
        while (blocks.hasNext())
            EXPECT_TRUE(blocks.next().captured(1).contains(QStringLiteral("Html"))) << path.toStdString();
    }
}

TEST(QmlLint, OnlyTheThemeHoldsColours)
{
    expect_none(offences(QStringLiteral("\"#[0-9a-fA-F]{3,8}\""), {"Theme.qml"}));
    expect_none(offences(QStringLiteral("[cC]olor: *\"(?!transparent)"), {"Theme.qml"}));
}

TEST(QmlLint, OnlyTheThemeHoldsSizesOfTypeSpaceAndShape)
{
    expect_none(offences(
        QStringLiteral(
            "\\b(pixelSize|pointSize|radius|border\\.width|duration|interval|delay|"
            "(left|right|top|bottom)?[mM]argins?|(left|right|top|bottom)?[pP]adding): *[3-9]"),
        {"Theme.qml"}));
}

TEST(QmlLint, EveryShownWordCanBeTranslated)
{
    expect_none(
        offences(QStringLiteral(
                     "\\b(text|title|sentence|hint|label|placeholder(Text)?|actionText|confirmText|"
                     "Accessible\\.name): *\"(?!kith\")[^\"]*[A-Za-z]"),
                 {}));
}

TEST(QmlLint, LinksLeaveOnlyThroughTheApp)
{
    expect_none(
        offences(QStringLiteral(
                     "openUrlExternally|XMLHttpRequest|WebSocket|Qt\\.createQmlObject|\\beval\\("),
                 {}));
}

TEST(QmlLint, EveryFileNamesItsLicence)
{
    for (const auto& path : files(QStringLiteral("app"), QStringLiteral("*.qml")))
        EXPECT_TRUE(
            read(path).startsWith(QStringLiteral("// SPDX-License-Identifier: Apache-2.0\n")))
            << path.toStdString();
}

// Each of these is a moment in which the window does not answer. Think twice before there is another.
TEST(Lint, OnlyOneStretchOfTheProgramIsAllowedToBeLong)
{
    int uses = 0;
    for (const auto& path : files(QStringLiteral("app"), QStringLiteral("*.cpp")))
        uses += static_cast<int>(read(path).count(QStringLiteral("allow_long(")));
    EXPECT_EQ(uses, 1);
    EXPECT_EQ(kith::app::GuiWatchdog::exemptions().size(), 5U);
}

TEST(Icons, AreDrawnOnTheGridAndInTheResources)
{
    const auto all = files(QStringLiteral("resources/icons"), QStringLiteral("*.svg"));
    EXPECT_GT(all.size(), 25);
    for (const auto& path : all) {
        const auto text = read(path);
        const auto name = path.section(QLatin1Char('/'), -1);
        EXPECT_TRUE(text.contains(QStringLiteral("viewBox=\"0 0 24 24\""))) << name.toStdString();
        EXPECT_TRUE(QSvgRenderer(text.toUtf8()).isValid()) << name.toStdString();
        if (name == QStringLiteral("kith.svg")) // the sign of the program, in its own colour, for the desktop
            continue;
        EXPECT_TRUE(text.contains(QStringLiteral("currentColor"))) << name.toStdString();
        EXPECT_TRUE(QFile::exists(QStringLiteral(":/kith/icons/") + name)) << name.toStdString();
    }
}

TEST(Icons, EveryNameInUseExists)
{
    static const QRegularExpression s_use(
        QStringLiteral("(?<![.\\w])(?:iconName|emptyIcon|name|icon): *\"([a-z-]+)\""));
    for (const auto& path : files(QStringLiteral("app"), QStringLiteral("*.qml"))) {
        auto uses = s_use.globalMatch(read(path));
        while (uses.hasNext()) {
            const auto name = uses.next().captured(1);
            EXPECT_TRUE(QFile::exists(QStringLiteral(":/kith/icons/%1.svg").arg(name)))
                << path.toStdString() << ": " << name.toStdString();
        }
    }
}

double luminance(const QColor& color)
{
    const auto part = [](double v) {
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) + 0.0722 * part(color.blueF());
}

double contrast(QObject* theme, const char* front, const char* ground)
{
    const auto one = luminance(theme->property(front).value<QColor>()) + 0.05;
    const auto two = luminance(theme->property(ground).value<QColor>()) + 0.05;
    return one > two ? one / two : two / one;
}

struct Pair {
    const char* front;
    const char* ground;
    double least;
};

TEST(Theme, TextIsReadableEverywhere)
{
    for (const auto* scheme : {"light", "dark"}) {
        for (const bool high : {false, true}) {
            Preview preview({500, 500}, [&](QObject& app) {
                set(app, "colorScheme", scheme);
                set(app, "highContrast", high);
            });
            auto* theme = preview.theme();
            ASSERT_NE(theme, nullptr);
            const double text = high ? 7 : 4.5;
            const Pair pairs[] = {{"ink", "bg", text},           {"ink", "surface", text},
                                  {"ink", "raised", text},       {"ink", "sunk", text},
                                  {"ink2", "bg", text},          {"ink2", "surface", text},
                                  {"ink2", "raised", text},      {"ink2", "sunk", text},
                                  {"accent", "bg", text},        {"accent", "surface", text},
                                  {"softInk", "soft", text},     {"accentInk", "accent", text},
                                  {"danger", "surface", text},   {"dangerInk", "danger", text},
                                  {"safeInk", "safeSoft", text}, {"ink", "soft", text},
                                  {"accent", "raised", 3}};
            for (const auto& pair : pairs)
                EXPECT_GE(contrast(theme, pair.front, pair.ground), pair.least)
                    << pair.front << " on " << pair.ground << ", " << scheme
                    << (high ? ", high contrast" : "");
        }
    }
}

TEST(Theme, ReduceMotionStopsMotion)
{
    Preview preview({500, 500}, [](QObject& app) { set(app, "reduceMotion", true); });
    EXPECT_EQ(preview.theme()->property("stateMotion").toInt(), 0);
    set(preview.app(), "reduceMotion", false);
    EXPECT_EQ(preview.theme()->property("stateMotion").toInt(), 120);
}

} // namespace
} // namespace kith::app_test

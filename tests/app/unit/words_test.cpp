// SPDX-License-Identifier: Apache-2.0
#include "app/services/styled_text.h"
#include "app/services/words.h"

#include <QColor>

#include <gtest/gtest.h>

namespace kith {

using services::to_styled_text;

TEST(TimeText, GrowsCoarserWithAge)
{
    const auto now = QDateTime(QDate(2026, 11, 21), QTime(12, 0), Qt::UTC);
    const auto ago = [&](qint64 seconds) {
        return services::time_text(now.addSecs(-seconds), now).toStdString();
    };
    EXPECT_EQ(ago(-30), "now");
    EXPECT_EQ(ago(59), "now");
    EXPECT_EQ(ago(60), "1 min");
    EXPECT_EQ(ago(12 * 60), "12 min");
    EXPECT_EQ(ago(3600), "1 h");
    EXPECT_EQ(ago(86400 * 2), "2 d");
    EXPECT_TRUE(services::time_text(now.addDays(-400), now).contains(QStringLiteral("2025")));
}

TEST(AuthorColour, IsAlwaysTheSameAndCalm)
{
    const auto colour = QColor(services::color_of(QStringLiteral("@tomas@harbour.social")));
    EXPECT_EQ(colour, QColor(services::color_of(QStringLiteral("@Tomas@harbour.social"))));
    EXPECT_TRUE(colour.isValid());
    EXPECT_NEAR(colour.lightnessF(), 0.60, 0.02);
}

TEST(Initial, IsTheFirstLetter)
{
    EXPECT_EQ(services::initial_of(QStringLiteral("  \"tomas\"")), QStringLiteral("T"));
    EXPECT_EQ(services::initial_of(QString()), QStringLiteral("?"));
    EXPECT_EQ(services::initial_of(QString::fromUtf8("😀 Ines")).size(), 2);
}

TEST(StyledText, KeepsWhatQtDraws)
{
    EXPECT_EQ(to_styled_text("<p>One <strong>two</strong> <em>three</em></p><p>four<br>five</p>"),
              "One <b>two</b> <i>three</i><br><br>four<br>five");
    EXPECT_EQ(to_styled_text("<ul><li>a</li><li>b</li></ul><ol><li>c</li><li>d</li></ol>"),
              "\xE2\x80\xA2 a<br>\xE2\x80\xA2 b<br><br>1. c<br>2. d");
    EXPECT_EQ(to_styled_text("<pre><code>a  b\nc</code></pre>"), "a\xC2\xA0\xC2\xA0"
                                                                 "b<br>c");
}

TEST(StyledText, EscapesEveryText)
{
    EXPECT_EQ(to_styled_text("<p>1 &lt; 2 &amp; &quot;3&quot; &#39;4&#x27;</p>"),
              "1 &lt; 2 &amp; &quot;3&quot; '4'");
    EXPECT_EQ(to_styled_text("&lt;img src=x&gt;"), "&lt;img src=x&gt;");
    EXPECT_EQ(to_styled_text("&#60;img&#62;"), "&lt;img&gt;");
    EXPECT_EQ(to_styled_text("&nonsense; & more"), "&amp;nonsense; &amp; more");
}

TEST(StyledText, LetsNoOtherTagOrAddressThrough)
{
    EXPECT_EQ(to_styled_text("<img src=\"https://x.example/\">a<font color=\"red\">b</font>"),
              "ab");
    EXPECT_EQ(to_styled_text("<a href=\"javascript:x\">a</a>"), "a");
    EXPECT_EQ(to_styled_text("<a href=\"https://x.example/?a=1&amp;b=2\">a</a>"),
              "<a href=\"https://x.example/?a=1&amp;b=2\">a</a>");
}

TEST(StyledText, ShortensLongLinks)
{
    EXPECT_EQ(
        to_styled_text(
            "<a href=\"https://x.example/long\"><span class=\"invisible\">https://</span>"
            "<span class=\"ellipsis\">x.example/lo</span><span class=\"invisible\">ng</span></a>"),
        "<a href=\"https://x.example/long\">x.example/lo\xE2\x80\xA6</a>");
}

TEST(StyledText, ClosesWhatWasLeftOpen)
{
    EXPECT_EQ(to_styled_text("<strong>a <em>b"), "<b>a <i>b</i></b>");
    EXPECT_EQ(to_styled_text("a</strong></p>b<"), "ab");
}

} // namespace kith

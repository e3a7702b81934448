// SPDX-License-Identifier: Apache-2.0
#include "common/text/sanitise.h"

#include <gtest/gtest.h>

namespace kith::text {
namespace {

TEST(Sanitiser, KeepsWhatPostsAreMadeOf)
{
    for (const auto* html :
         {"<p>Hello <strong>you</strong>,<br>and <em>you</em>.</p>", "<p>a</p><p>b</p>",
          "<ul><li>one</li><li>two</li></ul>", "<ol start=\"3\" reversed=\"\"><li value=\"-2\">x</li></ol>",
          "<blockquote><p>said</p></blockquote>", "<pre><code>if (a &lt; b)\n  c;</code></pre>",
          "<p><del>old</del> <b>b</b> <i>i</i> <u>u</u></p>",
          "<p><span class=\"h-card\"><a href=\"https://a.example/@b\" class=\"u-url mention\" rel=\"nofollow noopener "
          "noreferrer\" target=\"_blank\">@<span>b</span></a></span></p>",
          "text without any paragraph", "<p>&amp; &lt; &gt; é 😀</p>"})
        EXPECT_EQ(sanitise_html(html), html);
}

TEST(Sanitiser, DropsScriptsWithTheirContent)
{
    EXPECT_EQ(sanitise_html("<p>a<script>alert(1)</script>b</p>"), "<p>ab</p>");
    EXPECT_EQ(sanitise_html("<style>p{}</style><p>a</p>"), "<p>a</p>");
    EXPECT_EQ(sanitise_html("<iframe srcdoc='x'>no</iframe><svg><text>no</text></svg><math><mi>no</mi></math>a"), "a");
    EXPECT_EQ(sanitise_html("<!-- no -->a<![CDATA[ no ]]>"), "a");
}

TEST(Sanitiser, UnwrapsEverythingElse)
{
    EXPECT_EQ(sanitise_html("<p><font color=red>a</font> <marquee>b</marquee></p>"), "<p>a b</p>");
    EXPECT_EQ(sanitise_html("<p>a <img src='//x/y.gif' alt='a &lt;cat&gt;' onerror=x></p>"), "<p>a a &lt;cat&gt;</p>");
}

TEST(Sanitiser, KeepsLinesOfUnwrappedBlocksApart)
{
    EXPECT_EQ(sanitise_html("<div>a</div><div>b</div>"), "a<br>b");
    EXPECT_EQ(sanitise_html("<div><p>a</p></div><section><p>b</p></section>"), "<p>a</p><p>b</p>");
    EXPECT_EQ(sanitise_html("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>"), "a<br>b");
    EXPECT_EQ(sanitise_html("a<hr>b"), "a<br>b");
}

TEST(Sanitiser, TurnsHeadingsIntoBoldParagraphs)
{
    EXPECT_EQ(sanitise_html("<h1>Title</h1><h6 id=x>small</h6>"),
              "<p><strong>Title</strong></p><p><strong>small</strong></p>");
}

TEST(Sanitiser, KeepsOnlyItsOwnClasses)
{
    EXPECT_EQ(sanitise_html("<span class='evil mention  status__content mention ellipsis'>x</span>"),
              "<span class=\"mention ellipsis\">x</span>");
    EXPECT_EQ(sanitise_html("<span class='admin' style='x' id=y data-z=1 onclick=w>x</span>"), "<span>x</span>");
    EXPECT_EQ(sanitise_html("<p class='mention'>x</p>"), "<p>x</p>");
}

TEST(Sanitiser, LinksOnlyToTheWeb)
{
    const auto link = [](const std::string& href) { return sanitise_html("<a href=\"" + href + "\">x</a>"); };
    const auto tail = "\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">x</a>";

    EXPECT_EQ(link("https://a.example/?q=1&amp;r=%22"), std::string{"<a href=\"https://a.example/?q=1&amp;r=%22"} + tail);
    EXPECT_EQ(link(" HTTP://a.example "), std::string{"<a href=\"http://a.example"} + tail);
    EXPECT_EQ(link("https://a.example/a b"), std::string{"<a href=\"https://a.example/a%20b"} + tail);
    for (const auto* href : {"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
                             "mailto:a@b.example", "//a.example", "/path", "#x", "", "https:a.example", "https://",
                             "https:///x", "ftp://a.example", "https://user:pass@a.example/", "https:\\\\a.example",
                             "https://a.example\\@b.example", "vbscript:x", "&#1;javascript:x", "https://a.\texample"})
        EXPECT_EQ(link(href), "x") << href;
}

TEST(Sanitiser, ReplacesRelAndTarget)
{
    EXPECT_EQ(sanitise_html("<a href='https://a.example' rel='opener' target='_top' download>x</a>"),
              "<a href=\"https://a.example\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">x</a>");
}

TEST(Sanitiser, RepairsWhatIsNotWellFormed)
{
    EXPECT_EQ(sanitise_html("<p>a<p>b"), "<p>a</p><p>b</p>");
    EXPECT_EQ(sanitise_html("<b>a<i>b</b>c</i>"), "<b>a<i>b</i></b><i>c</i>");
    EXPECT_EQ(sanitise_html("</p></div>a"), "<p></p>a");
    EXPECT_EQ(sanitise_html("<ul><li>a<li>b"), "<ul><li>a</li><li>b</li></ul>");
    EXPECT_EQ(sanitise_html("a < b & c > d"), "a &lt; b &amp; c &gt; d");
    EXPECT_EQ(sanitise_html("<li>a</li><li>b</li>"), "a<br>b") << "an item without its list";
    EXPECT_EQ(sanitise_html("<a href=\"https://a.example"), "");
}

TEST(Sanitiser, NeverNestsWhatHtmlWouldClose)
{
    EXPECT_EQ(sanitise_html("<p>a<button><p>b</p></button></p>"), "<p>a<br>b</p>");
    EXPECT_EQ(sanitise_html("<h2>a<ul><li>b</li></ul></h2>"), "<p><strong>a<br>b</strong></p>");
    const auto nested = sanitise_html("<a href=https://a.example>a<table><td><a href=https://b.example>b</a></table></a>");
    EXPECT_EQ(nested, sanitise_html(nested));
}

TEST(Sanitiser, RemovesControlsAndDirectionOverrides)
{
    EXPECT_EQ(sanitise_html("<p>\u202Eevil\u202C \x01x\x7F</p>"), "<p>evil\u202C x</p>");
    EXPECT_TRUE(sanitise_html(std::string_view{"a\0b\xFFz", 5}).starts_with("a"));
}

TEST(Sanitiser, KeepsTheFirstNewlineOfPreformattedText)
{
    EXPECT_EQ(sanitise_html("<pre>\nx</pre>"), "<pre>x</pre>");
    EXPECT_EQ(sanitise_html("<pre>\n\nx</pre>"), "<pre>\n\nx</pre>");
    EXPECT_EQ(sanitise_html("<pre><br>\nx</pre>"), "<pre><br>\nx</pre>") << "only a parser's first one is dropped";
}

TEST(PlainText, TurnsStructureIntoNewlines)
{
    EXPECT_EQ(plain_text("<p>a<br>b</p><p>c &amp; d</p>"), "a\nb\n\nc & d");
    EXPECT_EQ(plain_text("<ul><li>a</li><li>b</li></ul>c"), "a\nb\n\nc");
    EXPECT_EQ(plain_text("<div>a</div>\n<div>  b \n c</div>"), "a\nb c");
    EXPECT_EQ(plain_text("<pre>x\n  y</pre>"), "x\n  y");
    EXPECT_EQ(plain_text("<p>a<script>x</script></p>"), "a");
    EXPECT_EQ(plain_text("<h1>T</h1>b"), "T\n\nb");
    EXPECT_EQ(plain_text("<img alt='a cat'>"), "a cat");
    EXPECT_EQ(plain_text("<p>a</p><br><br><br><p>b</p>"), "a\n\nb");
    EXPECT_EQ(plain_text(""), "");
}

TEST(PlainText, ShowsLinksWhole)
{
    EXPECT_EQ(plain_text("<a href='https://a.example/x'><span class=invisible>https://</span>"
                         "<span class=ellipsis>a.example</span><span class=invisible>/x</span></a>"),
              "https://a.example/x");
}

TEST(PlainText, StopsAtItsLimit)
{
    SanitiseOptions options;
    options.max_output = 10;
    EXPECT_EQ(plain_text("<p>" + std::string(100, 'x') + "</p>", options), "xxxxxxxxxx");
    EXPECT_EQ(plain_text("<p>ééééééééé</p>", options), "ééééé");
}

} // namespace
} // namespace kith::text

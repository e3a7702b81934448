// SPDX-License-Identifier: Apache-2.0
#include "common/text/sanitise.h"
#include "common/text/utf8.h"

#include "tests/support/vectors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace kith::text {
namespace {

/// What the sanitiser promises of every output, read by a scanner of its own: tags from the list only, with the
/// attributes of the list, all closed in order. Empty when all is well.
std::string what_is_wrong_with(std::string_view html)
{
    static const std::set<std::string, std::less<>> k_tags{"p",    "br", "a",      "span", "del", "pre", "code", "em", "strong",
                                                           "b",    "i",  "u",      "ul",   "ol",  "li",  "blockquote"};
    static const std::set<std::string, std::less<>> k_classes{"mention",  "hashtag",   "u-url",       "h-card",
                                                              "ellipsis", "invisible", "quote-inline"};
    std::vector<std::string> open;
    for (std::size_t at = 0; at < html.size(); ++at) {
        if (html[at] == '>' || html[at] == '"' || html[at] == '\'')
            return "a bare " + std::string{html[at]};
        if (html[at] != '<')
            continue;
        const auto end = html.find('>', at);
        if (end == std::string_view::npos)
            return "an open tag";
        auto tag = html.substr(at + 1, end - at - 1);
        at = end;
        if (tag.starts_with('/')) {
            if (open.empty() || open.back() != tag.substr(1))
                return "a wrong end tag: " + std::string{tag};
            open.pop_back();
            continue;
        }
        const auto name = std::string{tag.substr(0, tag.find(' '))};
        if (!k_tags.contains(name))
            return "the element " + name;
        if (name != "br")
            open.push_back(name);
        tag.remove_prefix(name.size());
        while (!tag.empty()) {
            const auto quote = tag.find("=\"");
            const auto close = quote == std::string_view::npos ? quote : tag.find('"', quote + 2);
            if (close == std::string_view::npos || tag[0] != ' ')
                return "a broken attribute: " + std::string{tag};
            const auto attribute = tag.substr(1, quote - 1);
            auto value = tag.substr(quote + 2, close - quote - 2);
            tag.remove_prefix(close + 1);
            if (value.find('<') != std::string_view::npos)
                return "a < in an attribute";
            if (attribute == "href" && name == "a") {
                if (!value.starts_with("https://") && !value.starts_with("http://"))
                    return "the link " + std::string{value};
            } else if (attribute == "class") {
                while (!value.empty()) {
                    const auto space = std::min(value.find(' '), value.size());
                    if (!k_classes.contains(value.substr(0, space)))
                        return "the class " + std::string{value};
                    value.remove_prefix(std::min(space + 1, value.size()));
                }
            } else if (!(attribute == "rel" && value == "nofollow noopener noreferrer") &&
                       !(attribute == "target" && value == "_blank") && !(attribute == "start" && name == "ol") &&
                       !(attribute == "reversed" && name == "ol") && !(attribute == "value" && name == "li")) {
                return "the attribute " + std::string{attribute};
            }
        }
        if (open.size() > 110)
            return "too deep";
    }
    return open.empty() ? "" : "an element without an end: " + open.back();
}

void expect_clean(std::string_view input)
{
    const auto once = sanitise_html(input);
    EXPECT_EQ(what_is_wrong_with(once), "") << "in:  " << input.substr(0, 500) << "\nout: " << once.substr(0, 500);
    EXPECT_TRUE(is_valid_utf8(once));
    EXPECT_EQ(sanitise_html(once), once) << "in:  " << input.substr(0, 500);
    EXPECT_EQ(plain_text(input).find("alert(1)</script"), std::string::npos);
}

std::string repeat(std::string_view text, std::size_t times)
{
    std::string out;
    for (std::size_t i = 0; i < times; ++i)
        out += text;
    return out;
}

TEST(SanitiserOracle, SeesWhatIsWrong) // the scanner above must not be blind
{
    for (const auto* html : {"<script>", "<p onclick=\"x\">a</p>", "<a href=\"javascript:x\">a</a>", "<p>", "</p>", "a > b",
                             "<b><i></b></i>", "<span class=\"evil\">x</span>", "<p", "<img src=\"x\">"})
        EXPECT_NE(what_is_wrong_with(html), "") << html;
}

TEST(Sanitiser, DefusesTheXssVectors)
{
    KITH_NEEDS_VECTORS();
    const auto vectors = tests::read_json_vector("hostile/xss.json");
    for (const auto& payload : vectors.at("payloads").as_array()) {
        const std::string_view text = payload.as_string();
        expect_clean(text);
        expect_clean("<p>before " + std::string{text} + " after</p>");
        expect_clean(std::string{text} + std::string{text});
    }
}

TEST(Sanitiser, CleansRealPostsAndIsStable)
{
    KITH_NEEDS_VECTORS();
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{tests::vector_path("activitypub")}) {
        if (entry.path().extension() != ".json" || entry.file_size() > 200'000)
            continue;
        const auto relative = std::filesystem::relative(entry.path(), tests::vector_path(""));
        const auto document = parse_json(tests::read_vector(relative.string()));
        const auto* object = document ? find(*document, "object") : nullptr;
        for (const auto* holder : {document ? &*document : nullptr, object}) {
            const auto content = holder ? find_string(*holder, "content") : std::nullopt;
            if (content) {
                expect_clean(*content);
                ++count;
            }
        }
    }
    EXPECT_GT(count, 50U);
}

TEST(Sanitiser, StaysSmallOnHostileInput)
{
    const std::size_t size = 256 * 1024;
    std::string attributes = "<p ";
    for (int i = 0; i < 60'000; ++i)
        attributes += "a" + std::to_string(i) + " ";
    std::string formatting;
    for (int i = 0; i < 2500; ++i)
        formatting += "<b a" + std::to_string(i) + ">";
    std::string through_tables;
    for (int i = 0; i < 1500; ++i)
        through_tables += "<b a" + std::to_string(i) + "><table><td></b></table>";
    const std::string inputs[] = {repeat("<b>", size / 3),
                                  repeat("<div>", size / 5),
                                  repeat("<p><b>", 4000),
                                  repeat("<div>", 4000) + repeat("</b>", 4000),
                                  formatting + repeat("<p>x", 5000),
                                  through_tables + repeat("<p>x", 2000),
                                  attributes + ">x",
                                  "<p x='" + repeat("<a b=", 50'000) + "'>",
                                  repeat("<a x=\"<", 30'000),
                                  repeat("<!--", 60'000),
                                  repeat("&amp", 60'000),
                                  repeat("<table>", 8000),
                                  repeat("<a href=https://a.example>", 8000),
                                  repeat("<svg><foreignObject>", 4000) + "x",
                                  repeat("<template>", 8000),
                                  repeat("<select><option>", 4000),
                                  repeat("<", size),
                                  repeat("\xF0\x9F", size / 2),
                                  repeat("<ul><li>", 4000) + "x",
                                  repeat("<blockquote>", 8000) + "x"};
    // Unbounded, these take minutes or all memory: ctest's time limit would end them.
    for (const auto& input : inputs) {
        const auto output = sanitise_html(input);
        const auto text = plain_text(input);

        EXPECT_LE(output.size(), 256U * 1024U);
        EXPECT_LE(text.size(), 256U * 1024U);
        EXPECT_EQ(what_is_wrong_with(output), "") << input.substr(0, 60);
    }
}

TEST(Sanitiser, KeepsTheTextOfWhatItCannotParse)
{
    const auto output = sanitise_html(repeat("<b>", 50'000) + "hello & <i>bye</i>");
    EXPECT_EQ(output, "<p>hello &amp; bye</p>");
}

TEST(Sanitiser, KeepsTheTextOfDeepNesting)
{
    const auto output = sanitise_html(repeat("<blockquote>", 5000) + "deep" + repeat("</blockquote>", 3000));
    EXPECT_NE(output.find("deep"), std::string::npos);
    EXPECT_EQ(what_is_wrong_with(output), "");
}

TEST(Sanitiser, ClosesEverythingWhenItsOutputIsFull)
{
    SanitiseOptions options;
    for (options.max_output = 0; options.max_output < 200; ++options.max_output) {
        const auto output =
            sanitise_html("<p>one <b>two &amp; é😀 <a href='https://a.example'>three</a></b></p><ul><li>four</li></ul>", options);
        EXPECT_EQ(what_is_wrong_with(output), "") << output;
        EXPECT_TRUE(is_valid_utf8(output));
        EXPECT_LE(output.size(), options.max_output);
    }
}

TEST(Sanitiser, SurvivesRandomMarkup)
{
    static constexpr std::string_view k_pieces[] = {
        "<p>",  "</p>", "<b>",  "</b>",       "<i>",     "</i>",    "<a href='https://a.example'>", "</a>",   "<ul>",
        "</ul>", "<li>", "</li>", "<table>",    "<tr>",    "<td>",    "</table>", "<div>", "</div>", "<span class=mention>",
        "</span>", "<pre>", "\n",  "</pre>",     "<h1>",    "</h1>",   "<br>", "<svg>", "</svg>", "<math>", "<mtext>", "<style>",
        "</style>", "<script>", "</script>", "<!--", "-->", "text", "&lt;", "<button>", "</button>", "<select>", "<option>",
        "<template>", "</template>", "<form>", "</form>", "<blockquote>", "</blockquote>", "<code>", "</code>", "<ol start=2>",
        "</ol>", "<img alt=x>", "<font>", "<nobr>", "<marquee>", "<object>", "</object>", "<frameset>", "<body>", "<html>",
        "<head>", "<title>", "<textarea>", "</textarea>", "<plaintext>", "<ruby>", "<rt>", "<dd>", "<dt>", "<caption>",
        "<colgroup>", "<col>", "<foreignObject>", "<desc>", "<annotation-xml encoding=text/html>", "<", "\"", "'", "&", " "};
    std::mt19937 random{20261121}; // the same every time
    for (int round = 0; round < 3000; ++round) {
        std::string input;
        for (auto length = random() % 30 + 1; length > 0; --length)
            input += k_pieces[random() % std::size(k_pieces)];
        expect_clean(input);
        if (HasFailure())
            break;
    }
}

} // namespace
} // namespace kith::text

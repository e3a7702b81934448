// SPDX-License-Identifier: Apache-2.0
#include "common/text/post.h"
#include "common/text/sanitise.h"
#include "common/text/utf8.h"

#include "tests/support/vectors.h"

#include <gtest/gtest.h>


namespace kith::text {
namespace {

/// Knows everybody but "nobody".
Resolver a_resolver()
{
    Resolver resolver;
    resolver.mention = [](const Mention& mention) -> std::optional<ResolvedMention> {
        if (mention.username == "nobody")
            return std::nullopt;
        const auto host = mention.domain.empty() ? "home.example" : mention.domain;
        return ResolvedMention{"https://" + host + "/@" + mention.username, mention.username};
    };
    resolver.hashtag_url = [](const Hashtag& tag) { return "https://home.example/tags/" + tag.folded; };
    return resolver;
}

Rendered render(std::string_view source, SourceType type = SourceType::plain)
{
    return render_post(source, type, a_resolver()).value();
}

std::string mention_html(const std::string& url, const std::string& name)
{
    return "<span class=\"h-card\"><a href=\"" + url + "\" class=\"u-url mention\">@<span>" + name + "</span></a></span>";
}

std::vector<std::string> written(const std::vector<Mention>& mentions)
{
    std::vector<std::string> list;
    for (const auto& mention : mentions)
        list.push_back(mention.as_written);
    return list;
}

std::vector<std::string> names(const std::vector<Hashtag>& tags)
{
    std::vector<std::string> list;
    for (const auto& tag : tags)
        list.push_back(tag.name);
    return list;
}

using Strings = std::vector<std::string>;

TEST(PlainPost, MakesParagraphsAndLines)
{
    EXPECT_EQ(render("a\nb\n\nc").html, "<p>a<br>b</p><p>c</p>");
    EXPECT_EQ(render("a\r\nb\r\n \t\r\nc\r\n").html, "<p>a<br>b</p><p>c</p>");
    EXPECT_EQ(render("a\rb").html, "<p>a<br>b</p>");
    EXPECT_EQ(render("").html, "");
    EXPECT_EQ(render(" \n\n ").html, "");
}

TEST(PlainPost, EscapesMarkup)
{
    EXPECT_EQ(render("<b>x</b> & \"y\"").html, "<p>&lt;b&gt;x&lt;/b&gt; &amp; &quot;y&quot;</p>");
    EXPECT_EQ(render("*not bold* `@code`").html.find("<em>"), std::string::npos);
}

TEST(PlainPost, MarksUpMentions)
{
    const auto post = render("hi @alice and @bob@B.Example!");

    EXPECT_EQ(post.html, "<p>hi " + mention_html("https://home.example/@alice", "alice") + " and " +
                             mention_html("https://b.example/@bob", "bob") + "!</p>");
    ASSERT_EQ(post.mentions.size(), 2U);
    EXPECT_EQ(post.mentions[0], (Mention{"alice", "", "@alice"}));
    EXPECT_EQ(post.mentions[1], (Mention{"bob", "b.example", "@bob@B.Example"}));
}

TEST(PlainPost, LeavesUnknownPeopleAsText)
{
    const auto post = render("hi @nobody");
    EXPECT_EQ(post.html, "<p>hi @nobody</p>");
    EXPECT_TRUE(post.mentions.empty());
}

TEST(PlainPost, ListsEachPersonTagAndLinkOnce)
{
    const auto post = render("@alice @Alice @alice@b.example #Tag #tag #tág http://a.example http://a.example");

    EXPECT_EQ(written(post.mentions), (Strings{"@alice", "@alice@b.example"}));
    EXPECT_EQ(names(post.hashtags), (Strings{"Tag"}));
    EXPECT_EQ(post.links, (Strings{"http://a.example"}));
}

TEST(PlainPost, DoesNotTrustTheResolver)
{
    Resolver resolver;
    resolver.mention = [](const Mention&) { return ResolvedMention{"javascript:alert(1)", "x"}; };
    resolver.hashtag_url = [](const Hashtag&) { return std::string{"javascript:alert(1)"}; };
    EXPECT_EQ(render_post("@a #b", SourceType::plain, resolver)->html, "<p>@a #b</p>");
    resolver.mention = [](const Mention&) { return ResolvedMention{"https://a.example/\"><script>", "<b>"}; };
    EXPECT_EQ(render_post("@a", SourceType::plain, resolver)->html,
              "<p>" + mention_html("https://a.example/&quot;&gt;&lt;script&gt;", "&lt;b&gt;") + "</p>");
    EXPECT_EQ(render_post("@a #b", SourceType::plain, {})->html, "<p>@a #b</p>");
}

struct FindCase {
    const char* source;
    Strings found;
};

TEST(Mentions, AreFoundWhereTheyStand)
{
    const FindCase cases[] = {
        {"@a", {"@a"}},
        {"(@a) @b, @c. @d: @e!", {"@a", "@b", "@c", "@d", "@e"}},
        {"@first.last @under_score @dash-ed @a.", {"@first.last", "@under_score", "@dash-ed", "@a"}},
        {"@a@b.example. @a@b.example, x", {"@a@b.example"}},
        {"@a@localhost:8080 hi", {"@a@localhost:8080"}},
        {"@a@b.example: hi", {"@a@b.example"}},
        {"@a@münchen.example", {"@a@münchen.example"}},
        {"cc:@a", {"@a"}},
        {"wait...@a", {"@a"}},
        {"日本@a", {}},
        {"a@b.example", {}},
        {"first.last@b.example", {}},
        {"https://a.example/@bob", {}},
        {"https://a.example/@bob@b.example x", {}},
        {"x=@a /@b", {}},
        {"@ @- @. @@a", {}},
        {"@a@", {}},
    };
    for (const auto& [source, found] : cases)
        EXPECT_EQ(written(extract_mentions(source)), found) << source;
}

TEST(Mentions, RefuseHandlesThatDeceive)
{
    for (const auto* source : {"@аlice@a.example", "@al\u200Bice@a.example", "@\u202Eecila@a.example", "@..@a.example",
                               "@alice@@a.example", "@alice.@a.example", "@ﬁn@a.example", "@alicé@a.example",
                               "@alice@a.example\u200B.evil.example", "@alice@a.example@b.example"})
        EXPECT_EQ(written(extract_mentions(source)), Strings{}) << source;
    EXPECT_EQ(written(extract_mentions("@" + std::string(500, 'a') + "@a.example")), Strings{});
    EXPECT_EQ(written(extract_mentions("@a@" + std::string(500, 'a') + ".example")), Strings{});
}

TEST(Mentions, NeverBreakUpTheHostileHandles)
{
    KITH_NEEDS_VECTORS();
    const auto vectors = tests::read_json_vector("hostile/unicode.json");
    for (const auto& entry : vectors.at("handles").as_array()) {
        const auto handle = *find_string(entry, "text");
        for (const auto& mention : extract_mentions("hi " + handle + " bye"))
            EXPECT_TRUE(mention.as_written == handle || mention.as_written + "." == handle) << handle;
    }
}

TEST(Hashtags, AreFoundWhereTheyStand)
{
    const FindCase cases[] = {
        {"#tag", {"tag"}},
        {"(#a), #b. #c!", {"a", "b", "c"}},
        {"#snake_case #2024goals #c3po", {"snake_case", "2024goals", "c3po"}},
        {"#žluťoučký #日本語 #مرحبا", {"žluťoučký", "日本語", "مرحبا"}},
        {"#dash-ed", {"dash"}},
        {"#123 #_ # #! ##a", {}},
        {"a#b &#x27; /#c https://a.example/#frag https://a.example/x#y", {}},
        {"#a#b", {"a"}},
        {"#a/b", {"a"}},
    };
    for (const auto& [source, found] : cases)
        EXPECT_EQ(names(render(source).hashtags), found) << source;
    EXPECT_TRUE(render("#" + std::string(101, 'a')).hashtags.empty());
    EXPECT_EQ(render("#Žluť").html,
              "<p><a href=\"https://home.example/tags/zlut\" class=\"mention hashtag\" rel=\"tag\">#<span>Žluť</span></a></p>");
}

TEST(Links, AreFoundWithoutThePunctuationAroundThem)
{
    const FindCase cases[] = {
        {"https://a.example", {"https://a.example"}},
        {"see http://a.example/x?y=1&z=2#f, ok", {"http://a.example/x?y=1&z=2#f"}},
        {"HTTPS://A.example/X", {"https://A.example/X"}},
        {"(https://a.example/x)", {"https://a.example/x"}},
        {"https://a.example/wiki/Cat_(animal) x", {"https://a.example/wiki/Cat_(animal)"}},
        {"(https://a.example/wiki/Cat_(animal))", {"https://a.example/wiki/Cat_(animal)"}},
        {"\"https://a.example/\" <https://b.example>", {"https://a.example/", "https://b.example"}},
        {"https://a.example/x... https://b.example/?!", {"https://a.example/x", "https://b.example/"}},
        {"https://a.example/ü/日本。", {"https://a.example/ü/日本"}},
        {"https://münchen.example/", {"https://münchen.example/"}},
        {"http://[::1]:80/x", {"http://[::1]:80/x"}},
        {"https://a.example:8443/x", {"https://a.example:8443/x"}},
        {"xhttps://a.example ftp://a.example javascript:x https:// https://. https:///x", {}},
        {"https://user:pass@a.example/", {}},
        {"https://a.example\u202E/x", {"https://a.example"}},
    };
    for (const auto& [source, found] : cases)
        EXPECT_EQ(render(source).links, found) << source;
    EXPECT_TRUE(render("https://a.example/" + std::string(3000, 'x')).links.empty());
}

TEST(Links, AreShownWithoutTheirScheme)
{
    EXPECT_EQ(render("https://www.a.example/x").html,
              "<p><a href=\"https://www.a.example/x\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">"
              "<span class=\"invisible\">https://www.</span><span>a.example/x</span></a></p>");
    EXPECT_EQ(render("https://a.example/a/long/path/that/goes/on?q=1&r").html,
              "<p><a href=\"https://a.example/a/long/path/that/goes/on?q=1&amp;r\" rel=\"nofollow noopener noreferrer\" "
              "target=\"_blank\"><span class=\"invisible\">https://</span><span class=\"ellipsis\">a.example/a/long/path/"
              "that/goe</span><span class=\"invisible\">s/on?q=1&amp;r</span></a></p>");
}

TEST(MarkdownPost, RendersTheUsualMarks)
{
    EXPECT_EQ(render("**a** *b* `c`", SourceType::markdown).html, "<p><strong>a</strong> <em>b</em> <code>c</code></p>");
    EXPECT_EQ(render("# Title\n\n- x\n- y", SourceType::markdown).html,
              "<p><strong>Title</strong></p>\n<ul>\n<li>x</li>\n<li>y</li>\n</ul>");
    EXPECT_EQ(render("a\nb", SourceType::markdown).html, "<p>a<br>\nb</p>");
    EXPECT_EQ(render("> q", SourceType::markdown).html, "<blockquote>\n<p>q</p>\n</blockquote>");
}

TEST(MarkdownPost, FindsPeopleTagsAndLinksInText)
{
    const auto post = render("**@alice** [text](https://l.example/@bob) #tag https://a.example/x_y_z", SourceType::markdown);

    EXPECT_EQ(written(post.mentions), (Strings{"@alice"}));
    EXPECT_EQ(names(post.hashtags), (Strings{"tag"}));
    EXPECT_EQ(post.links, (Strings{"https://l.example/@bob", "https://a.example/x_y_z"}));
    EXPECT_NE(post.html.find("<strong>" + mention_html("https://home.example/@alice", "alice") + "</strong>"),
              std::string::npos)
        << post.html;
}

TEST(MarkdownPost, LeavesCodeAndLinksAlone)
{
    const std::string source = "`@alice #tag https://a.example`\n\n    @bob #tag\n\n```\n@carol\n```\n[@dave #tag](https://d.example)";
    const auto post = render(source, SourceType::markdown);

    EXPECT_TRUE(post.mentions.empty());
    EXPECT_TRUE(post.hashtags.empty());
    EXPECT_EQ(post.links, (Strings{"https://d.example"}));
    EXPECT_TRUE(extract_mentions(source, SourceType::markdown).empty());
    EXPECT_EQ(extract_mentions(source, SourceType::plain).size(), 4U);
}

TEST(MarkdownPost, IsSanitised)
{
    for (const auto* source : {"<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>",
                               "[x](data:text/html,x)", "<a href='javascript:alert(1)'>x</a>", "![x](javascript:alert(1))",
                               "<p onclick=alert(1)>x</p>", "[x]: javascript:alert(1)\n\n[x]"}) {
        const auto html = render(source, SourceType::markdown).html;
        EXPECT_EQ(html.find("alert(1)"), std::string::npos) << html;
        EXPECT_EQ(sanitise_html(html), html) << html;
    }
}

TEST(MarkdownPost, AgreesWithItsExtractedMentions)
{
    for (const auto* source : {"@a **@b@c.example** `@d`", "@nobody @x", "> @q\n\n1. @r", "@a\\_b @c_d_e", "&#64;a"}) {
        Strings resolved = written(render(source, SourceType::markdown).mentions);
        Strings extracted = written(extract_mentions(source, SourceType::markdown));
        std::erase(extracted, "@nobody");
        EXPECT_EQ(resolved, extracted) << source;
    }
}

TEST(Post, RefusesWhatIsTooLongOrNotUtf8)
{
    const std::string longest(k_max_source_bytes, 'x');
    for (const auto type : {SourceType::plain, SourceType::markdown}) {
        EXPECT_TRUE(render_post(longest, type, a_resolver()));
        EXPECT_EQ(render_post(longest + "x", type, a_resolver()).error().code, Errc::too_large);
        EXPECT_EQ(render_post("\xFF", type, a_resolver()).error().code, Errc::invalid);
    }
    EXPECT_TRUE(extract_mentions("@a " + longest).empty());
}

TEST(Post, DisarmsDirectionOverridesAndDropsControls)
{
    EXPECT_EQ(render("a\u202Eb\x07 c").html, "<p>a\u2060b c</p>");
    EXPECT_TRUE(extract_mentions("@\u202Eecila@a.example", SourceType::markdown).empty());
}

TEST(Post, TurnsAtMostFiveHundredThingsIntoLinks)
{
    std::string source;
    for (int i = 0; i < 2000; ++i)
        source += "#tag" + std::to_string(i) + " ";
    for (const auto type : {SourceType::plain, SourceType::markdown})
        EXPECT_EQ(render(source, type).hashtags.size(), 500U);
}

// Its end is the test: what grows out of hand here runs into ctest's time limit.
TEST(Post, ComesToAnEndOnHostileSources)
{
    std::vector<std::string> sources;
    for (const std::string piece : {"@", "@a@", "@a.", "#", "https://", "https://a.example/(", "((((", "[", "](", "![l](", "*a_",
                                    "> ", "- ", "`", "<b>", "<a ", "&amp;", "@a@b.example:", "\\", "[a](b", "<!--", "_ _", "* *",
                                    "\n\n", "a\n- ", "~", "[^", "|", "<?", "@a@b.", "http://a.example]"}) {
        std::string source;
        while (source.size() + piece.size() <= k_max_source_bytes)
            source += piece;
        sources.push_back(std::move(source));
    }
    for (const auto& source : sources) {
        for (const auto type : {SourceType::plain, SourceType::markdown}) {
            const auto post = render_post(source, type, a_resolver());
            ASSERT_TRUE(post) << source.substr(0, 20);
            EXPECT_LE(post->html.size(), 2U << 20) << source.substr(0, 20);
        }
    }
}

} // namespace
} // namespace kith::text

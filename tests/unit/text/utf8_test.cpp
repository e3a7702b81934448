// SPDX-License-Identifier: Apache-2.0
#include "common/text/utf8.h"

#include "tests/support/vectors.h"

#include <gtest/gtest.h>

namespace kith::text {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, AcceptsEveryLengthAtItsEdges)
{
    for (const auto text : {""sv, "\0"sv, "\x7F"sv, "\xC2\x80"sv, "\xDF\xBF"sv, "\xE0\xA0\x80"sv, "\xED\x9F\xBF"sv,
                            "\xEE\x80\x80"sv, "\xEF\xBF\xBF"sv, "\xF0\x90\x80\x80"sv, "\xF4\x8F\xBF\xBF"sv, "\uFFFD"sv})
        EXPECT_TRUE(is_valid_utf8(text)) << text;
}

TEST(Utf8, RefusesLongFormsSurrogatesAndFragments)
{
    for (const auto text : {"\x80"sv, "\xC0\xAF"sv, "\xC1\xBF"sv, "\xE0\x9F\xBF"sv, "\xED\xA0\x80"sv, "\xED\xBF\xBF"sv,
                            "\xF0\x8F\xBF\xBF"sv, "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv, "\xFF"sv, "\xC3"sv,
                            "\xE2\x82"sv, "\xF0\x9F\x98"sv, "a\xC3z"sv, "\xE2\x82\xC3"sv})
        EXPECT_FALSE(is_valid_utf8(text));
}

TEST(Utf8, EncodesWhatItDecodes)
{
    for (char32_t c = 0; c <= 0x10FFFF; c += 0x35) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        std::string text;
        append_utf8(text, c);
        EXPECT_EQ(decode_at(text, 0).code_point, c);
        EXPECT_EQ(decode_at(text, 0).length, text.size());
    }
}

TEST(Truncate, CutsBetweenCodePoints)
{
    EXPECT_EQ(truncate("aé😀b", 100), "aé😀b");
    EXPECT_EQ(truncate("aé😀b", 7), "aé😀");
    EXPECT_EQ(truncate("aé😀b", 6), "aé");
    EXPECT_EQ(truncate("aé😀b", 3), "aé");
    EXPECT_EQ(truncate("aé😀b", 2), "a");
    EXPECT_EQ(truncate("aé😀b", 0), "");
}

TEST(CountGraphemes, CountsWhatReadersSee)
{
    EXPECT_EQ(count_graphemes(""), 0U);
    EXPECT_EQ(count_graphemes("abc"), 3U);
    EXPECT_EQ(count_graphemes("e\u0301"), 1U);
    EXPECT_EQ(count_graphemes("👍🏽"), 1U);
    EXPECT_EQ(count_graphemes("👩‍👩‍👧‍👦"), 1U);
    EXPECT_EQ(count_graphemes("❤️"), 1U);
    EXPECT_EQ(count_graphemes("🇨🇿🇵🇱"), 2U);
    EXPECT_EQ(count_graphemes("日本語"), 3U);
    EXPECT_EQ(count_graphemes("\r\n\n"), 2U);
    EXPECT_EQ(count_code_points("e\u0301"), 2U);
}

TEST(CountedLength, CountsLinksAs23AndMentionsWithoutTheirHost)
{
    EXPECT_EQ(counted_length("abc"), 3U);
    EXPECT_EQ(counted_length("https://a.example/" + std::string(300, 'x')), 23U);
    EXPECT_EQ(counted_length("http://a.example"), 23U);
    EXPECT_EQ(counted_length("see https://a.example/x."), 4U + 23U + 1U);
    EXPECT_EQ(counted_length("@alice@very.long.host.example hi"), 6U + 3U);
    EXPECT_EQ(counted_length("@alice hi"), 9U);
    EXPECT_EQ(counted_length("#tag"), 4U);
    EXPECT_EQ(counted_length("bob@a.example"), 13U) << "a mail address is no mention";
}

TEST(CleanLine, KeepsOrdinaryNames)
{
    for (const auto* name : {"Mira", "Žofie Nováková", "山田 太郎", "محمد", "👩‍🚀 Ada", "O'Neil-Smith"})
        EXPECT_EQ(clean_line(name), name);
}

TEST(CleanLine, RemovesWhatDisturbsTheTextAround)
{
    EXPECT_EQ(clean_line("  a \t\r\n b  "), "a b");
    EXPECT_EQ(clean_line("a\u202Eb\u2066c\u200Bd\x07"), "abcd");
    EXPECT_EQ(clean_line("\xFF"), "\uFFFD");
    EXPECT_EQ(clean_line("a\u0301\u0301\u0301\u0301\u0301\u0301"), "a\u0301\u0301\u0301\u0301");
    EXPECT_EQ(count_code_points(clean_line(std::string(5000, 'x'))), 200U);
    EXPECT_EQ(clean_line("abc def", 4), "abc");
}

TEST(CleanLine, TamesTheHostileNames)
{
    KITH_NEEDS_VECTORS();
    const auto vectors = tests::read_json_vector("hostile/unicode.json");
    for (const auto& entry : vectors.at("names").as_array()) {
        const auto name = clean_line(*find_string(entry, "text"));
        EXPECT_TRUE(is_valid_utf8(name));
        EXPECT_LE(count_code_points(name), 200U);
        EXPECT_EQ(name.find('\0'), std::string::npos);
        EXPECT_EQ(name.find("\u202E"), std::string::npos);
        EXPECT_EQ(clean_line(name), name);
    }
    EXPECT_EQ(clean_line("Admin \u202E(nimda)"), "Admin (nimda)");
    EXPECT_EQ(clean_line("verified ✔️"), "verified ✔️");
}

TEST(EscapeHtml, LeavesNothingThatEndsTextOrAttributes)
{
    EXPECT_EQ(escape_html(R"(<a href="x">&'é</a>)"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;é&lt;/a&gt;");
}

TEST(IsWord, KnowsLettersOfManyScripts)
{
    for (const char32_t c : U"aZ0_éßжאع日あ한ท𝒜")
        EXPECT_TRUE(c == 0 || is_word(c)) << static_cast<unsigned>(c);
    for (const char32_t c : U" -.#@/\u200B\u2019、😀")
        EXPECT_FALSE(is_word(c)) << static_cast<unsigned>(c);
    EXPECT_TRUE(is_number(U'٣'));
    EXPECT_FALSE(is_number(U'a'));
}

} // namespace
} // namespace kith::text

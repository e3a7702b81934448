// SPDX-License-Identifier: Apache-2.0
#include "common/text/utf8.h"

#include "common/text/scan.h"
#include "common/text/unicode_tables.h"

#include <algorithm>
#include <cstdint>

namespace kith::text {

namespace {

constexpr char32_t k_replacement = 0xFFFD;

bool is_in(const CodeRange* ranges, std::size_t count, char32_t code_point)
{
    const auto* end = ranges + count;
    const auto* found = std::lower_bound(
        ranges, end, code_point, [](const CodeRange& range, char32_t wanted) { return range.last < wanted; });
    return found != end && found->first <= code_point;
}

bool is_mark(char32_t code_point)
{
    return code_point >= 0x300 && is_in(k_mark_ranges, k_mark_ranges_size, code_point);
}

/// What never stands alone: marks, joiners, variation selectors, skin tones, emoji tags, Hangul's inner letters.
bool extends(char32_t c)
{
    return is_mark(c) || c == 0x200D || c == 0x200C || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0x1F3FB && c <= 0x1F3FF) ||
           (c >= 0xE0020 && c <= 0xE007F) || (c >= 0xE0100 && c <= 0xE01EF) || (c >= 0x1160 && c <= 0x11FF);
}

/// Characters that change how the text around them is laid out, or that nobody sees.
bool is_unwanted_in_a_line(char32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0x2028 || c == 0x2029 || c == 0x200B || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE001F);
}

} // namespace

Decoded decode_at(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t offset) -> std::uint32_t {
        return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
    };
    const auto tail = [&](std::size_t offset) { return (byte(offset) & 0xC0) == 0x80; };
    const auto first = byte(0);
    if (first < 0x80)
        return {first, 1};
    if (first >= 0xC2 && first <= 0xDF && tail(1))
        return {(first & 0x1F) << 6 | (byte(1) & 0x3F), 2};
    if (first >= 0xE0 && first <= 0xEF && tail(1) && tail(2)) {
        const char32_t code_point = (first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
        if (code_point >= 0x800 && (code_point < 0xD800 || code_point > 0xDFFF))
            return {code_point, 3};
    }
    if (first >= 0xF0 && first <= 0xF4 && tail(1) && tail(2) && tail(3)) {
        const char32_t code_point =
            (first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
        if (code_point >= 0x10000 && code_point <= 0x10FFFF)
            return {code_point, 4};
    }
    return {k_replacement, 1};
}

bool is_valid_utf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto [code_point, length] = decode_at(text, at);
        if (length == 1 && code_point == k_replacement)
            return false;
        at += length;
    }
    return true;
}

void append_utf8(std::string& out, char32_t c)
{
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

std::size_t count_code_points(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count)
        at += decode_at(text, at).length;
    return count;
}

std::size_t count_graphemes(std::string_view text)
{
    std::size_t count = 0;
    char32_t previous = 0;
    bool half_flag = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto [c, length] = decode_at(text, at);
        at += length;
        const bool regional = c >= 0x1F1E6 && c <= 0x1F1FF;
        const bool joined = (extends(c) && count > 0) || (previous == 0x200D && c >= 0x2190) ||
                            (regional && half_flag) || (c == '\n' && previous == '\r');
        half_flag = regional && !half_flag;
        count += joined ? 0 : 1;
        previous = c;
    }
    return count;
}

std::size_t counted_length(std::string_view text)
{
    constexpr std::size_t k_link_length = 23;
    std::size_t count = 0;
    std::size_t done = 0;
    for (const auto& entity : scan(text, text.size())) {
        count += count_graphemes(text.substr(done, entity.begin - done));
        if (entity.kind == Entity::Kind::Link)
            count += k_link_length;
        else
            count += 1 + count_graphemes(entity.name);
        done = entity.end;
    }
    return count + count_graphemes(text.substr(done));
}

std::string_view truncate(std::string_view text, std::size_t max_bytes)
{
    if (text.size() <= max_bytes)
        return text;
    std::size_t end = max_bytes;
    while (end > 0 && max_bytes - end < 4 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end);
}

std::string clean_line(std::string_view text, std::size_t max_code_points)
{
    std::string line;
    std::size_t count = 0;
    std::size_t marks = 0;
    bool space = false;
    for (std::size_t at = 0; at < text.size() && count < max_code_points;) {
        const auto [c, length] = decode_at(text, at);
        at += length;
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0 || c == 0x2028 || c == 0x2029) {
            space = !line.empty();
            continue;
        }
        if (is_unwanted_in_a_line(c))
            continue;
        marks = is_mark(c) ? marks + 1 : 0;
        if (marks > 4)
            continue;
        if (space) {
            if (++count == max_code_points)
                break;
            line += ' ';
        }
        space = false;
        append_utf8(line, c);
        ++count;
    }
    return line;
}

std::string escape_html(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

bool is_word(char32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    return is_in(k_word_ranges, k_word_ranges_size, c);
}

bool is_number(char32_t c)
{
    if (c < 0x80)
        return c >= '0' && c <= '9';
    return is_in(k_number_ranges, k_number_ranges_size, c);
}

} // namespace kith::text

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text as people write it: UTF-8, names, posts, HTML. Pure functions, any thread.
namespace kith::text {

/// True for well-formed UTF-8: shortest forms only, no surrogates, nothing above U+10FFFF.
bool is_valid_utf8(std::string_view text);

struct Decoded {
    char32_t code_point; ///< U+FFFD where the bytes are not UTF-8
    std::size_t length;  ///< bytes it takes; 1 where they are not UTF-8
};
/// The code point that starts at byte `at`, which must lie inside `text`.
Decoded decode_at(std::string_view text, std::size_t at);
void append_utf8(std::string& out, char32_t code_point);

std::size_t count_code_points(std::string_view text);
/// What a reader takes for characters, near enough to Unicode's rule for a limit: combining marks, joined emoji,
/// skin tones and flags count with what they belong to.
std::size_t count_graphemes(std::string_view text);

/// What a post counts against the server's limit, as Mastodon counts: graphemes, a link as 23, a mention without its
/// host.
std::size_t counted_length(std::string_view text);

/// At most `max_bytes` from the front, cut between code points.
std::string_view truncate(std::string_view text, std::size_t max_bytes);

/// A display name, a field's name, a title: on one line, no control or bidirectional override characters, at most 4
/// combining marks on one base, at most `max_code_points`, no space at either end. Bad UTF-8 becomes U+FFFD.
std::string clean_line(std::string_view text, std::size_t max_code_points = 200);

/// Replaces & < > " ' so that the text may stand in HTML content and in a quoted attribute.
std::string escape_html(std::string_view text);

/// Letters, digits, marks and the underscore of any script: what a hashtag is made of.
bool is_word(char32_t code_point);
/// Decimal and other digits of any script.
bool is_number(char32_t code_point);

} // namespace kith::text

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kith::text {

/// Bounds for HTML from outside.
struct SanitiseOptions {
    std::size_t max_input = 256 * 1024;  ///< bytes read; what follows is cut off
    std::size_t max_output = 256 * 1024; ///< bytes written; the text ends there, its elements are still closed
    std::size_t max_depth = 100;         ///< elements inside elements; deeper ones lose their tags, not their text
};

/// HTML that is safe to show, whatever came in: only p, br, a, span, del, pre, code, em, strong, b, i, u, ul, ol, li,
/// blockquote, with the few attributes and classes that posts need; links only http and https, with
/// rel="nofollow noopener noreferrer" and target="_blank". Headings become bold paragraphs; scripts, styles and their
/// like disappear with their content; of everything else the text stays. Always well-formed, every text escaped, no
/// bidirectional overrides. Input that is built to exhaust the parser comes back as its bare text.
/// Sanitising the result again changes nothing.
std::string sanitise_html(std::string_view html, SanitiseOptions options = {});

/// The same as text without markup: paragraphs and <br> become newlines. For screen readers, notifications and search.
std::string plain_text(std::string_view html, SanitiseOptions options = {});

} // namespace kith::text

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/text/sanitise.h"

#include <functional>
#include <optional>

struct GumboInternalNode;

/// Walks a parsed tree and writes what is allowed. Private to common/text.
namespace kith::text {

/// What the pipeline of a new post does beside cleaning.
struct HtmlHooks {
    /// Writes a text that stands outside links and code, as safe HTML. Without it the text is escaped.
    std::function<void(std::string_view text, std::string& out)> text;
    /// Told every link that is kept.
    std::function<void(std::string_view href)> link;
};

std::string write_allowed(const GumboInternalNode& root, const SanitiseOptions& options, const HtmlHooks& hooks);
std::string write_plain(const GumboInternalNode& root, std::size_t max_output);

/// The address in a form that may stand in href (then escaped): http or https, a host, no name or password before it,
/// nothing invisible. Nothing for all else.
std::optional<std::string> safe_link(std::string_view href);

/// The text between anything that looks like a tag, for input that must not be parsed. Not HTML.
std::string strip_tags(std::string_view html);

/// sanitise_html() with hooks.
std::string sanitise_with(std::string_view html, const SanitiseOptions& options, const HtmlHooks& hooks);

} // namespace kith::text

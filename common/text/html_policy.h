// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gumbo.h>

#include <string>
#include <string_view>

/// The allow-list: what becomes of each element. Private to common/text.
namespace kith::text {

enum class Action { Keep, Unwrap, Drop };

/// What an element is written as.
enum class Element { None, Division, Break, Image, Inline, Link, Span, Code, Paragraph, Heading, Preformatted, Quote,
                     List, OrderedList, Item };

struct Rule {
    Action action = Action::Unwrap;
    Element element = Element::None;
    bool block = false;
    std::string_view open{};  ///< the tag's beginning, without what follows the name
    std::string_view close{}; ///< everything that closes it
};

Rule rule_for(const GumboElement& element);
bool is_block(Element element);

/// ` name="value"` for each attribute that may stay, but a link's href.
std::string allowed_attributes(const GumboElement& element, Element kind);

/// Without control characters and bidirectional overrides; CR LF and CR become newlines.
std::string without_controls(std::string_view text);

} // namespace kith::text

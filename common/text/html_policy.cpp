// SPDX-License-Identifier: Apache-2.0
#include "common/text/html_policy.h"

#include "common/text/html_writer.h"
#include "common/text/utf8.h"

#include <algorithm>
#include <array>

namespace kith::text {

namespace {

constexpr std::array<std::string_view, 7> k_classes{"mention",  "hashtag",   "u-url",       "h-card",
                                                    "ellipsis", "invisible", "quote-inline"};
constexpr std::size_t k_max_link = 4096;

constexpr Rule keep(Element element, bool block, std::string_view open, std::string_view close)
{
    return {Action::Keep, element, block, open, close};
}

std::string allowed_classes(std::string_view value)
{
    std::string kept;
    while (!value.empty()) {
        const auto end = std::min(value.find_first_of(" \t\n\f\r"), value.size());
        const auto name = value.substr(0, end);
        if (std::find(k_classes.begin(), k_classes.end(), name) != k_classes.end() &&
            (" " + kept + " ").find(" " + std::string{name} + " ") == std::string::npos)
            kept += (kept.empty() ? "" : " ") + std::string{name};
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return kept;
}

bool is_small_integer(std::string_view text)
{
    if (text.starts_with('-'))
        text.remove_prefix(1);
    return !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string integer_attribute(const GumboElement& element, const char* name)
{
    const auto* attribute = gumbo_get_attribute(&element.attributes, name);
    if (!attribute || !is_small_integer(attribute->value))
        return {};
    return " " + std::string{name} + "=\"" + attribute->value + '"';
}

} // namespace

bool is_block(Element element)
{
    return element == Element::Paragraph || element == Element::Heading || element == Element::Preformatted ||
           element == Element::Quote || element == Element::List || element == Element::OrderedList ||
           element == Element::Item || element == Element::Division;
}

Rule rule_for(const GumboElement& element)
{
    if (element.tag_namespace != GUMBO_NAMESPACE_HTML)
        return {Action::Drop};
    switch (element.tag) {
    case GUMBO_TAG_P: return keep(Element::Paragraph, true, "<p", "</p>");
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6: return keep(Element::Heading, true, "<p", "</strong></p>");
    case GUMBO_TAG_BLOCKQUOTE: return keep(Element::Quote, true, "<blockquote", "</blockquote>");
    case GUMBO_TAG_PRE: return keep(Element::Preformatted, true, "<pre", "</pre>");
    case GUMBO_TAG_UL: return keep(Element::List, true, "<ul", "</ul>");
    case GUMBO_TAG_OL: return keep(Element::OrderedList, true, "<ol", "</ol>");
    case GUMBO_TAG_LI: return keep(Element::Item, true, "<li", "</li>");
    case GUMBO_TAG_A: return keep(Element::Link, false, "<a", "</a>");
    case GUMBO_TAG_SPAN: return keep(Element::Span, false, "<span", "</span>");
    case GUMBO_TAG_CODE: return keep(Element::Code, false, "<code", "</code>");
    case GUMBO_TAG_DEL: return keep(Element::Inline, false, "<del", "</del>");
    case GUMBO_TAG_EM: return keep(Element::Inline, false, "<em", "</em>");
    case GUMBO_TAG_STRONG: return keep(Element::Inline, false, "<strong", "</strong>");
    case GUMBO_TAG_B: return keep(Element::Inline, false, "<b", "</b>");
    case GUMBO_TAG_I: return keep(Element::Inline, false, "<i", "</i>");
    case GUMBO_TAG_U: return keep(Element::Inline, false, "<u", "</u>");
    case GUMBO_TAG_BR: return {Action::Unwrap, Element::Break};
    case GUMBO_TAG_IMG: return {Action::Unwrap, Element::Image};

    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_APPLET:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_NOEMBED:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_FRAMESET:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_CANVAS:
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_VIDEO:
    case GUMBO_TAG_XMP:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_MATH: return {Action::Drop};

    case GUMBO_TAG_DIV:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_SUMMARY:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_HR: return {Action::Unwrap, Element::None, true};
    default: return {};
    }
}

std::string allowed_attributes(const GumboElement& element, Element kind)
{
    std::string out;
    if (kind == Element::Link || kind == Element::Span) {
        const auto* attribute = gumbo_get_attribute(&element.attributes, "class");
        const auto classes = attribute ? allowed_classes(attribute->value) : std::string{};
        if (!classes.empty())
            out += " class=\"" + classes + '"';
    }
    if (kind == Element::OrderedList) {
        out += integer_attribute(element, "start");
        if (gumbo_get_attribute(&element.attributes, "reversed"))
            out += " reversed=\"\"";
    }
    if (kind == Element::Item)
        out += integer_attribute(element, "value");
    return out;
}

std::string without_controls(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto [c, length] = decode_at(text, at);
        at += length;
        const bool control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c <= 0x9F);
        const bool overrides_direction = c == 0x202D || c == 0x202E;
        if (c == '\r' && !text.substr(at).starts_with('\n'))
            out += '\n';
        else if (!control && !overrides_direction)
            append_utf8(out, c);
    }
    return out;
}

std::optional<std::string> safe_link(std::string_view href)
{
    while (!href.empty() && static_cast<unsigned char>(href.front()) <= 0x20)
        href.remove_prefix(1);
    while (!href.empty() && static_cast<unsigned char>(href.back()) <= 0x20)
        href.remove_suffix(1);
    std::string lower{href.substr(0, 8)};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const std::size_t scheme = lower.starts_with("https://") ? 8 : lower.starts_with("http://") ? 7 : 0;
    if (scheme == 0 || href.size() > k_max_link)
        return std::nullopt;
    const auto authority = href.substr(scheme, href.find_first_of("/?#", scheme) - scheme);
    if (authority.empty() || authority.find_first_of("@ ") != std::string_view::npos)
        return std::nullopt;

    std::string out = lower.substr(0, scheme);
    for (std::size_t at = scheme; at < href.size();) {
        const auto [c, length] = decode_at(href, at);
        const bool invisible = c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x200B && c <= 0x200F) ||
                               (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
        if (invisible || c == '\\' || c == 0xFFFD)
            return std::nullopt;
        if (c == ' ')
            out += "%20";
        else
            append_utf8(out, c);
        at += length;
    }
    return out;
}

} // namespace kith::text

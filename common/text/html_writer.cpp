// SPDX-License-Identifier: Apache-2.0
#include "common/text/html_writer.h"

#include "common/text/html_policy.h"
#include "common/text/html_tree.h"
#include "common/text/utf8.h"

#include <gumbo.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace kith::text {

namespace {

/// Writes allowed HTML. The walk keeps its own stack: documents may be nested deeper than ours is.
class Writer {
public:
    Writer(const SanitiseOptions& options, const HtmlHooks& hooks) : m_options(options), m_hooks(hooks) { }

    std::string run(const GumboNode& root)
    {
        m_frames.push_back({&root.v.element.children, 0, {}, {}});
        while (!m_frames.empty()) {
            auto& frame = m_frames.back();
            if (m_full || frame.next == frame.children->length) {
                leave(frame);
                m_frames.pop_back();
                continue;
            }
            enter(*static_cast<const GumboNode*>(frame.children->data[frame.next++]));
        }
        return std::move(m_out);
    }

private:
    struct Frame {
        const GumboVector* children;
        unsigned next;
        Element element; ///< what is written for it
        std::string_view close;
    };

    void enter(const GumboNode& node)
    {
        if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA)
            return write_text(node.v.text.text);
        if (node.type != GUMBO_NODE_ELEMENT)
            return;
        const auto& element = node.v.element;
        auto rule = rule_for(element);
        if (rule.action == Action::Drop)
            return;
        if (rule.action == Action::Keep && !fits_here(rule))
            rule.action = Action::Unwrap;
        if (rule.action == Action::Keep && rule.element == Element::Link)
            if (!take_link(element))
                rule.action = Action::Unwrap;

        if (rule.element == Element::Break) {
            m_pending_break = false;
            append("<br>");
            m_after_pre_tag = false;
            m_at_line_start = true;
        } else if (rule.element == Element::Image) {
            if (const auto* alt = gumbo_get_attribute(&element.attributes, "alt"))
                write_text(alt->value);
        } else if (rule.action == Action::Keep) {
            open(element, rule);
        } else {
            if (rule.block)
                break_line();
            m_frames.push_back({&element.children, 0, rule.block ? Element::Division : Element::None, {}});
        }
    }

    /// Only what every parser will put in the same place again: HTML would close the outer element of these pairs.
    bool fits_here(const Rule& rule) const
    {
        if (m_depth >= m_options.max_depth)
            return false;
        if (rule.block && m_paragraphs > 0)
            return false;
        if (rule.element == Element::Link && m_links > 0)
            return false;
        if (rule.element == Element::Item) {
            const auto parent = std::find_if(m_frames.rbegin(), m_frames.rend(), [](const Frame& frame) {
                return frame.element != Element::None && frame.element != Element::Division;
            });
            return parent != m_frames.rend() &&
                   (parent->element == Element::List || parent->element == Element::OrderedList);
        }
        return true;
    }

    bool take_link(const GumboElement& element)
    {
        const auto* href = gumbo_get_attribute(&element.attributes, "href");
        m_href = href ? safe_link(href->value) : std::nullopt;
        return m_href.has_value();
    }

    void open(const GumboElement& element, const Rule& rule)
    {
        std::string tag{rule.open};
        if (rule.element == Element::Link)
            tag += " href=\"" + escape_html(*m_href) + '"';
        tag += allowed_attributes(element, rule.element);
        if (rule.element == Element::Link)
            tag += " rel=\"nofollow noopener noreferrer\" target=\"_blank\"";
        tag += rule.element == Element::Heading ? "><strong>" : ">";

        if (rule.block)
            m_pending_break = false;
        else
            flush_break();
        m_reserved += rule.close.size();
        if (!append(tag)) {
            m_reserved -= rule.close.size();
            return;
        }
        if (rule.block)
            m_at_line_start = true;
        ++m_depth;
        count(rule.element, 1);
        if (rule.element == Element::Link && m_hooks.link)
            m_hooks.link(*m_href);
        m_frames.push_back({&element.children, 0, rule.element, rule.close});
        m_after_pre_tag = rule.element == Element::Preformatted;
    }

    void leave(const Frame& frame)
    {
        if (frame.element == Element::Division)
            break_line();
        if (frame.close.empty())
            return;
        m_reserved -= frame.close.size();
        m_out += frame.close; // its room was reserved when it was opened
        --m_depth;
        count(frame.element, -1);
        if (is_block(frame.element)) {
            m_pending_break = false;
            m_at_line_start = true;
        }
        m_after_pre_tag = false;
    }

    void count(Element element, int by)
    {
        if (element == Element::Paragraph || element == Element::Heading)
            m_paragraphs += by;
        if (element == Element::Link)
            m_links += by;
        if (element == Element::Link || element == Element::Code || element == Element::Preformatted)
            m_verbatim += by;
    }

    void write_text(std::string_view raw)
    {
        const auto text = without_controls(raw);
        if (text.empty())
            return;
        const bool blank = text.find_first_not_of(" \t\n") == std::string::npos;
        if (!blank)
            flush_break();
        // A parser drops the first newline of a <pre>: one that is meant needs a second one before it.
        if (std::exchange(m_after_pre_tag, false) && text[0] == '\n')
            append("\n");
        if (m_hooks.text && m_verbatim == 0) {
            std::string html;
            m_hooks.text(text, html);
            append(html);
        } else if (!append(escape_html(text))) {
            m_out += escape_html(truncate(text, room() / 6)); // 6: the longest escape
        }
        if (!blank)
            m_at_line_start = false;
    }

    void break_line()
    {
        if (!m_at_line_start)
            m_pending_break = true;
    }

    void flush_break()
    {
        if (m_pending_break)
            append("<br>");
        m_pending_break = false;
    }

    std::size_t room() const
    {
        const auto used = m_out.size() + m_reserved;
        return used < m_options.max_output ? m_options.max_output - used : 0;
    }

    bool append(std::string_view html)
    {
        if (m_full || html.size() > room()) {
            m_full = true;
            return false;
        }
        m_out += html;
        return true;
    }

    const SanitiseOptions& m_options;
    const HtmlHooks& m_hooks;
    std::string m_out;
    std::vector<Frame> m_frames;
    std::optional<std::string> m_href; ///< of the link that is being opened
    std::size_t m_reserved = 0;        ///< bytes of the closing tags still to come
    std::size_t m_depth = 0;
    int m_paragraphs = 0;
    int m_links = 0;
    int m_verbatim = 0;
    bool m_full = false;
    bool m_at_line_start = true;
    bool m_pending_break = false; ///< an unwrapped block ended a line; written only when text follows
    bool m_after_pre_tag = false;
};

} // namespace

std::string write_allowed(const GumboInternalNode& root, const SanitiseOptions& options, const HtmlHooks& hooks)
{
    return Writer{options, hooks}.run(root);
}

std::string sanitise_with(std::string_view html, const SanitiseOptions& options, const HtmlHooks& hooks)
{
    html = truncate(html, options.max_input);
    if (const HtmlTree tree{html}; tree.root())
        return write_allowed(*tree.root(), options, hooks);
    const auto text = without_controls(strip_tags(html));
    const auto room = options.max_output < 7 ? 0 : (options.max_output - 7) / 6;
    return "<p>" + escape_html(truncate(text, room)) + "</p>";
}

} // namespace kith::text

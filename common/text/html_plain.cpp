// SPDX-License-Identifier: Apache-2.0
#include "common/text/html_policy.h"
#include "common/text/html_writer.h"
#include "common/text/utf8.h"

#include <algorithm>
#include <vector>

namespace kith::text {

namespace {

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Collects text with white space as a browser would show it.
class PlainText {
public:
    explicit PlainText(std::size_t max_output) : m_max(max_output) { }

    void want_newlines(int count) { m_newlines = std::max(m_newlines, count); }
    void line_break() { ++m_newlines; }

    void add(std::string_view text, bool preformatted)
    {
        for (const char c : text) {
            const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
            if (space && !preformatted) {
                m_space = true;
            } else if (c == '\n') {
                ++m_newlines;
            } else {
                separate();
                m_out += c;
            }
        }
        if (m_out.size() > m_max)
            m_out = truncate(m_out, m_max);
    }

    bool full() const { return m_out.size() >= m_max; }
    std::string take() { return std::move(m_out); }

private:
    void separate()
    {
        if (!m_out.empty() && m_newlines > 0)
            m_out.append(static_cast<std::size_t>(std::min(m_newlines, 2)), '\n');
        else if (!m_out.empty() && m_space)
            m_out += ' ';
        m_newlines = 0;
        m_space = false;
    }

    std::size_t m_max;
    std::string m_out;
    int m_newlines = 0;
    bool m_space = false;
};

} // namespace

std::string write_plain(const GumboInternalNode& root, std::size_t max_output)
{
    struct Frame {
        const GumboVector* children;
        unsigned next;
        int newlines; ///< wanted behind it
        bool preformatted;
    };
    PlainText out{max_output};
    std::vector<Frame> frames{{&root.v.element.children, 0, 0, false}};
    while (!frames.empty() && !out.full()) {
        auto& frame = frames.back();
        if (frame.next == frame.children->length) {
            out.want_newlines(frame.newlines);
            frames.pop_back();
            continue;
        }
        const auto& node = *static_cast<const GumboNode*>(frame.children->data[frame.next++]);
        if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA)
            out.add(without_controls(node.v.text.text), frame.preformatted);
        if (node.type != GUMBO_NODE_ELEMENT)
            continue;
        const auto& element = node.v.element;
        const auto rule = rule_for(element);
        if (rule.action == Action::Drop)
            continue;
        if (rule.element == Element::Break)
            out.line_break();
        const auto* alt = rule.element == Element::Image ? gumbo_get_attribute(&element.attributes, "alt") : nullptr;
        if (alt)
            out.add(without_controls(alt->value), false);
        const bool paragraph = rule.block && rule.action == Action::Keep && rule.element != Element::Item;
        const int newlines = paragraph ? 2 : rule.block ? 1 : 0;
        out.want_newlines(newlines);
        const bool preformatted = frame.preformatted || rule.element == Element::Preformatted;
        frames.push_back({&element.children, 0, newlines, preformatted}); // `frame` is gone from here on
    }
    return out.take();
}

std::string strip_tags(std::string_view html)
{
    std::string out;
    for (std::size_t at = 0; at < html.size(); ++at) {
        const char next = at + 1 < html.size() ? html[at + 1] : ' ';
        if (html[at] != '<' || !(is_letter(next) || next == '/' || next == '!' || next == '?')) {
            out += html[at];
            continue;
        }
        at = html.find('>', at);
        if (at == std::string_view::npos)
            break;
    }
    return out;
}

} // namespace kith::text

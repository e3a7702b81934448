// SPDX-License-Identifier: Apache-2.0
#include "app/services/styled_text.h"

#include "common/text/utf8.h"

#include <charconv>
#include <vector>

namespace kith::services {

namespace {

/// The few entities that serialised HTML has; everything numeric too.
std::string decode_entities(std::string_view text)
{
    struct Named {
        std::string_view name;
        std::string_view value;
    };
    static constexpr Named k_named[] = {{"amp", "&"},   {"lt", "<"},   {"gt", ">"},
                                        {"quot", "\""}, {"apos", "'"}, {"nbsp", "\xC2\xA0"}};
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto end = text[at] == '&' ? text.substr(at, 12).find(';') : std::string_view::npos;
        if (end == std::string_view::npos) {
            out += text[at];
            continue;
        }
        const auto name = text.substr(at + 1, end - 1);
        const auto before = out.size();
        for (const auto& known : k_named)
            if (known.name == name)
                out += known.value;
        if (name.starts_with('#')) {
            const bool hex = name.starts_with("#x") || name.starts_with("#X");
            const auto digits = name.substr(hex ? 2 : 1);
            unsigned number = 0;
            const auto [rest, error] =
                std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
            if (error == std::errc{} && rest == digits.data() + digits.size() && number >= 32 && number <= 0x10FFFF)
                text::append_utf8(out, static_cast<char32_t>(number));
        }
        if (out.size() == before)
            out += text[at];
        else
            at += end;
    }
    return out;
}

/// StyledText knows only these; a bare apostrophe is fine.
std::string escape(std::string_view plain)
{
    std::string out;
    for (const char c : plain) {
        switch (c) {
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '&': out += "&amp;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string attribute(std::string_view tag, std::string_view name)
{
    const auto wanted = " " + std::string{name} + "=\"";
    const auto found = tag.find(wanted);
    if (found == std::string_view::npos)
        return {};
    const auto from = found + wanted.size();
    return decode_entities(tag.substr(from, tag.find('"', from) - from));
}

class StyledWriter {
public:
    std::string write(std::string_view html)
    {
        while (!html.empty()) {
            const auto open = html.find('<');
            text(html.substr(0, open));
            if (open == std::string_view::npos)
                break;
            const auto close = html.find('>', open);
            if (close == std::string_view::npos)
                break;
            tag(html.substr(open + 1, close - open - 1));
            html.remove_prefix(close + 1);
        }
        while (!m_stack.empty())
            end(m_stack.back().name);
        return std::move(m_out);
    }

private:
    struct Open {
        std::string name;
        std::string closing;
        bool hidden = false;
        bool ellipsis = false;
        int number = 0; ///< of the next item; 0 for bullets
    };

    void text(std::string_view raw)
    {
        if (m_hidden > 0 || raw.empty())
            return;
        auto plain = decode_entities(raw);
        if (m_pre > 0)
            return preformatted(plain);
        if (m_breaks > 0 && plain.find_first_not_of(" \t\r\n") == std::string::npos)
            return;
        for (auto& c : plain)
            if (c == '\n' || c == '\r' || c == '\t')
                c = ' ';
        break_now();
        m_out += escape(plain);
    }

    void preformatted(std::string_view plain)
    {
        break_now();
        for (const char c : plain) {
            if (c == '\n')
                m_out += "<br>";
            else if (c == ' ')
                m_out += "\xC2\xA0";
            else
                m_out += escape({&c, 1});
        }
    }

    void tag(std::string_view tag)
    {
        const bool closing = tag.starts_with('/');
        if (closing)
            tag.remove_prefix(1);
        const std::string name{tag.substr(0, tag.find_first_of(" /\t\n"))};
        if (closing)
            end(name);
        else if (name == "br")
            ++m_breaks;
        else
            begin(name, tag);
    }

    void begin(const std::string& name, std::string_view tag)
    {
        Open open{.name = name, .closing = {}};
        std::string opening;
        if (is_block(name))
            m_breaks = std::max(m_breaks, 2);
        if (name == "li")
            return begin_item();
        if (name == "strong" || name == "b")
            opening = "<b>", open.closing = "</b>";
        else if (name == "em" || name == "i" || name == "blockquote")
            opening = "<i>", open.closing = "</i>";
        else if (name == "u")
            opening = "<u>", open.closing = "</u>";
        else if (name == "del" || name == "s")
            opening = "<s>", open.closing = "</s>";
        else if (name == "a")
            opening = link(tag, open);
        else if (name == "span")
            mark(attribute(tag, "class"), open);
        else if (name == "ol")
            open.number = 1;
        m_pre += name == "pre";
        m_hidden += open.hidden;
        if (!opening.empty() && m_hidden == 0) {
            break_now();
            m_out += opening;
        } else {
            open.closing.clear();
        }
        m_stack.push_back(std::move(open));
    }

    void begin_item()
    {
        m_breaks = std::max(m_breaks, 1);
        break_now();
        auto* list = m_stack.empty() ? nullptr : &m_stack.back();
        m_out += list && list->number > 0 ? std::to_string(list->number++) + ". " : "\xE2\x80\xA2 ";
        m_stack.push_back({.name = "li", .closing = {}});
    }

    static std::string link(std::string_view tag, Open& open)
    {
        const auto address = attribute(tag, "href");
        if (!address.starts_with("https://") && !address.starts_with("http://"))
            return {};
        open.closing = "</a>";
        return "<a href=\"" + escape(address) + "\">";
    }

    static void mark(const std::string& classes, Open& open)
    {
        open.hidden = classes.find("invisible") != std::string::npos;
        open.ellipsis = classes.find("ellipsis") != std::string::npos;
    }

    void end(const std::string& name)
    {
        // What comes from the sanitiser is balanced; anything else is ignored.
        if (m_stack.empty() || m_stack.back().name != name)
            return;
        const auto open = std::move(m_stack.back());
        m_stack.pop_back();
        if (open.ellipsis && m_hidden == 0)
            m_out += "\xE2\x80\xA6";
        m_out += open.closing;
        m_hidden -= open.hidden;
        m_pre -= name == "pre";
        if (is_block(name))
            m_breaks = std::max(m_breaks, 2);
    }

    static bool is_block(std::string_view name)
    {
        return name == "p" || name == "blockquote" || name == "ul" || name == "ol" || name == "pre";
    }

    void break_now()
    {
        if (!m_out.empty())
            for (int i = 0; i < std::min(m_breaks, 2); ++i)
                m_out += "<br>";
        m_breaks = 0;
    }

    std::string m_out;
    std::vector<Open> m_stack;
    int m_breaks = 0;
    int m_hidden = 0;
    int m_pre = 0;
};

} // namespace

std::string to_styled_text(std::string_view sanitised_html)
{
    return StyledWriter{}.write(sanitised_html);
}

} // namespace kith::services

// SPDX-License-Identifier: Apache-2.0
#include "common/text/scan.h"

#include "common/text/utf8.h"

#include <algorithm>
#include <optional>

namespace kith::text {

namespace {

constexpr std::size_t k_max_username = 128;
constexpr std::size_t k_max_domain = 253 + 6; // with a port
constexpr std::size_t k_max_hashtag = 100;    // code points
constexpr std::size_t k_max_link = 2048;

bool is_ascii_word(char c)
{
    return static_cast<unsigned char>(c) < 0x80 && is_word(static_cast<char32_t>(c));
}

/// Zero-width and directional characters: no name goes on behind them unseen.
bool is_invisible(char32_t c)
{
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

class Scanner {
public:
    Scanner(std::string_view text, std::size_t limit) : m_text(text), m_limit(limit) { }

    std::vector<Entity> run()
    {
        while (m_at < m_text.size() && m_found.size() < m_limit) {
            if (const auto entity = take_entity()) {
                m_found.push_back(*entity);
                m_previous = m_text[entity->end - 1] == '/' ? U'/' : U'a'; // nothing starts right behind a word
                m_at = entity->end;
                continue;
            }
            const auto [c, length] = decode_at(m_text, m_at);
            m_previous = c;
            m_at += length;
        }
        return std::move(m_found);
    }

private:
    std::optional<Entity> take_entity()
    {
        const char c = m_text[m_at];
        const bool after_word = m_previous != 0 && is_word(m_previous);
        if ((c == 'h' || c == 'H') && !after_word)
            return take_link();
        if (c == '@' && !after_word && m_previous != '/' && m_previous != '=' && m_at >= m_no_mention_before)
            return take_mention();
        if (c == '#' && !after_word && m_previous != '/' && m_previous != '=' && m_previous != '&' && m_previous != '#')
            return take_hashtag();
        return std::nullopt;
    }

    std::optional<Entity> take_link()
    {
        const auto rest = m_text.substr(m_at);
        std::size_t scheme = 0;
        for (const std::string_view wanted : {"http://", "https://"})
            if (rest.size() > wanted.size() && std::equal(wanted.begin(), wanted.end(), rest.begin(), [](char a, char b) {
                    return a == b || (b >= 'A' && b <= 'Z' && a == b - 'A' + 'a');
                }))
                scheme = wanted.size();
        if (scheme == 0)
            return std::nullopt;
        std::size_t end = m_at + scheme;
        std::size_t trimmed = end; // without the punctuation that ends the sentence around it
        int round = 0, square = 0, curly = 0;
        while (end < m_text.size() && end - m_at <= k_max_link) {
            const auto [c, length] = decode_at(m_text, end);
            if (ends_link(c))
                break;
            end += length;
            round += c == '(' ? 1 : c == ')' ? -1 : 0;
            square += c == '[' ? 1 : c == ']' ? -1 : 0;
            curly += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (round < 0 || square < 0 || curly < 0) // closes what was opened before the link
                break;
            if (!is_trailing(c))
                trimmed = end;
        }
        if (end - m_at > k_max_link)
            return std::nullopt;
        const auto address = m_text.substr(m_at, trimmed - m_at);
        if (!has_plain_host(address.substr(scheme)))
            return std::nullopt;
        return Entity{Entity::Kind::Link, m_at, trimmed, address, {}};
    }

    static bool ends_link(char32_t c)
    {
        return c <= 0x20 || c == 0x7F || (c >= 0x80 && c <= 0xA0) || c == '<' || c == '>' || c == '"' || c == '`' ||
               c == '\\' || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
               c == 0x3000 || c == 0xFFFD || is_invisible(c);
    }

    static bool is_trailing(char32_t c)
    {
        constexpr std::u32string_view k_trailing = U".,;:!?'*_~|…‘’“”«»。、，！？；：）」』】》";
        return k_trailing.find(c) != std::u32string_view::npos;
    }

    /// A host that starts with a letter or digit (or is an IPv6 literal) and no name and password before it, which
    /// would make the link look like another one.
    static bool has_plain_host(std::string_view rest)
    {
        const auto authority = rest.substr(0, rest.find_first_of("/?#"));
        if (authority.empty() || authority.find('@') != std::string_view::npos)
            return false;
        const auto first = decode_at(authority, 0).code_point;
        return first == '[' || (is_word(first) && first != '_');
    }

    std::optional<Entity> take_mention()
    {
        std::size_t end = m_at + 1;
        while (end < m_text.size() && (is_ascii_word(m_text[end]) || m_text[end] == '.' || m_text[end] == '-'))
            ++end;
        const auto greedy = end;
        while (end > m_at + 1 && !is_ascii_word(m_text[end - 1]))
            --end;
        const auto username = m_text.substr(m_at + 1, end - m_at - 1);
        const bool well_formed = !username.empty() && is_ascii_word(username[0]) && username.size() <= k_max_username;
        const bool ends_here = end == m_text.size() || goes_well_after_name(decode_at(m_text, end).code_point);
        const bool broken_host = greedy != end && greedy < m_text.size() && m_text[greedy] == '@';
        if (!well_formed || !ends_here || broken_host)
            return refuse_mention();
        if (end == m_text.size() || m_text[end] != '@')
            return Entity{Entity::Kind::Mention, m_at, end, username, {}};

        const auto host_end = find_host_end(end + 1);
        const auto domain = m_text.substr(end + 1, host_end - end - 1);
        const bool host_ends_here =
            host_end == m_text.size() ||
            (goes_well_after_name(decode_at(m_text, host_end).code_point) && m_text[host_end] != '@');
        if (domain.empty() || domain.size() > k_max_domain || !host_ends_here)
            return refuse_mention();
        return Entity{Entity::Kind::Mention, m_at, host_end, username, domain};
    }

    static bool goes_well_after_name(char32_t c) { return !is_word(c) && !is_invisible(c) && c != 0xFFFD; }

    /// Where a host with an optional port, that starts at `at`, ends. Unicode hosts are for the resolver to judge.
    std::size_t find_host_end(std::size_t at) const
    {
        std::size_t host = at;
        std::size_t end = at;
        while (host < m_text.size()) {
            const auto [c, length] = decode_at(m_text, host);
            const bool inner = c == '.' || c == '-';
            if (c == '_' || !(is_word(c) || inner) || (inner && host == at))
                break;
            if (c == '.' && m_text[host - 1] == '.') // an ellipsis
                break;
            host += length;
            if (!inner)
                end = host;
        }
        if (end == host && end < m_text.size() && m_text[end] == ':') {
            std::size_t port = end + 1;
            while (port < m_text.size() && port - end <= 5 && m_text[port] >= '0' && m_text[port] <= '9')
                ++port;
            if (port > end + 1)
                end = port;
        }
        return end;
    }

    /// What merely looks like a handle is one as a whole: its second half must not be taken for another one.
    std::optional<Entity> refuse_mention()
    {
        std::size_t end = m_at;
        while (end < m_text.size()) {
            const auto [c, length] = decode_at(m_text, end);
            if (!(is_word(c) || is_invisible(c) || c == '@' || c == '.' || c == '-' || c == ':'))
                break;
            end += length;
        }
        m_no_mention_before = end;
        return std::nullopt;
    }

    std::optional<Entity> take_hashtag() const
    {
        std::size_t end = m_at + 1;
        std::size_t count = 0;
        bool has_letter = false;
        while (end < m_text.size()) {
            const auto [c, length] = decode_at(m_text, end);
            if (!is_word(c))
                break;
            has_letter = has_letter || (c != '_' && !is_number(c));
            end += length;
            ++count;
        }
        if (!has_letter || count > k_max_hashtag)
            return std::nullopt;
        return Entity{Entity::Kind::Hashtag, m_at, end, m_text.substr(m_at + 1, end - m_at - 1), {}};
    }

    std::string_view m_text;
    std::size_t m_limit;
    std::size_t m_at = 0;
    std::size_t m_no_mention_before = 0;
    char32_t m_previous = 0;
    std::vector<Entity> m_found;
};

} // namespace

std::vector<Entity> scan(std::string_view text, std::size_t limit)
{
    return Scanner{text, limit}.run();
}

} // namespace kith::text

// SPDX-License-Identifier: Apache-2.0
#include "common/text/post.h"

#include "common/text/fold.h"
#include "common/text/html_policy.h"
#include "common/text/html_writer.h"
#include "common/text/scan.h"
#include "common/text/utf8.h"

#include <cmark.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>

namespace kith::text {

namespace {

constexpr std::size_t k_max_entities = 500;
constexpr std::size_t k_shown_link = 30; // code points before the ellipsis, as in Mastodon
constexpr std::size_t k_max_rendered = 1024 * 1024;

std::string ascii_lower(std::string_view text)
{
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

Mention to_mention(std::string_view text, const Entity& entity)
{
    return {std::string{entity.name}, ascii_lower(entity.domain),
            std::string{text.substr(entity.begin, entity.end - entity.begin)}};
}

bool same_person(const Mention& a, const Mention& b)
{
    return a.domain == b.domain && ascii_lower(a.username) == ascii_lower(b.username);
}

template <class T, class Same>
void add_once(std::vector<T>& list, T item, Same same)
{
    if (std::none_of(list.begin(), list.end(), [&](const T& other) { return same(other, item); }))
        list.push_back(std::move(item));
}

std::string link_html(std::string_view url)
{
    auto shown = url.substr(url.find("://") + 3);
    if (ascii_lower(shown.substr(0, 4)) == "www." && shown.size() > 4)
        shown.remove_prefix(4);
    const auto hidden = url.substr(0, url.size() - shown.size());
    std::size_t cut = 0;
    for (std::size_t count = 0; cut < shown.size() && count < k_shown_link; ++count)
        cut += decode_at(shown, cut).length;
    std::string html = "<a href=\"" + escape_html(url) +
                       "\" rel=\"nofollow noopener noreferrer\" target=\"_blank\"><span class=\"invisible\">" +
                       escape_html(hidden) + "</span>";
    if (cut == shown.size())
        html += "<span>" + escape_html(shown) + "</span>";
    else
        html += "<span class=\"ellipsis\">" + escape_html(shown.substr(0, cut)) + "</span><span class=\"invisible\">" +
                escape_html(shown.substr(cut)) + "</span>";
    return html + "</a>";
}

/// Turns what scan() finds into HTML, and keeps the lists of what a post refers to.
class Linker {
public:
    explicit Linker(const Resolver& resolver) : m_resolver(resolver) { }

    /// Newlines in the text stay newlines.
    void write(std::string_view text, std::string& out)
    {
        std::size_t done = 0;
        const auto entities = scan(text, m_left);
        m_left -= entities.size();
        for (const auto& entity : entities) {
            out += escape_html(text.substr(done, entity.begin - done));
            done = entity.end;
            if (!write_entity(text, entity, out))
                out += escape_html(text.substr(entity.begin, entity.end - entity.begin));
        }
        out += escape_html(text.substr(done));
    }

    void note_link(std::string_view href)
    {
        add_once(rendered.links, std::string{href}, std::equal_to<>{});
    }

    Rendered rendered;

private:
    bool write_entity(std::string_view text, const Entity& entity, std::string& out)
    {
        switch (entity.kind) {
        case Entity::Kind::Link: {
            const auto url = safe_link(entity.name);
            if (!url)
                return false;
            note_link(*url);
            out += link_html(*url);
            return true;
        }
        case Entity::Kind::Mention: {
            auto mention = to_mention(text, entity);
            const auto who = m_resolver.mention ? m_resolver.mention(mention) : std::nullopt;
            const auto url = who ? safe_link(who->url) : std::nullopt;
            if (!url)
                return false;
            out += "<span class=\"h-card\"><a href=\"" + escape_html(*url) + "\" class=\"u-url mention\">@<span>" +
                   escape_html(who->acct) + "</span></a></span>";
            add_once(rendered.mentions, std::move(mention), same_person);
            return true;
        }
        case Entity::Kind::Hashtag: {
            Hashtag tag{std::string{entity.name}, fold(entity.name)};
            const auto url = m_resolver.hashtag_url ? safe_link(m_resolver.hashtag_url(tag)) : std::nullopt;
            if (!url)
                return false;
            out += "<a href=\"" + escape_html(*url) + "\" class=\"mention hashtag\" rel=\"tag\">#<span>" +
                   escape_html(tag.name) + "</span></a>";
            add_once(rendered.hashtags, std::move(tag),
                     [](const Hashtag& a, const Hashtag& b) { return a.folded == b.folded; });
            return true;
        }
        }
        return false;
    }

    const Resolver& m_resolver;
    std::size_t m_left = k_max_entities;
};

/// Without controls, and with a word joiner, which does nothing, for each directional override: a name must not go
/// on behind one, as it would if they simply vanished.
std::string clean_source(std::string_view source)
{
    std::string clean{source};
    for (const std::string_view override_character : {"\u202D", "\u202E"})
        for (auto at = clean.find(override_character); at != std::string::npos; at = clean.find(override_character, at))
            clean.replace(at, override_character.size(), "\u2060");
    return without_controls(clean);
}

/// The source's paragraphs: parted by lines that are blank.
std::vector<std::string> split_paragraphs(std::string_view source)
{
    std::vector<std::string> paragraphs;
    std::string paragraph;
    const auto finish = [&] {
        if (!paragraph.empty())
            paragraphs.push_back(std::move(paragraph));
        paragraph.clear();
    };
    while (!source.empty()) {
        const auto end = std::min(source.find('\n'), source.size());
        const auto line = source.substr(0, end);
        source.remove_prefix(std::min(end + 1, source.size()));
        if (line.find_first_not_of(" \t") == std::string_view::npos) {
            finish();
            continue;
        }
        if (!paragraph.empty())
            paragraph += '\n';
        paragraph += line;
    }
    finish();
    return paragraphs;
}

void render_plain(std::string_view source, Linker& linker)
{
    auto& html = linker.rendered.html;
    for (const auto& paragraph : split_paragraphs(source)) {
        std::string inner;
        linker.write(paragraph, inner);
        html += "<p>";
        for (const char c : inner) {
            if (c == '\n')
                html += "<br>";
            else
                html += c;
        }
        html += "</p>";
    }
}

/// Markdown's HTML, which may hold whatever HTML the author wrote: only for the sanitiser.
std::string markdown_to_html(std::string_view source)
{
    const std::unique_ptr<char, decltype(&std::free)> html{
        cmark_markdown_to_html(source.data(), source.size(), CMARK_OPT_UNSAFE | CMARK_OPT_HARDBREAKS), &std::free};
    return html ? std::string{html.get()} : std::string{};
}

std::string render_markdown(std::string_view source, const HtmlHooks& hooks)
{
    SanitiseOptions options;
    options.max_input = k_max_rendered;
    options.max_output = k_max_rendered;
    return sanitise_with(markdown_to_html(source), options, hooks);
}

} // namespace

Result<Rendered> render_post(std::string_view source, SourceType type, const Resolver& resolver)
{
    if (source.size() > k_max_source_bytes)
        return fail(Errc::too_large, "This post is too long.");
    if (!is_valid_utf8(source))
        return fail(Errc::invalid, "This post is not valid UTF-8.");
    Linker linker{resolver};
    const auto clean = clean_source(source);
    if (type == SourceType::plain) {
        render_plain(clean, linker);
        return std::move(linker.rendered);
    }
    HtmlHooks hooks;
    hooks.text = [&](std::string_view text, std::string& out) { linker.write(text, out); };
    hooks.link = [&](std::string_view href) { linker.note_link(href); };
    auto html = render_markdown(clean, hooks);
    html.erase(html.find_last_not_of('\n') + 1);
    linker.rendered.html = std::move(html);
    return std::move(linker.rendered);
}

std::vector<Mention> extract_mentions(std::string_view source, SourceType type)
{
    std::vector<Mention> mentions;
    if (source.size() > k_max_source_bytes || !is_valid_utf8(source))
        return mentions;
    std::size_t left = k_max_entities; // the same ones that render_post() will find
    const auto collect = [&](std::string_view text) {
        const auto entities = scan(text, left);
        left -= entities.size();
        for (const auto& entity : entities)
            if (entity.kind == Entity::Kind::Mention)
                add_once(mentions, to_mention(text, entity), same_person);
    };
    const auto clean = clean_source(source);
    if (type == SourceType::plain) {
        for (const auto& paragraph : split_paragraphs(clean))
            collect(paragraph);
    } else {
        HtmlHooks hooks;
        hooks.text = [&](std::string_view text, std::string&) { collect(text); };
        render_markdown(clean, hooks);
    }
    return mentions;
}

} // namespace kith::text

// SPDX-License-Identifier: Apache-2.0
#include "common/text/html_tree.h"

#include "common/text/html_policy.h"

#include <gumbo.h>

#include <csetjmp>
#include <cstdlib>
#include <iterator>

namespace kith::text {

namespace {

// gumbo follows the HTML standard, and that costs: each attribute is compared with all before it, many tags walk all
// open elements, unclosed formatting is repeated in every paragraph. These bounds keep the worst case under 100 ms;
// honest posts stay a hundred times below them.
constexpr std::size_t k_max_tags = 8192;
constexpr std::size_t k_max_attributes = 64;
constexpr std::size_t k_max_tag_bytes = 16 * 1024;
constexpr std::size_t k_arena_bytes = 48 * 1024 * 1024;

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/// Whether a tag that starts at `rest` ("<a …") stays within the bounds. Splits attributes as the standard does
/// (13.2.5.32 to 13.2.5.40), and counts generously.
bool tag_is_modest(std::string_view rest)
{
    std::size_t attributes = 0;
    std::size_t at = 1;
    while (at < rest.size() && !is_space(rest[at]) && rest[at] != '/' && rest[at] != '>')
        ++at;
    while (at < rest.size() && rest[at] != '>') {
        if (at > k_max_tag_bytes || attributes > k_max_attributes)
            return false;
        if (is_space(rest[at]) || rest[at] == '/') {
            ++at;
            continue;
        }
        ++attributes;
        ++at; // an attribute's name may even begin with '='
        while (at < rest.size() && !is_space(rest[at]) && rest[at] != '/' && rest[at] != '>' && rest[at] != '=')
            ++at;
        std::size_t value = at;
        while (value < rest.size() && is_space(rest[value]))
            ++value;
        if (value == rest.size() || rest[value] != '=')
            continue;
        do
            ++value;
        while (value < rest.size() && is_space(rest[value]));
        at = value;
        if (at < rest.size() && (rest[at] == '"' || rest[at] == '\'')) {
            const auto close = rest.find(rest[at], at + 1);
            at = close == std::string_view::npos ? rest.size() : close + 1;
        } else {
            while (at < rest.size() && !is_space(rest[at]) && rest[at] != '>')
                ++at;
        }
    }
    return at <= k_max_tag_bytes && attributes <= k_max_attributes;
}

/// Looks at everything that could be a tag, inside comments and scripts too: what gumbo takes for tags is among it.
bool is_modest(std::string_view html)
{
    std::size_t tags = 0;
    for (auto at = html.find('<'); at != std::string_view::npos && at + 1 < html.size(); at = html.find('<', at + 1)) {
        const bool end_tag = html[at + 1] == '/';
        if (!end_tag && !is_letter(html[at + 1]))
            continue;
        if (++tags > k_max_tags || !tag_is_modest(html.substr(at, k_max_tag_bytes + 2)))
            return false;
    }
    return true;
}

} // namespace

class HtmlTree::Arena {
public:
    ~Arena()
    {
        for (auto* block : m_blocks)
            std::free(block);
    }

    /// Parses, or returns null when memory ran out: gumbo never checks, so the only way out is a long jump. That is
    /// sound here: between the two ends are only gumbo's C frames, and all they hold lives in this arena.
    const GumboNode* parse(const std::string& html)
    {
        auto options = kGumboDefaultOptions;
        options.max_errors = 0;
        options.fragment_context = GUMBO_TAG_BODY;
        options.userdata = this;
        options.allocator = [](void* self, std::size_t size) -> void* {
            auto& arena = *static_cast<Arena*>(self);
            auto* memory = arena.allocate(size);
            if (!memory)
                std::longjmp(arena.m_out_of_memory, 1);
            return memory;
        };
        options.deallocator = [](void*, void*) {};
        if (setjmp(m_out_of_memory) != 0)
            return nullptr;
        return gumbo_parse_with_options(&options, html.data(), html.size())->root;
    }

private:
    /// Null when the bound is reached. Throws nothing: it is called from C.
    void* allocate(std::size_t size) noexcept
    {
        size = (size + 15) / 16 * 16;
        if (size > m_left && !add_block(size))
            return nullptr;
        auto* memory = m_next;
        m_next += size;
        m_left -= size;
        return memory;
    }

    bool add_block(std::size_t size) noexcept
    {
        const auto block_size = size > k_block_bytes ? size : k_block_bytes;
        if (m_used + block_size > k_arena_bytes || m_count == std::size(m_blocks))
            return false;
        auto* block = static_cast<char*>(std::malloc(block_size));
        if (!block)
            return false;
        m_blocks[m_count++] = block;
        m_used += block_size;
        m_next = block;
        m_left = block_size;
        return true;
    }

    static constexpr std::size_t k_block_bytes = 64 * 1024;
    char* m_blocks[k_arena_bytes / k_block_bytes] = {};
    std::size_t m_count = 0;
    std::size_t m_used = 0;
    char* m_next = nullptr;
    std::size_t m_left = 0;
    std::jmp_buf m_out_of_memory;
};

// Controls go first: gumbo would make U+FFFD of them.
HtmlTree::HtmlTree(std::string_view html) : m_html(without_controls(html))
{
    if (!is_modest(m_html))
        return;
    m_arena = std::make_unique<Arena>();
    m_root = m_arena->parse(m_html);
}

HtmlTree::~HtmlTree() = default;

} // namespace kith::text

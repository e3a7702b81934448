// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct GumboInternalNode;

/// HTML parsed by gumbo inside bounds. Private to common/text.
namespace kith::text {

/// Memory for one parse, given back at once. gumbo's own clean-up recurses as deep as the document is nested, and it
/// cannot report that memory ran out.
class HtmlTree {
public:
    /// Parses a fragment as the content of a <body>. The tree points into a copy of `html`, without controls, that it keeps.
    /// An empty tree (`!root()`) when the input is built to exhaust the parser: see html_tree.cpp for the bounds.
    explicit HtmlTree(std::string_view html);
    ~HtmlTree();
    HtmlTree(const HtmlTree&) = delete;
    HtmlTree& operator=(const HtmlTree&) = delete;

    /// The element whose children are the fragment, or null.
    const GumboInternalNode* root() const { return m_root; }

private:
    class Arena;
    std::string m_html;
    std::unique_ptr<Arena> m_arena;
    const GumboInternalNode* m_root = nullptr;
};

} // namespace kith::text

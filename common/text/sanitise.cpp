// SPDX-License-Identifier: Apache-2.0
#include "common/text/sanitise.h"

#include "common/text/html_tree.h"
#include "common/text/html_writer.h"
#include "common/text/utf8.h"

namespace kith::text {

std::string sanitise_html(std::string_view html, SanitiseOptions options)
{
    return sanitise_with(html, options, {});
}

std::string plain_text(std::string_view html, SanitiseOptions options)
{
    html = truncate(html, options.max_input);
    if (const HtmlTree tree{html}; tree.root())
        return write_plain(*tree.root(), options.max_output);
    return std::string{truncate(strip_tags(html), options.max_output)};
}

} // namespace kith::text

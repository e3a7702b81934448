// SPDX-License-Identifier: Apache-2.0
#include "common/text/fold.h"

#include "common/text/unicode_tables.h"
#include "common/text/utf8.h"

#include <algorithm>

namespace kith::text {

namespace {

const FoldEntry* find_fold(char32_t code_point)
{
    const auto* end = k_folds + k_folds_size;
    const auto* found = std::lower_bound(
        k_folds, end, code_point, [](const FoldEntry& entry, char32_t wanted) { return entry.from < wanted; });
    return found != end && found->from == code_point ? found : nullptr;
}

/// The Cyrillic letters that somebody's keyboard may send as two code points.
char32_t composed(char32_t base, char32_t mark)
{
    if (mark == 0x306)
        return base == 0x438 ? 0x439 : base == 0x443 ? 0x45E : 0;
    if (mark == 0x308)
        return base == 0x435 ? 0x451 : base == 0x456 ? 0x457 : 0;
    return 0;
}

} // namespace

std::string fold(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    char32_t base = 0;        // the last letter written
    std::size_t base_at = 0;  // where it starts in `out`
    for (std::size_t at = 0; at < text.size();) {
        const auto [c, length] = decode_at(text, at);
        at += length;
        if (c >= 0x300 && c <= 0x36F) {
            const bool latin_or_greek = base < 0x400 || (base >= 0x1E00 && base <= 0x1FFF);
            if (latin_or_greek && base != 0)
                continue;
            if (const auto letter = composed(base, c)) {
                out.resize(base_at);
                append_utf8(out, letter);
                base = letter;
                continue;
            }
        }
        base_at = out.size();
        if (const auto* entry = find_fold(c)) {
            for (const auto to : entry->to) {
                if (to != 0) {
                    base_at = out.size();
                    append_utf8(out, to);
                    base = to;
                }
            }
        } else {
            append_utf8(out, c);
            base = c;
        }
    }
    return out;
}

} // namespace kith::text

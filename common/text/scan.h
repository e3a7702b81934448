// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Finds what a plain text refers to. Private to common/text.
namespace kith::text {

struct Entity {
    enum class Kind { Link, Mention, Hashtag };
    Kind kind;
    std::size_t begin; ///< bytes, with the @ or #
    std::size_t end;
    std::string_view name;   ///< Mention: the username; Hashtag: without the #; Link: the address
    std::string_view domain; ///< Mention: host and port as written, or empty
};

/// In order, not overlapping, at most `limit`. Linear in the text's length.
std::vector<Entity> scan(std::string_view text, std::size_t limit);

} // namespace kith::text

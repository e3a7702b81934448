// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <charconv>
#include <string>
#include <string_view>

/// RFC 9112, 7.1: the chunked coding, for responses that have no end.
namespace kith::http {

/// `data` as one chunk. Not for empty data: that would end the body.
inline std::string as_chunk(std::string_view data)
{
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), data.size(), 16).ptr;
    std::string chunk{digits.data(), end};
    chunk.reserve(chunk.size() + data.size() + 4);
    chunk.append("\r\n").append(data).append("\r\n");
    return chunk;
}

/// What as_chunk() was given.
inline std::string_view inside_chunk(std::string_view chunk)
{
    chunk.remove_prefix(chunk.find('\n') + 1);
    chunk.remove_suffix(2);
    return chunk;
}

inline constexpr std::string_view k_last_chunk = "0\r\n\r\n";

} // namespace kith::http

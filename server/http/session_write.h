// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/open_file.h"
#include "server/http/streams.h"

#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <type_traits>
#include <vector>

/// How an answer gets onto a connection. Included only by session.h.
namespace kith::http {

/// Head and body in as few writes as there can be. `head` may be used up.
template <class Stream>
awaitable<boost::system::error_code> write_bytes(Stream& stream, std::string& head, std::string_view body)
{
    if constexpr (!std::is_same_v<Stream, PlainStream>) {
        // One record where it fits. Not as two buffers: flat_stream in Boost 1.81 writes nothing, and so ends
        // async_write, when the first of two is used up and the second beyond 16 KiB.
        static constexpr std::size_t k_record = 16 << 10;
        const auto taken = std::min(body.size(), k_record - std::min(k_record, head.size()));
        head.append(body.substr(0, taken));
        body.remove_prefix(taken);
        const auto first = boost::asio::buffer(head);
        const auto [ec, count] = co_await boost::asio::async_write(stream, first, k_tuple);
        if (ec || body.empty())
            co_return ec;
        const auto rest = boost::asio::buffer(body.data(), body.size());
        const auto [rest_ec, rest_count] = co_await boost::asio::async_write(stream, rest, k_tuple);
        co_return rest_ec;
    } else {
        const std::array<boost::asio::const_buffer, 2> buffers{boost::asio::buffer(head),
                                                               boost::asio::buffer(body.data(), body.size())};
        const auto [ec, count] = co_await boost::asio::async_write(stream, buffers, k_tuple);
        co_return ec;
    }
}

inline constexpr std::uint64_t k_file_piece = 128 << 10;

/// One piece in memory, whatever the file's size; `next_piece` is called before each, for its deadline. A file that has
/// become shorter is an error: the length is promised.
template <class Stream>
awaitable<boost::system::error_code> write_file(Stream& stream, const FilePart& part, const std::function<void()>& next_piece)
{
    std::vector<char> piece(std::min(part.length, k_file_piece));
    for (std::uint64_t sent = 0; sent < part.length;) {
        next_piece();
        const auto wanted = std::min<std::uint64_t>(part.length - sent, piece.size());
        const auto count = co_await read_piece(*part.file, part.offset + sent, piece.data(), wanted);
        if (count <= 0)
            co_return boost::asio::error::eof;
        const auto buffer = boost::asio::buffer(piece.data(), static_cast<std::size_t>(count));
        const auto [ec, written] = co_await boost::asio::async_write(stream, buffer, k_tuple);
        if (ec)
            co_return ec;
        sent += static_cast<std::uint64_t>(count);
    }
    co_return boost::system::error_code{};
}

} // namespace kith::http

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/request_head.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kith::http {

/// Reads the body behind a head (RFC 9112, 6 and 7.1): so many bytes, or chunks. Of chunks, extensions (1 KiB in all) and
/// trailer (32 fields, 4 KiB) are checked and dropped: trailer fields may be discarded (7.1.2), and merging them blindly
/// would let them speak for the head.
class BodyReader {
public:
    /// 413 when more is announced than `limit` bytes.
    std::optional<Refusal> start(const Framing& framing, std::size_t limit);
    /// Takes what it can of `data`, appends to `body`, and says how much was used; the rest, a part of one line, must come
    /// again with more behind it.
    std::size_t read(std::string_view data, std::string& body, std::optional<Refusal>& refusal);
    bool is_done() const { return m_state == State::done; }
    /// At least so many bytes are to come; of chunks only what is known yet.
    std::uint64_t left() const { return m_left; }

private:
    enum class State { done, plain, chunk_size, chunk_data, chunk_end, trailer };

    std::size_t read_data(std::string_view data, std::string& body);
    std::size_t read_chunk_end(std::string_view data, std::optional<Refusal>& refusal);
    std::size_t read_line(std::string_view data, const std::string& body, std::optional<Refusal>& refusal);
    std::optional<Refusal> take_size(std::string_view line, std::size_t so_far);
    std::optional<Refusal> take_trailer(std::string_view line);

    State m_state = State::done;
    std::uint64_t m_left = 0; ///< of the body or of the chunk
    std::size_t m_limit = 0;
    std::size_t m_extension_bytes = 0;
    std::size_t m_trailer_bytes = 0;
    std::size_t m_trailer_fields = 0;
};

} // namespace kith::http

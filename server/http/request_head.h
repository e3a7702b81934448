// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Reads the head of a request, strictly. Whatever two programs in a row could read in two ways (request smuggling) is
/// refused, and the connection closed after the answer. Not Beast's parser: in Boost 1.81 that takes a request with
/// `Transfer-Encoding: gzip` for one without a body, unfolds obs-fold, and accepts `chunked` in HTTP/1.0.
namespace kith::http {

/// Why a request is refused before it reaches the router. The connection is closed after the answer.
struct Refusal {
    int status = 400;
    std::string message;
};

/// How the message goes on behind its head.
struct Framing {
    bool http_1_0 = false;
    bool keep_alive = false; ///< the client will send another request on this connection
    bool chunked = false;
    std::uint64_t length = 0; ///< of the body, where it is not chunked
};

struct HeadScan {
    std::size_t end = 0;  ///< bytes of the head with its empty line; 0: not complete yet
    std::size_t seen = 0; ///< where the next look may start
    bool broken = false;  ///< a bare LF or a NUL: will never be a head
};

/// Looks for the empty line at the end of the head. `seen` is of the previous look at the same, shorter, data.
HeadScan scan_head(std::string_view data, std::size_t seen);

/// Reads a complete head (RFC 9112, 2 to 6; at most 100 fields, a target of at most 8 KiB): fills method, target, path,
/// query and headers of `request`, which is empty before.
std::optional<Refusal> parse_head(std::string_view head, Request& request, Framing& framing);

/// What to say about a head that is larger than the limit and not complete.
Refusal refuse_large_head(std::string_view data);

} // namespace kith::http

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// The strict look at a request's head before Beast's parser reads it. Whatever two programs in a row could read in two
/// ways (request smuggling) is refused here, and the connection closed: Beast in Boost 1.81 takes a request with
/// `Transfer-Encoding: gzip` for one without a body, unfolds obs-fold, and accepts `chunked` in HTTP/1.0.
namespace kith::http {

/// Why a request is refused before it reaches the router. The connection is closed after the answer.
struct Refusal {
    int status = 400;
    std::string message;
};

struct HeadScan {
    std::size_t end = 0;  ///< bytes of the head with its empty line; 0: not complete yet
    std::size_t seen = 0; ///< where the next look may start
    bool broken = false;  ///< a bare LF or a NUL: will never be a head
};

/// Looks for the empty line at the end of the head. `seen` is of the previous look at the same, shorter, data.
HeadScan scan_head(std::string_view data, std::size_t seen);

/// Checks a complete head against RFC 9112, 2 to 6. Nothing: Beast may read it.
std::optional<Refusal> check_head(std::string_view head);

} // namespace kith::http

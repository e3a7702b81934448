// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

/// Validators, conditional requests and ranges (RFC 9110, 8.8, 13 and 14; RFC 9111).
namespace kith::http {

enum class KeptBy { anyone, client }; ///< Cache-Control: public or private

/// Marks an answer to GET as one that may be kept for `max_age`, and asked for again by its ETag: a strong one, made from
/// the body (which costs a hash; an answer that never changes is best made once and copied). 0 s: kept, but asked about
/// each time. The listener then answers 304 where the client has it already.
Response cacheable(Response response, KeptBy who, std::chrono::seconds max_age);

enum class Compare { strong, weak };
/// Whether a list such as If-None-Match (`"a", W/"b"`, `*`) holds `etag`.
bool etag_matches(std::string_view list, std::string_view etag, Compare compare);

struct ByteRange {
    enum class Kind { whole, part, unsatisfiable };
    Kind kind = Kind::whole;
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};
/// Reads a Range field for a representation of `size` bytes. What is malformed, of another unit, or more than one range
/// gives the whole, which is always allowed.
ByteRange parse_range(std::string_view value, std::uint64_t size);

/// What the listener does with each 200 answer to GET and HEAD that has an ETag or Last-Modified: 304 or 412 by the
/// request's conditions; and, of a file, the part that was asked for (206) or 416.
void apply_conditions(const Request& request, Response& response);

} // namespace kith::http

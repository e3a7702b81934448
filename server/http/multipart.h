// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kith::http {

/// One part of multipart/form-data (RFC 7578).
struct Part {
    std::string name;
    std::optional<std::string> filename; ///< present: a file; as the client sent it, never a path to trust
    std::string content_type;
    std::string_view data; ///< points into the body
};

/// Splits a multipart/form-data body; at most 64 parts with 4 KiB of header each. `malformed` when the boundary is
/// missing, a part has no name, or the closing boundary never comes.
Result<std::vector<Part>> parse_multipart(std::string_view content_type, std::string_view body);

} // namespace kith::http

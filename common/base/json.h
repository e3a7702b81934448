// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kith {

namespace json = boost::json;

/// Bounds for JSON from outside.
struct JsonLimits {
    std::size_t max_bytes = 1 << 20;
    unsigned max_depth = 64; ///< 64 for federation, 32 for the client API
};

/// Parses a whole document: strict UTF-8, nothing after it, no duplicate keys in one object, no lone surrogates.
/// `malformed` when it is not JSON, `too_large` beyond the limits.
Result<json::value> parse_json(std::string_view text, JsonLimits limits = {});

std::string to_text(const json::value& value);

/// Lenient readers: the member's value, or nothing when it is absent or of another type.
const json::value* find(const json::value& object, std::string_view key);
std::optional<std::string> find_string(const json::value& object, std::string_view key);
std::optional<bool> find_bool(const json::value& object, std::string_view key);
std::optional<std::int64_t> find_int(const json::value& object, std::string_view key);

} // namespace kith

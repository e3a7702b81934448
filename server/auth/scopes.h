// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <string>
#include <string_view>

/// OAuth scopes: "read", "write:statuses", "follow", "push", "profile". A wide one covers its parts.
namespace kith::auth {

/// Checks and normalises a space-separated list: known names only, each once, in order of appearance; empty means
/// "read". `invalid` for an unknown name, at most 40 names.
Result<std::string> parse_scopes(std::string_view text);
/// Whether every scope of `wanted` is covered by `granted`.
bool covers_all(std::string_view granted, std::string_view wanted);
/// Whether `granted` covers the one scope.
bool covers(std::string_view granted, std::string_view scope);

} // namespace kith::auth

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"

#include <string>
#include <string_view>
#include <vector>

/// OAuth scopes: "read", "write:statuses", "follow", "push", "profile". A wide one covers its parts.
namespace kith::auth {

/// Every name that parse_scopes() takes, the wide ones first.
const std::vector<std::string>& known_scopes();
/// Checks and normalises a space-separated list: known names only, each once, in order of appearance; empty means
/// "read". `invalid` for an unknown name, or beyond 4,000 bytes.
Result<std::string> parse_scopes(std::string_view text);
/// The names of such a list.
std::vector<std::string_view> split_scopes(std::string_view text);
/// Whether every scope of `wanted` is covered by `granted`.
bool covers_all(std::string_view granted, std::string_view wanted);
/// Whether `granted` covers what a route asks for: one scope, or several with spaces between them, of which one is
/// enough. Empty: nothing is asked for.
bool covers(std::string_view granted, std::string_view scope);

} // namespace kith::auth

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

/// What scripts of other web sites may call: Mastodon's web clients live on their own domains.
namespace kith::http {

/// Paths under /api, /oauth, /.well-known and /nodeinfo.
bool is_cross_origin(std::string_view path);
/// Marks the response as readable by any site; no cookie of ours is ever sent with such a request.
void add_cors(Response& response);
/// Answers OPTIONS. `allowed` is the value of Allow.
Response options_response(const Request& request, const std::string& allowed);

} // namespace kith::http

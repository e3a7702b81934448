// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "server/http/message.h"

namespace kith::federation {

/// Whether the client asks for an ActivityPub document rather than a page.
bool wants_activity(const http::Request& request);
/// `application/activity+json`, `Vary: Accept`.
http::Response activity_response(int status, const json::value& document);

} // namespace kith::federation

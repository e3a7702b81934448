// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

namespace kith::http {

/// The X-Request-Id that a trusted proxy sent, when it is 1 to 128 of [A-Za-z0-9._-]; otherwise 16 random hex digits, so
/// that no client can make its lines look like another one's. No secret.
std::string request_id_of(const Headers& headers, bool trusted);

} // namespace kith::http

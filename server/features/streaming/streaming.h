// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kith::features {
struct Server;
}

namespace kith::streaming {

/// GET /api/v1/streaming (WebSocket), /api/v1/streaming/… (server-sent events), /api/v1/streaming/health.
void register_streaming(features::Server& server);

/// The Hub's topic for tokens to be looked at again: "token:ID", "account:ID", "all".
inline constexpr const char* k_access = "access";
/// Closes the streams of tokens that may no longer be used, whichever process has revoked them.
void watch_access(features::Server& server);

} // namespace kith::streaming

// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kith::features {
struct Server;
}

namespace kith::streaming {

/// GET /api/v1/streaming and /api/v1/streaming/health.
void register_streaming(features::Server& server);

} // namespace kith::streaming

// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kith::features {
struct Server;
}

namespace kith::instance {

/// What the server says of itself: instance v1 and v2, health, metrics of the process, the front page.
void register_instance(features::Server& server);

} // namespace kith::instance

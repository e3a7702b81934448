// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kith::features {
struct Server;
}

namespace kith::statuses {

/// Create, show, delete, context; and the activities that carry posts to and from peers.
void register_statuses(features::Server& server);
void register_status_federation(features::Server& server);

} // namespace kith::statuses

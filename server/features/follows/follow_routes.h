// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kith::features {
struct Server;
}

namespace kith::follows {

/// follow, unfollow, relationships, followers, following; and the activities that carry them to and from peers.
void register_follows(features::Server& server);
void register_follow_federation(features::Server& server);

} // namespace kith::follows

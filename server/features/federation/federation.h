// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kith::features {
struct Server;
}

namespace kith::federation {

class Signer;

/// Everything that peers talk to, and the jobs that talk to peers.
void register_federation(features::Server& server, Signer& signer);

void register_inbox(features::Server& server);
void register_actors(features::Server& server);
void register_discovery(features::Server& server);
void register_delivery(features::Server& server, Signer& signer);

} // namespace kith::federation

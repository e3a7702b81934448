// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kith::features {
struct Server;
}

namespace kith::search {

/// GET /api/v2/search: finds the account behind a handle or a profile's address, here or, with resolve=true, elsewhere.
void register_search(features::Server& server);

} // namespace kith::search

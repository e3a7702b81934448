// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kith::features {
struct Server;
}

namespace kith::accounts {

/// verify_credentials, lookup, show, and the pictures of those who have none.
void register_account_routes(features::Server& server);

} // namespace kith::accounts

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/features/support/server.h"

namespace kith::federation {
class Signer;
}

namespace kith::features {

/// Every feature, one line each: its routes, its subscriptions, its jobs.
void register_all(Server& server, federation::Signer& signer);

} // namespace kith::features

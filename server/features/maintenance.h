// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"

namespace kith::features {

/// Drops what has had its time: activities seen or sent a week ago, used idempotency keys, codes and tombstones that
/// expired. A bounded piece at a time; answers whether there is more.
bool purge_expired(db::Tx& tx);

} // namespace kith::features

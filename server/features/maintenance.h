// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"

namespace kith::features {

/// Drops what has had its time: activities seen or sent a week ago, used idempotency keys, codes, tombstones and browsers'
/// sign-ins that expired, tokens that ended a week ago, programs that nobody uses (registered a week ago and never used;
/// unused for 90 days and without a token). A bounded piece at a time; answers whether there is more.
bool purge_expired(db::Tx& tx);

} // namespace kith::features

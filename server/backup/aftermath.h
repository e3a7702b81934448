// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"

namespace kith::backup {

enum class KeepSessions { No, Yes };

struct Aftermath {
    std::int64_t held = 0;    ///< deliveries that wait for an administrator
    std::int64_t revoked = 0; ///< tokens
};

/// What a restored database needs before a server may use it. Deliveries that waited when the backup was made are held
/// (state 4 of a job, which no server claims): they may have been sent since, and what they tell may no longer be true.
/// The processes of the server that was backed up are not here, and their numbers are free.
/// Tokens and browser sessions end, because some of them may have been ended since; KeepSessions::Yes leaves them.
Aftermath settle_restored(db::Tx& tx, KeepSessions keep_sessions);

std::int64_t held_deliveries(db::Tx& tx);
/// At most 500 held deliveries go into the queue as new jobs, and what they send is kept for another week; how many.
Result<std::int64_t> release_deliveries(db::Tx& tx);
/// Deletes all held deliveries; how many.
std::int64_t drop_deliveries(db::Tx& tx);

} // namespace kith::backup

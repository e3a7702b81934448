// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/event_bus.h"
#include "server/db/notices.h"
#include "server/features/timelines/change_log.h"

namespace kith::timelines {

/// Says to every process, from the transaction that does it, what a home feed has to know: new and removed posts, and
/// who follows whom.
void announce_changes(core::EventBus& events);
/// Fills the log with what is announced, here or in another process.
void watch_changes(db::Notices& notices, ChangeLog& log);

} // namespace kith::timelines

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/sqlite/connection.h"

namespace kith::app {

/// A signed-in account with a home timeline, a thread, notifications and people: invented, for pictures and for
/// looking around without a server. Times are counted back from now.
void fill_with_demo(sqlite::Connection& connection);

/// The post whose thread `--page thread` shows.
extern const char* const k_demo_thread_id;

} // namespace kith::app

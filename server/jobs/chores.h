// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/jobs/jobs.h"

namespace kith::jobs {

/// The chore for Runner::every on one of several workers that share a database: of all of them one does it per interval,
/// whoever comes first. When it fails, it is due again after the interval. `database` outlives the runner.
Chore once_among_workers(db::Database& database, std::string name, std::chrono::milliseconds interval, Chore chore);

} // namespace kith::jobs

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/cli/environment.h"

#include <cstdint>
#include <string>

/// `kithd jobs`: what waits, what failed, and what to do about it. Beside a running server too.
namespace kith::cli {

struct JobsOptions {
    bool json = false;
    bool dead = false;        ///< list: dead ones only
    bool all_dead = false;    ///< retry, purge
    std::string kind;         ///< list
    std::string lane;         ///< list, retry
    std::int64_t limit = 50;  ///< list, lanes
    std::string id;           ///< retry
    std::string before;       ///< purge: 2026-11-21 or 2026-11-21T06:20:48Z
};

int jobs_list(const CommonOptions& options, const JobsOptions& jobs);
/// Lanes that fail: hosts that do not take what we deliver.
int jobs_lanes(const CommonOptions& options, const JobsOptions& jobs);
/// Exactly one of id, all_dead and lane. With a lane, what waits in it is tried now too.
int jobs_retry(const CommonOptions& options, const JobsOptions& jobs);
/// Dead jobs only; exactly one of before and all_dead.
int jobs_purge(const CommonOptions& options, const JobsOptions& jobs);

} // namespace kith::cli

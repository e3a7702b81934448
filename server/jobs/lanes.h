// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

/// The state of lanes that fail: one row each from the first failure to the next success.
namespace kith::jobs {

/// A lane without a success for this long, and tried at least k_tries_of_the_dead times, counts as dead.
constexpr std::chrono::hours k_patience{24 * 7};
constexpr std::int64_t k_tries_of_the_dead = 10;
/// How often a dead lane is tried.
constexpr std::chrono::hours k_probe_interval{24};
/// As many jobs wait behind the first one of a failing lane; the oldest are dropped.
constexpr std::int64_t k_longest_queue = 10000;
/// Deletes are made in pieces of this size.
constexpr std::int64_t k_drop_at_once = 500;

struct FailingLane {
    std::int64_t failures = 0;
    Timestamp failing_since;
    Timestamp next_try; ///< its first job is not run before
    std::optional<Timestamp> revived_at;

    bool dead(Timestamp now) const { return failures >= k_tries_of_the_dead && now - failing_since >= k_patience; }
};

/// Nothing for a lane that does not fail, and for "".
std::optional<FailingLane> find_failing(db::Tx& tx, const std::string& lane);

struct LaneFailure {
    std::string error;
    std::optional<std::chrono::milliseconds> retry_after; ///< what the peer asked for; a day at most is granted
    std::uint32_t random = 0;
};
/// Counts the failure, and says how it is now.
FailingLane lane_failed(db::Tx& tx, const std::string& lane, const LaneFailure& failure);
void lane_succeeded(db::Tx& tx, const std::string& lane);

/// Deletes jobs behind the lane's first one until `keep` of them are left, the newest; at most k_drop_at_once a call.
/// The lane counts them.
void drop_oldest(db::Tx& tx, const std::string& lane, std::int64_t keep);

void count_dropped(db::Tx& tx, const std::string& lane, std::int64_t jobs);

} // namespace kith::jobs

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/status.h"
#include "common/sqlite/connection.h"

#include <optional>
#include <string_view>
#include <vector>

namespace kith::store {

using sqlite::Connection;

/// Keeps posts, newer copies replacing older ones; what a boost boosts is kept as a post of its own too.
void save_statuses(Connection& connection, const std::vector<api::Status>& statuses);

/// Changes a post where it is known, alone or in boosts of it. Answers what was changed.
std::vector<api::Status> update_status(Connection& connection, const api::Status& status);

std::optional<api::Status> read_status(Connection& connection, std::string_view id);

/// Removes a post, its boosts, and their places in timelines.
void remove_status(Connection& connection, std::string_view id);

/// A post of a thread, and how deep it hangs below the focused one (ancestors: 0).
struct ThreadPost {
    api::Status status;
    int depth = 0;
};
/// What is known of a post's thread: what it answers, oldest first; itself; what answers it, each answer below what
/// it answers. At most 500. Empty when the post itself is not known.
std::vector<ThreadPost> read_thread(Connection& connection, std::string_view id);

} // namespace kith::store

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/status.h"
#include "common/sqlite/connection.h"

#include <string>
#include <string_view>
#include <vector>

namespace kith::store {

using sqlite::Connection;

inline constexpr std::string_view k_home = "home";

/// Posts that stand in a timeline; each once, however often it is added. The posts are saved with it.
void add_entries(Connection& connection, std::string_view timeline, const std::vector<api::Status>& statuses);

/// The entries below a sort key (all when it is empty), newest first.
std::vector<api::Status> read_entries(Connection& connection, std::string_view timeline,
                                      std::string_view before, int limit);
/// The newest entries down to the one with this sort key and `below` more; at most `limit`.
std::vector<api::Status> read_entries_to(Connection& connection, std::string_view timeline,
                                         std::string_view anchor, int below, int limit);
/// "" when there is none.
std::string oldest_entry(Connection& connection, std::string_view timeline);

/// The id up to which everything that the server has is stored, or lies in a gap; "" before the first page. Entries
/// above it may have come alone: an own post, or a page that was read again.
std::string read_mark(Connection& connection, std::string_view timeline);
/// To the newest of these, never back.
void raise_mark(Connection& connection, std::string_view timeline, const std::vector<api::Status>& statuses);

/// A stretch of a timeline between two known posts where the server has, or may have, more.
struct Gap {
    std::string newer_id;
    std::string older_id;
};
std::vector<Gap> read_gaps(Connection& connection, std::string_view timeline);
/// Marks that there may be more between the two.
void open_gap(Connection& connection, std::string_view timeline, const Gap& gap);
void close_gap(Connection& connection, std::string_view timeline, std::string_view newer_id);

/// Drops the oldest entries beyond `keep`, and posts that nothing shows any more.
void prune(Connection& connection, std::string_view timeline, int keep);

} // namespace kith::store

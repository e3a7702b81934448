// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/features/statuses/status.h"

// Private to server/features/statuses.

#define KITH_STATUS_COLUMNS                                                                        \
    "s.id, s.account_id, s.kind, s.state, s.audience, s.local, s.local_only, s.sensitive, "       \
    "s.language, s.parent_id, s.parent_account_id, s.parent_uri, s.root_id, s.boost_of, s.uri, "  \
    "s.url, s.created_at, s.edited_at, s.expires_at, t.spoiler_text, t.html, t.source, t.source_type, "          \
    "c.replies, c.boosts, c.favourites FROM statuses s "                                          \
    "JOIN status_texts t ON t.status_id = s.id JOIN status_counts c ON c.status_id = s.id "

namespace kith::statuses {

Status read_status(const db::Row& row);
std::vector<Status> read_statuses(const db::Rows& rows);
std::vector<Status> find_many(Tx& tx, const std::set<StatusId>& ids);

} // namespace kith::statuses

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/mapping.h"
#include "common/sqlite/connection.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kith::store {

using sqlite::Connection;

/// What somebody wrote: in the composer, or waiting to be sent.
struct WrittenPost {
    std::string text{};
    std::string spoiler_text{};
    bool spoiler_shown = false;
    std::string audience = "public";
    std::string in_reply_to_id{};
    std::string in_reply_to_name{};
    std::string in_reply_to_text{};
    std::string language{};
};
template <class V>
void describe(V& v, WrittenPost& e)
{
    v("text", e.text);
    v("spoiler_text", e.spoiler_text);
    v("spoiler_shown", e.spoiler_shown);
    v("audience", e.audience);
    v("in_reply_to_id", e.in_reply_to_id);
    v("in_reply_to_name", e.in_reply_to_name);
    v("in_reply_to_text", e.in_reply_to_text);
    v("language", e.language);
}

/// A post on its way. "waiting" and "sending" ones are sent by themselves, "failed" ones, and those that cannot be
/// read any more, wait for a decision.
struct OutboxItem {
    std::string key;             ///< the Idempotency-Key, the same for every try
    std::int64_t created_at = 0; ///< ms since 1970
    std::string state = "waiting";
    std::string error{};
    WrittenPost post{};
};

void add_to_outbox(Connection& connection, const OutboxItem& item);
/// Oldest first.
std::vector<OutboxItem> read_outbox(Connection& connection);
/// The oldest that waits, or that was being sent and nobody could note how it went.
std::optional<OutboxItem> next_in_outbox(Connection& connection);
void set_outbox_state(Connection& connection, std::string_view key, std::string_view state, std::string_view error);
void remove_from_outbox(Connection& connection, std::string_view key);
/// At the start: what was being sent when the program ended is tried again, with the same key.
void recover_outbox(Connection& connection);

/// Drafts by what they are for: "new", or "reply:<status id>".
void save_draft(Connection& connection, std::string_view key, const WrittenPost& draft, std::int64_t now_ms);
std::optional<WrittenPost> read_draft(Connection& connection, std::string_view key);
/// The key of the draft that was changed last; "" when there is none.
std::string newest_draft(Connection& connection);
void remove_draft(Connection& connection, std::string_view key);

} // namespace kith::store

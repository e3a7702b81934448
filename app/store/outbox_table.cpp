// SPDX-License-Identifier: Apache-2.0
#include "app/store/outbox_table.h"

#include "common/api/mapping_code.h"

#include "app/store/rows.h"

namespace kith::store {

namespace {

constexpr std::string_view k_failed = "failed";

/// What cannot be read is shown as failed, so that it can be thrown away.
OutboxItem item_of(Statement& row)
{
    OutboxItem item{.key = std::string{row.text(0)},
                    .created_at = row.integer(1),
                    .state = std::string{row.text(2)},
                    .error = std::string{row.text(3)}};
    if (auto post = read_entity<WrittenPost>(row.text(4))) {
        item.post = std::move(*post);
    } else {
        item.state = k_failed;
        item.error = "Kith cannot read this post any more.";
    }
    return item;
}

} // namespace

void add_to_outbox(Connection& connection, const OutboxItem& item)
{
    // Behind what is there already, whatever the clock says: it may have been set back.
    run(connection, R"sql(
        INSERT INTO outbox (key, created_at, state, error, json)
        VALUES ($1, max($2, (SELECT coalesce(max(created_at), 0) + 1 FROM outbox)), $3, $4, $5))sql",
        item.key, item.created_at, item.state, item.error, write_entity(item.post));
}

std::vector<OutboxItem> read_outbox(Connection& connection)
{
    std::vector<OutboxItem> items;
    auto rows =
        prepare(connection,
                "SELECT key, created_at, state, error, json FROM outbox ORDER BY created_at, key");
    while (rows.step())
        items.push_back(item_of(rows));
    return items;
}

std::optional<OutboxItem> next_in_outbox(Connection& connection)
{
    auto rows = prepare(connection, R"sql(
        SELECT key, created_at, state, error, json FROM outbox WHERE state IN ('waiting', 'sending')
        ORDER BY created_at, key)sql");
    while (rows.step())
        if (auto item = item_of(rows); item.state != k_failed)
            return item;
    return std::nullopt;
}

void set_outbox_state(Connection& connection, std::string_view key, std::string_view state, std::string_view error)
{
    run(connection, "UPDATE outbox SET state = $1, error = $2 WHERE key = $3", state, error, key);
}

void remove_from_outbox(Connection& connection, std::string_view key)
{
    run(connection, "DELETE FROM outbox WHERE key = $1", key);
}

void recover_outbox(Connection& connection)
{
    run(connection, "UPDATE outbox SET state = 'waiting' WHERE state = 'sending'");
}

void save_draft(Connection& connection, std::string_view key, const WrittenPost& draft, std::int64_t now_ms)
{
    run(connection, R"sql(
        INSERT INTO drafts (key, json, updated_at)
        VALUES ($1, $2, max($3, (SELECT coalesce(max(updated_at), 0) + 1 FROM drafts)))
        ON CONFLICT (key) DO UPDATE SET json = excluded.json, updated_at = excluded.updated_at)sql",
        key, write_entity(draft), now_ms);
}

std::optional<WrittenPost> read_draft(Connection& connection, std::string_view key)
{
    auto row = prepare(connection, "SELECT json FROM drafts WHERE key = $1", key);
    return row.step() ? read_entity<WrittenPost>(row.text(0)) : std::nullopt;
}

std::string newest_draft(Connection& connection)
{
    return connection.text("SELECT key FROM drafts ORDER BY updated_at DESC LIMIT 1");
}

void remove_draft(Connection& connection, std::string_view key)
{
    run(connection, "DELETE FROM drafts WHERE key = $1", key);
}

} // namespace kith::store

// SPDX-License-Identifier: Apache-2.0
#include "app/store/schema.h"

#include <array>

namespace kith::store {

namespace {

// Ids are the server's texts. `sort` is app::sort_key(id): texts that order like the ids.
// `json` is the entity as common/api writes it.
constexpr std::array k_steps{
    R"sql(
    CREATE TABLE settings (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        server TEXT NOT NULL,
        token TEXT NOT NULL,
        account_json TEXT NOT NULL,
        instance_title TEXT NOT NULL,
        instance_domain TEXT NOT NULL,
        max_characters INTEGER NOT NULL
    );

    CREATE TABLE statuses (
        id TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL,
        in_reply_to_id TEXT,
        boost_of TEXT,
        created_at INTEGER NOT NULL,
        json TEXT NOT NULL
    );
    CREATE INDEX statuses_replies ON statuses (in_reply_to_id) WHERE in_reply_to_id IS NOT NULL;
    CREATE INDEX statuses_boosts ON statuses (boost_of) WHERE boost_of IS NOT NULL;

    CREATE TABLE timeline_entries (
        timeline TEXT NOT NULL,
        sort TEXT NOT NULL,
        status_id TEXT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
        PRIMARY KEY (timeline, sort)
    ) WITHOUT ROWID;
    CREATE INDEX timeline_entries_status ON timeline_entries (status_id);

    CREATE TABLE gaps (
        timeline TEXT NOT NULL,
        newer_id TEXT NOT NULL,
        older_id TEXT NOT NULL,
        PRIMARY KEY (timeline, newer_id)
    ) WITHOUT ROWID;

    CREATE TABLE notifications (
        id TEXT NOT NULL PRIMARY KEY,
        sort TEXT NOT NULL UNIQUE,
        json TEXT NOT NULL
    );

    CREATE TABLE people (
        id TEXT NOT NULL PRIMARY KEY,
        acct TEXT NOT NULL,
        folded TEXT NOT NULL,
        json TEXT NOT NULL,
        relationship_json TEXT
    );

    CREATE TABLE drafts (key TEXT NOT NULL PRIMARY KEY, json TEXT NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID;

    CREATE TABLE outbox (
        key TEXT NOT NULL PRIMARY KEY,
        created_at INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'failed')),
        error TEXT NOT NULL DEFAULT '',
        json TEXT NOT NULL
    );
    )sql",
    // When each step was taken, for whoever has to understand a profile; `user_version` stays what decides. And servers
    // that are not Kith's.
    R"sql(
    CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL);
    ALTER TABLE sessions ADD COLUMN kith_version INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE sessions ADD COLUMN streaming TEXT NOT NULL DEFAULT '';
    ALTER TABLE sessions ADD COLUMN client_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE sessions ADD COLUMN client_secret TEXT NOT NULL DEFAULT '';
    )sql",
    // Up to which entry a timeline is known: the newest one may have come alone, above much that was missed.
    R"sql(
    CREATE TABLE timeline_marks (timeline TEXT NOT NULL PRIMARY KEY, read_to TEXT NOT NULL) WITHOUT ROWID;
    INSERT INTO timeline_marks (timeline, read_to) SELECT timeline, status_id FROM timeline_entries e
        WHERE sort = (SELECT max(sort) FROM timeline_entries WHERE timeline = e.timeline);
    )sql",
};

/// The first step that finds the table.
constexpr int k_noted_from = 2;

void note_step(sqlite::Connection& connection, std::int64_t version)
{
    connection.execute("PRAGMA user_version = " + std::to_string(version));
    if (version >= k_noted_from)
        connection.execute("INSERT INTO schema_versions (version, applied_at) VALUES (" + std::to_string(version) +
                           ", CAST(strftime('%s', 'now') AS INTEGER) * 1000)");
}

} // namespace

int newest_version()
{
    return static_cast<int>(k_steps.size());
}

Result<void> check_version(sqlite::Connection& connection, const std::filesystem::path& file)
{
    const auto version = connection.integer("PRAGMA user_version");
    if (version > newest_version())
        return fail(Errc::conflict, "This profile was used by a newer version of Kith. Please update Kith to open it.",
                    file.string() + " has schema " + std::to_string(version));
    return {};
}

void migrate(sqlite::Connection& connection)
{
    for (auto version = connection.integer("PRAGMA user_version"); version < newest_version(); ++version) {
        connection.execute("BEGIN IMMEDIATE");
        try {
            connection.execute(k_steps[static_cast<std::size_t>(version)]);
            note_step(connection, version + 1);
            connection.execute("COMMIT");
        } catch (const sqlite::SqliteError&) {
            if (connection.in_transaction())
                connection.execute("ROLLBACK");
            throw;
        }
    }
}

} // namespace kith::store

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/queued_database.h"
#include "server/db/sqlite/sqlite_checkpointer.h"
#include "server/db/sqlite/sqlite_writer.h"

namespace kith::db {

class SqliteDatabase final : public QueuedDatabase {
public:
    static Result<std::unique_ptr<SqliteDatabase>> open(SqliteOptions options, const TxContext& context);
    ~SqliteDatabase() override;

    Result<int> migrate() override;
    const char* engine() const override { return "sqlite"; }
    bool is_shared() const override { return false; }
    void listen() override { m_writer->listen(); }

    /// How often the writer has committed since the start: one commit makes many writes durable.
    std::uint64_t commits() const { return m_writer->commits(); }

protected:
    WorkQueue& queue(Access access) override { return access == Access::read ? m_reads : m_writer->queue(); }

private:
    SqliteDatabase(SqliteOptions options, const TxContext& context);
    Result<void> start();
    void serve_reads(sqlite::Connection& connection);

    SqliteOptions m_options;
    const TxContext& m_context;
    WorkQueue m_reads{k_queue_capacity};
    std::unique_ptr<sqlite::Connection> m_connection; ///< the writer's
    std::unique_ptr<SqliteCheckpointer> m_checkpointer;
    std::unique_ptr<SqliteWriter> m_writer;
    std::vector<std::unique_ptr<sqlite::Connection>> m_reader_connections;
    std::vector<std::thread> m_readers;
};

/// A connection as the server wants it: write-ahead log, every commit on the disk, references kept.
Result<std::unique_ptr<sqlite::Connection>> open_sqlite(const std::filesystem::path& file, sqlite::Mode mode,
                                                        std::chrono::milliseconds busy_timeout = std::chrono::seconds{5});

/// Makes the file when there is none. Fails, and changes nothing, when it is a database of another program.
Result<void> check_owner(const std::filesystem::path& file);

enum class CopyFirst { No, Yes };

/// Brings the file's schema up to date, with a copy next to it; see Database::migrate.
Result<int> migrate_sqlite(const std::filesystem::path& file, Timestamp now, CopyFirst copy_first);

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/sqlite/sqlite_checkpointer.h"
#include "server/db/sqlite/sqlite_tx.h"

#include <atomic>
#include <thread>

namespace kith::db {

/// SQLite's one writer: a thread that takes what is queued in groups, runs each work in a savepoint of its own, and
/// makes the group durable with one COMMIT (one fsync). Only then are the works answered.
class SqliteWriter {
public:
    /// All four outlive the writer.
    SqliteWriter(const TxContext& context, sqlite::Connection& connection, SqliteCheckpointer& checkpointer, const Notices& notices);
    /// Ends the group under way and joins; what is still queued is answered with "did not run".
    ~SqliteWriter();

    WorkQueue& queue() { return m_queue; }
    /// How many groups have been committed.
    std::uint64_t commits() const { return m_commits.load(); }
    /// From now on looks twice a second whether another process has written; if so, there is a gap in the notices.
    void listen() { m_listening = true; }

private:
    struct Ran {
        Work work;
        std::exception_ptr error = nullptr;
        AfterCommit after_commit = {};
    };

    void serve();
    void look_for_others();
    void run_group(Work first);
    /// Runs works until none is queued or the group is full.
    std::vector<Ran> run_works(Work first);
    Ran run_one(Work work);
    /// What failed, or nothing.
    std::exception_ptr begin();
    std::exception_ptr commit();
    void roll_back_one();
    void roll_back_all();
    void statement(const char* sql);

    const TxContext& m_context;
    sqlite::Connection& m_connection;
    SqliteCheckpointer& m_checkpointer;
    const Notices& m_notices;
    std::atomic<bool> m_listening{false};
    WorkQueue::Deadline m_next_look{};
    std::optional<std::int64_t> m_data_version; ///< at the last look
    WorkQueue m_queue{k_queue_capacity};
    std::atomic<std::uint64_t> m_commits{0};
    std::thread m_thread;
};

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/sqlite/connection.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace kith::db {

/// Copies the write-ahead log back into the database file on a thread of its own, so that no commit waits for it. What is
/// committed meanwhile it copies between two groups of the writer: only a log that is copied wholly starts over.
class SqliteCheckpointer {
public:
    /// When a reader is in the way of the log's starting over, for which the writer waits, that is tried again after `pause`:
    /// a backup reads for minutes.
    explicit SqliteCheckpointer(std::unique_ptr<sqlite::Connection> connection,
                                std::chrono::milliseconds pause = std::chrono::seconds{5});
    ~SqliteCheckpointer();

    /// After each commit, with the log's length. Cheap; any thread.
    void log_has(int frames);
    /// The writer holds this while a group is under way. Waits while the rest of the log is copied.
    std::unique_lock<std::mutex> begin_group();

private:
    void serve();
    void copy(int frames);
    void copy_rest(sqlite::Checkpoint mode);
    void checkpoint(sqlite::Checkpoint mode);

    std::unique_ptr<sqlite::Connection> m_connection;
    std::int64_t m_page_bytes;
    const std::chrono::milliseconds m_pause;
    std::chrono::steady_clock::time_point m_next_start_over{}; ///< not before; the thread's alone
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_length = 0; ///< of the log, in frames, at the last commit
    int m_next = 0;   ///< the length from which it is copied
    int m_frames = 0; ///< of a log that is long enough to be copied; 0 when there is nothing to do
    bool m_stop = false;

    std::mutex m_group;
    std::condition_variable m_rest_copied;
    std::atomic<bool> m_wants_rest{false}; ///< the writer must not begin another group
    std::thread m_thread;
};

} // namespace kith::db

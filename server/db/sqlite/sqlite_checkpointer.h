// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/sqlite/connection.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace kith::db {

/// Copies the write-ahead log back into the database file on a thread of its own, so that no commit waits for it.
class SqliteCheckpointer {
public:
    explicit SqliteCheckpointer(std::unique_ptr<sqlite::Connection> connection);
    ~SqliteCheckpointer();

    /// After each commit, with the log's length. Cheap; any thread.
    void log_has(int frames);

private:
    void serve();
    void checkpoint(int frames);

    std::unique_ptr<sqlite::Connection> m_connection;
    std::int64_t m_page_bytes;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_frames = 0; ///< of a log that is long enough to be copied; 0 when there is nothing to do
    bool m_stop = false;
    std::thread m_thread;
};

} // namespace kith::db

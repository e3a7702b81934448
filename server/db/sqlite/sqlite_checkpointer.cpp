// SPDX-License-Identifier: Apache-2.0
#include "server/db/sqlite/sqlite_checkpointer.h"

#include "server/core/log.h"

namespace kith::db {

namespace {

constexpr std::int64_t k_copy_from = 16 << 20;
// Under constant writing the log is never wholly copied and so never starts over; from here on the writer waits for it once.
constexpr std::int64_t k_start_over_from = 64 << 20;

} // namespace

SqliteCheckpointer::SqliteCheckpointer(std::unique_ptr<sqlite::Connection> connection)
    : m_connection(std::move(connection)), m_page_bytes(m_connection->integer("PRAGMA page_size")), m_thread([this] { serve(); })
{
}

SqliteCheckpointer::~SqliteCheckpointer()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_changed.notify_one();
    m_thread.join();
}

void SqliteCheckpointer::log_has(int frames)
{
    if (frames * m_page_bytes < k_copy_from)
        return;
    {
        const std::lock_guard lock(m_mutex);
        m_frames = frames;
    }
    m_changed.notify_one();
}

void SqliteCheckpointer::serve()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [this] { return m_stop || m_frames > 0; });
        if (m_stop)
            return;
        const int frames = std::exchange(m_frames, 0);
        lock.unlock();
        checkpoint(frames);
        lock.lock();
    }
}

void SqliteCheckpointer::checkpoint(int frames)
{
    const bool start_over = frames * m_page_bytes >= k_start_over_from;
    try {
        m_connection->checkpoint(start_over ? sqlite::Checkpoint::restart : sqlite::Checkpoint::passive);
    } catch (const sqlite::SqliteError& error) {
        // A reader or another process is in the way; the next commit asks again.
        if (error.kind() != sqlite::SqliteError::Kind::busy)
            log::error("The database could not copy its log back.", {{"cause", error.what()}});
    }
}

} // namespace kith::db

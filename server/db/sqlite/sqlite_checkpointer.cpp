// SPDX-License-Identifier: Apache-2.0
#include "server/db/sqlite/sqlite_checkpointer.h"

#include "server/core/log.h"

namespace kith::db {

namespace {

constexpr std::int64_t k_copy_from = 16 << 20;
// A log that did not start over, for somebody reads: tried again when it has grown by so much.
constexpr std::int64_t k_copy_again_after = 4 << 20;
// Where there is always somebody who reads it never does by itself; from here on the writer waits until they have gone.
constexpr std::int64_t k_start_over_from = 64 << 20;

} // namespace

SqliteCheckpointer::SqliteCheckpointer(std::unique_ptr<sqlite::Connection> connection, std::chrono::milliseconds pause)
    : m_connection(std::move(connection)), m_page_bytes(m_connection->integer("PRAGMA page_size")), m_pause(pause),
      m_next(static_cast<int>(k_copy_from / m_page_bytes)), m_thread([this] { serve(); })
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
    {
        const std::lock_guard lock(m_mutex);
        if (frames < m_length)
            m_next = static_cast<int>(k_copy_from / m_page_bytes);
        m_length = frames;
        if (frames < m_next)
            return;
        m_next = frames + static_cast<int>(k_copy_again_after / m_page_bytes);
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
        copy(frames);
        lock.lock();
    }
}

std::unique_lock<std::mutex> SqliteCheckpointer::begin_group()
{
    std::unique_lock lock(m_group);
    m_rest_copied.wait(lock, [this] { return !m_wants_rest; });
    return lock;
}

void SqliteCheckpointer::copy(int frames)
{
    checkpoint(sqlite::Checkpoint::passive);
    const bool start_over =
        frames * m_page_bytes >= k_start_over_from && std::chrono::steady_clock::now() >= m_next_start_over;
    copy_rest(start_over ? sqlite::Checkpoint::restart : sqlite::Checkpoint::passive);
}

void SqliteCheckpointer::copy_rest(sqlite::Checkpoint mode)
{
    m_wants_rest = true;
    {
        const std::lock_guard lock(m_group);
        checkpoint(mode);
        m_wants_rest = false;
    }
    m_rest_copied.notify_one();
}

void SqliteCheckpointer::checkpoint(sqlite::Checkpoint mode)
{
    try {
        m_connection->checkpoint(mode);
    } catch (const sqlite::SqliteError& error) {
        // A reader or another process is in the way; the next commit asks again.
        if (error.kind() != sqlite::SqliteError::Kind::busy)
            log::error("The database could not copy its log back.", {{"cause", error.what()}});
        // Each such try keeps the writer waiting for its whole patience.
        else if (mode == sqlite::Checkpoint::restart)
            m_next_start_over = std::chrono::steady_clock::now() + m_pause;
    }
}

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#include "server/db/work_queue.h"

namespace kith::db {

namespace {

/// One work in so many is of the background while both wait: it gets on, however busy people are.
constexpr unsigned k_share_of_background = 16;

} // namespace

bool WorkQueue::push(Work& work, Lane lane)
{
    const std::lock_guard lock(m_mutex);
    // However much the background has to do, there is room for what people wait for.
    const bool no_room = lane == Lane::background && m_background.size() >= m_capacity / 2;
    if (m_closed || no_room || m_interactive.size() + m_background.size() >= m_capacity)
        return false;
    work.queued = std::chrono::steady_clock::now();
    (lane == Lane::interactive ? m_interactive : m_background).push_back(std::move(work));
    m_pushed.notify_one(); // under the lock: once the work has run, somebody may destroy the queue
    return true;
}

std::optional<Work> WorkQueue::take()
{
    const bool its_turn = m_passed_over + 1 >= k_share_of_background && !m_background.empty();
    auto& queue = m_interactive.empty() || its_turn ? m_background : m_interactive;
    if (m_closed || queue.empty())
        return std::nullopt;
    m_passed_over = &queue == &m_interactive && !m_background.empty() ? m_passed_over + 1 : 0;
    std::optional<Work> work(std::move(queue.front()));
    queue.pop_front();
    if (auto* waits = m_waits.load(std::memory_order_relaxed))
        waits->observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - work->queued).count());
    return work;
}

std::optional<Work> WorkQueue::pop()
{
    std::unique_lock lock(m_mutex);
    m_pushed.wait(lock, [this] { return m_closed || !m_interactive.empty() || !m_background.empty(); });
    return take();
}

std::optional<Work> WorkQueue::pop_until(Deadline deadline)
{
    std::unique_lock lock(m_mutex);
    m_pushed.wait_until(lock, deadline, [this] { return m_closed || !m_interactive.empty() || !m_background.empty(); });
    return take();
}

std::optional<Work> WorkQueue::try_pop()
{
    const std::lock_guard lock(m_mutex);
    return take();
}

std::size_t WorkQueue::size(Lane lane)
{
    const std::lock_guard lock(m_mutex);
    return (lane == Lane::interactive ? m_interactive : m_background).size();
}

bool WorkQueue::wait_closed_until(Deadline deadline)
{
    std::unique_lock lock(m_mutex);
    return m_closing.wait_until(lock, deadline, [this] { return m_closed; });
}

bool WorkQueue::closed()
{
    const std::lock_guard lock(m_mutex);
    return m_closed;
}

void WorkQueue::close()
{
    std::deque<Work> interactive;
    std::deque<Work> background;
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        interactive.swap(m_interactive);
        background.swap(m_background);
    }
    m_pushed.notify_all();
    m_closing.notify_all();
    for (auto* queue : {&interactive, &background}) {
        for (auto& work : *queue)
            work.done(nullptr, false);
    }
}

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#include "server/core/cpu_pool.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <memory>

namespace kith::core {

namespace asio = boost::asio;

namespace {

constexpr int k_lower_by = 10;

/// Of this thread alone. Both only ask for less than others, which everybody may; where the system refuses all the same, the
/// pool does its work at the usual priority.
void lower_priority()
{
    const sched_param none{};
    ::sched_setscheduler(0, SCHED_BATCH, &none);
    const auto self = static_cast<id_t>(::gettid());
    ::setpriority(PRIO_PROCESS, self, ::getpriority(PRIO_PROCESS, self) + k_lower_by); // the system stops at 19
}

} // namespace

CpuPool::CpuPool(std::string name, unsigned threads, std::size_t queue, Priority priority)
    : m_name(std::move(name)), m_limit(queue), m_priority(priority)
{
    for (unsigned index = 0; index < std::max(threads, 1U); ++index)
        m_threads.emplace_back([this] { loop(); });
}

CpuPool::~CpuPool()
{
    stop();
}

void CpuPool::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_changed.notify_all();
    for (auto& thread : m_threads)
        thread.join();
    m_threads.clear();
}

void CpuPool::measure(metrics::Registry& registry)
{
    registry.gauge_from("kith_pool_waiting", "Pieces of work that wait for a pool of threads.", {{"pool", m_name}}, [this] {
        const std::lock_guard lock(m_mutex);
        return static_cast<double>(m_queue.size());
    });
    m_waits = &registry.histogram("kith_pool_wait_seconds", "Time in the queue of a pool of threads.", {{"pool", m_name}});
}

Error CpuPool::busy()
{
    return fail(Errc::unavailable, "The server is busy; try again in a moment.", "the CPU pool's queue is full");
}

bool CpuPool::submit(Piece& piece)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping || m_queue.size() >= m_limit)
            return false;
        piece.queued = std::chrono::steady_clock::now();
        m_queue.push_back(std::move(piece));
    }
    m_changed.notify_one();
    return true;
}

void CpuPool::loop()
{
    ::pthread_setname_np(::pthread_self(), m_name.substr(0, 15).c_str());
    if (m_priority == Priority::Low)
        lower_priority();
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [this] { return m_stopping || !m_queue.empty(); });
        if (m_queue.empty())
            return;
        auto piece = std::move(m_queue.front());
        m_queue.pop_front();
        lock.unlock();
        if (auto* waits = m_waits.load(std::memory_order_relaxed))
            waits->observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - piece.queued).count());
        piece.work();
        piece.done();
        piece = {}; // what the coroutine owns is let go outside the lock
        lock.lock();
    }
}

awaitable<bool> CpuPool::run_task(std::function<void()> task)
{
    auto initiate = [this](auto handler, std::function<void()> work) {
        auto executor = asio::get_associated_executor(handler);
        auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
        auto guard = asio::make_work_guard(executor);
        Piece piece;
        piece.work = std::move(work);
        // Posted, never called here: a coroutine must not go on on a thread of the pool.
        piece.done = [waiting, executor, guard]() mutable {
            asio::post(executor, [waiting = std::move(waiting)] { std::move (*waiting)(true); });
        };
        if (!submit(piece))
            asio::post(executor, [waiting = std::move(waiting)] { std::move (*waiting)(false); });
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(
        std::move(initiate), asio::use_awaitable, std::move(task));
}

} // namespace kith::core

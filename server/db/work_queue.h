// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/metrics.h"
#include "server/db/database.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>

namespace kith::db {

enum class Access { read, write };

/// A task on its way to one of the database's threads, and who waits for it.
struct Work {
    Access access = Access::read;
    std::function<bool(Tx&)> task;
    /// Called once, on any thread; must not throw. `ran` is false when the task was never run.
    std::function<void(std::exception_ptr error, bool ran)> done;
    std::chrono::steady_clock::time_point queued{}; ///< set by push
};

/// The bounded queue between coroutines and database threads. Any thread.
class WorkQueue {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    explicit WorkQueue(std::size_t capacity) : m_capacity(capacity) { }

    /// False, and the work untouched, when the queue is full (for the background: half full of it) or closed.
    bool push(Work& work, Lane lane);
    /// Waits for work; interactive before background, but for one in sixteen. Nothing once the queue is closed.
    std::optional<Work> pop();
    /// The same, but gives up at the deadline.
    std::optional<Work> pop_until(Deadline deadline);
    /// What is there now.
    std::optional<Work> try_pop();
    /// Waits until the queue is closed, at most until the deadline; whether it is closed.
    bool wait_closed_until(Deadline deadline);
    bool closed();
    /// How much waits now.
    std::size_t size(Lane lane);
    /// Notes there how long work waited, from now on.
    void measure(metrics::Histogram& waits) { m_waits = &waits; }
    /// Wakes all that wait. What is queued is answered with "did not run", here.
    void close();

private:
    std::optional<Work> take();

    const std::size_t m_capacity;
    std::mutex m_mutex;
    std::condition_variable m_pushed;
    std::condition_variable m_closing;
    std::deque<Work> m_interactive;
    std::deque<Work> m_background;
    unsigned m_passed_over = 0; ///< interactive works taken since the background last had its turn
    bool m_closed = false;
    std::atomic<metrics::Histogram*> m_waits{nullptr};
};

/// How much may wait per queue; beyond it callers are told that the server is busy.
inline constexpr std::size_t k_queue_capacity = 4096;

} // namespace kith::db

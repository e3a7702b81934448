// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"
#include "server/core/metrics.h"

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace kith::core {

using boost::asio::awaitable;

/// Threads for what takes milliseconds of pure computing: password hashes, RSA. The I/O threads never wait for it.
/// One instance signs; another, of two threads, hashes passwords (19 MiB each). Join it (stop) before the io_context
/// whose coroutines wait for it dies.
class CpuPool {
public:
    /// Low: when the processor has more to do than it can, the pool's threads get little of it (nice 10 more), and whoever
    /// wakes up goes first. For long pieces that nobody minds to get later, such as password hashes: on two cores two of
    /// them at once would else make every other request wait for its turn.
    enum class Priority { Normal, Low };

    /// `queue`: pieces of work that may wait; beyond that run() answers `unavailable` at once.
    CpuPool(std::string name, unsigned threads, std::size_t queue, Priority priority = Priority::Normal);
    ~CpuPool();
    CpuPool(const CpuPool&) = delete;
    CpuPool& operator=(const CpuPool&) = delete;

    template <class R>
    struct Answer {
        using type = Result<R>;
    };
    template <class T>
    struct Answer<Result<T>> {
        using type = Result<T>;
    };

    /// Runs `work()` on the pool and goes on on the caller's executor. Work that answers `T` or `Result<T>` gives
    /// `Result<T>`: `unavailable` when the queue is full or the pool stopped. An exception crosses to the caller.
    /// Name the work on a line before (GCC 12).
    template <class F>
    auto run(F work) -> awaitable<typename Answer<std::invoke_result_t<F&>>::type>
    {
        using R = std::invoke_result_t<F&>;
        using Held = std::conditional_t<std::is_void_v<R>, char, R>;
        std::optional<Held> held;
        std::exception_ptr thrown;
        std::function<void()> task = [&] {
            try {
                if constexpr (std::is_void_v<R>) {
                    work();
                    held.emplace();
                } else {
                    held.emplace(work());
                }
            } catch (...) {
                thrown = std::current_exception();
            }
        };
        if (!co_await run_task(std::move(task)))
            co_return busy();
        if (thrown)
            std::rethrow_exception(thrown);
        if constexpr (std::is_void_v<R>)
            co_return Result<void>{};
        else
            co_return std::move(*held);
    }

    /// Tells `registry` how many wait and how long they did. Before the first run(); `registry` outlives the pool's work.
    void measure(metrics::Registry& registry);

    /// Finishes what is queued and joins the threads; run() answers `unavailable` from then on.
    void stop();

private:
    struct Piece {
        std::function<void()> work;
        std::function<void()> done; ///< resumes the coroutine
        std::chrono::steady_clock::time_point queued{};
    };

    /// False when the queue is full or the pool has stopped, and the task did not run.
    awaitable<bool> run_task(std::function<void()> task);
    bool submit(Piece& piece);
    static Error busy();
    void loop();

    std::string m_name;
    std::size_t m_limit;
    Priority m_priority;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Piece> m_queue;
    bool m_stopping = false;
    std::atomic<metrics::Histogram*> m_waits{nullptr};
    std::vector<std::thread> m_threads;
};

} // namespace kith::core

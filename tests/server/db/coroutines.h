// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/database.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <latch>

namespace kith::tests {

/// Runs the coroutine on a loop of its own, to its end.
template <class T>
T run_to_end(boost::asio::awaitable<T> coroutine)
{
    boost::asio::io_context loop;
    auto future = boost::asio::co_spawn(loop, std::move(coroutine), boost::asio::use_future);
    loop.run();
    return future.get();
}

/// Keeps one of the database's threads at work until it is let go.
class Blocker {
public:
    /// The work to give to a database on another thread.
    Result<int> operator()()
    {
        m_started.count_down();
        m_released.wait();
        return 1;
    }
    void wait_until_it_runs() { m_started.wait(); }
    void release() { m_released.count_down(); }

private:
    std::latch m_started{1};
    std::latch m_released{1};
};

} // namespace kith::tests

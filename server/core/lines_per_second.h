// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace kith::core {

/// For log lines that strangers cause as often as they like: so many a second, and how many the next one stands for. Any
/// thread; where several begin a second together, it may have one more.
class LinesPerSecond {
public:
    using Clock = std::chrono::steady_clock;

    explicit LinesPerSecond(int most) : m_most(most) { }

    /// How many were left out since the last one that was not; nothing: leave this one out.
    std::optional<std::int64_t> take(Clock::time_point now = Clock::now())
    {
        const auto second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
        if (m_second.exchange(second) != second)
            m_taken = 0;
        if (m_taken.fetch_add(1) >= m_most) {
            ++m_left_out;
            return std::nullopt;
        }
        return m_left_out.exchange(0);
    }

private:
    const int m_most;
    std::atomic<std::int64_t> m_second{-1};
    std::atomic<int> m_taken{0};
    std::atomic<std::int64_t> m_left_out{0};
};

} // namespace kith::core

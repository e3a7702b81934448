// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace kith::http {

/// How much all connections of a listener may hold in bodies at once: each alone is bounded, but there are many. Any thread.
class MemoryBudget {
public:
    explicit MemoryBudget(std::size_t limit) : m_limit(limit) { }

    bool take(std::size_t bytes)
    {
        if (m_used.fetch_add(bytes, std::memory_order_relaxed) + bytes <= m_limit)
            return true;
        give(bytes);
        return false;
    }
    void give(std::size_t bytes) { m_used.fetch_sub(bytes, std::memory_order_relaxed); }

    /// A part of the budget, given back with this object.
    class Share {
    public:
        explicit Share(MemoryBudget& budget) : m_budget(budget) { }
        ~Share() { m_budget.give(m_bytes); }
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        /// Takes in steps, and nothing for what fits into the first, which most requests do. False: the budget is used up.
        bool grow_to(std::size_t bytes)
        {
            if (bytes <= std::max(m_bytes, k_step))
                return true;
            const auto more = (bytes - m_bytes + k_step - 1) / k_step * k_step;
            if (!m_budget.take(more))
                return false;
            m_bytes += more;
            return true;
        }

    private:
        static constexpr std::size_t k_step = 16 << 10;
        MemoryBudget& m_budget;
        std::size_t m_bytes = 0;
    };

private:
    const std::size_t m_limit;
    std::atomic<std::size_t> m_used{0};
};

} // namespace kith::http

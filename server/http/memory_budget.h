// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>

namespace kith::http {

/// How much all connections of a listener may hold in heads and bodies at once: each alone is bounded, but there are many.
/// Any thread.
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

        /// So much from now on, more or less than before: in steps, and nothing for what fits into the first, which most
        /// requests do. False: the budget is used up, and nothing has changed.
        bool hold(std::size_t bytes)
        {
            const auto wanted = bytes <= k_step ? 0 : (bytes + k_step - 1) / k_step * k_step;
            if (wanted > m_bytes && !m_budget.take(wanted - m_bytes))
                return false;
            if (wanted < m_bytes)
                m_budget.give(m_bytes - wanted);
            m_bytes = wanted;
            return true;
        }

    private:
        static constexpr std::size_t k_step = 4 << 10;
        MemoryBudget& m_budget;
        std::size_t m_bytes = 0;
    };

private:
    const std::size_t m_limit;
    std::atomic<std::size_t> m_used{0};
};

} // namespace kith::http

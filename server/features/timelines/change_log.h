// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/id.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

namespace kith::timelines {

/// What happened lately that a home feed has to know, in order. A feed that was looked at remembers how far it has read,
/// and reads the rest when it is asked again: writing costs the same for 5 and for 50,000 followers.
struct Change {
    enum class Kind {
        posted,   ///< `account` has a new post
        removed,  ///< `status` is gone
        relation, ///< how `account` and `other` stand to each other
        all       ///< something was missed
    };
    Kind kind = Kind::all;
    AccountId account = {};
    AccountId other = {};
    StatusId status = {};
};

/// The newest 4,096 changes. Any thread.
class ChangeLog {
public:
    void add(const Change& change)
    {
        const std::lock_guard lock{m_mutex};
        const auto at = m_end.load(std::memory_order_relaxed);
        m_changes[at % k_kept] = change;
        m_end.store(at + 1, std::memory_order_release);
    }
    /// The number of the change that comes next.
    std::uint64_t end() const { return m_end.load(std::memory_order_acquire); }
    /// The changes from number `from` on, and moves `from` to the end. False when some of them are forgotten.
    bool read(std::uint64_t& from, std::vector<Change>& out) const
    {
        if (from == end())
            return true;
        const std::lock_guard lock{m_mutex};
        const auto end = m_end.load(std::memory_order_relaxed);
        const bool whole = end - from <= k_kept;
        for (auto at = from; whole && at < end; ++at)
            out.push_back(m_changes[at % k_kept]);
        from = end;
        return whole;
    }

private:
    static constexpr std::uint64_t k_kept = 4096;

    mutable std::mutex m_mutex;
    std::atomic<std::uint64_t> m_end{0};
    std::array<Change, k_kept> m_changes{};
};

} // namespace kith::timelines

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace kith::core {

/// A bounded memory of what can be read again: the entry not used for longest goes first. Any thread.
///
/// Who fills it takes a ticket *before* reading from the database. An entry that was evicted since is not kept, so that a
/// reader who saw the world before a change never puts it back after the change was announced.
template <class Key, class Value>
class Cache {
public:
    struct Ticket {
        std::uint64_t at = 0;
    };

    /// `budget`: bytes that the values may take in all, as told to fill().
    explicit Cache(std::size_t budget) : m_budget(budget / k_shards) { }

    Ticket ticket() const { return {m_clock.load(std::memory_order_acquire)}; }

    /// Null when it is not here.
    std::shared_ptr<const Value> find(const Key& key)
    {
        auto& shard = shard_of(key);
        const std::lock_guard lock{shard.mutex};
        const auto found = shard.index.find(key);
        if (found == shard.index.end()) {
            m_misses.fetch_add(1, std::memory_order_relaxed);
            return nullptr;
        }
        m_hits.fetch_add(1, std::memory_order_relaxed);
        shard.order.splice(shard.order.begin(), shard.order, found->second);
        return found->second->value;
    }

    /// `bytes`: about what the value takes; one larger than a sixteenth of the budget is not kept.
    void fill(const Key& key, std::shared_ptr<const Value> value, std::size_t bytes, Ticket ticket)
    {
        bytes += k_overhead;
        auto& shard = shard_of(key);
        const std::lock_guard lock{shard.mutex};
        if (bytes > m_budget || shard.cleared > ticket.at || shard.evicted[stamp_of(key)] > ticket.at)
            return;
        erase(shard, key);
        shard.order.push_front({key, std::move(value), bytes});
        shard.index.emplace(key, shard.order.begin());
        shard.bytes += bytes;
        while (shard.bytes > m_budget) {
            shard.bytes -= shard.order.back().bytes;
            shard.index.erase(shard.order.back().key);
            shard.order.pop_back();
        }
    }

    void evict(const Key& key)
    {
        auto& shard = shard_of(key);
        const std::lock_guard lock{shard.mutex};
        shard.evicted[stamp_of(key)] = tick();
        erase(shard, key);
    }

    /// Everything for which `matches(key, value)` holds. Looks at each entry; what is being filled meanwhile is not kept.
    template <class Matches>
    void evict_if(Matches matches)
    {
        for (auto& shard : m_shards) {
            const std::lock_guard lock{shard.mutex};
            shard.cleared = tick();
            for (auto it = shard.order.begin(); it != shard.order.end();) {
                const auto next = std::next(it);
                if (matches(it->key, *it->value))
                    erase(shard, Key{it->key});
                it = next;
            }
        }
    }

    void clear()
    {
        evict_if([](const Key&, const Value&) { return true; });
    }

    std::size_t bytes() const
    {
        std::size_t sum = 0;
        for (const auto& shard : m_shards) {
            const std::lock_guard lock{shard.mutex};
            sum += shard.bytes;
        }
        return sum;
    }
    std::uint64_t hits() const { return m_hits.load(std::memory_order_relaxed); }
    std::uint64_t misses() const { return m_misses.load(std::memory_order_relaxed); }

private:
    static constexpr std::size_t k_shards = 16;
    static constexpr std::size_t k_stamps = 128;
    static constexpr std::size_t k_overhead = 128; ///< list node, index node, control block

    struct Entry {
        Key key;
        std::shared_ptr<const Value> value;
        std::size_t bytes;
    };
    struct Shard {
        mutable std::mutex mutex;
        std::list<Entry> order; ///< the last used first
        std::unordered_map<Key, typename std::list<Entry>::iterator> index;
        std::size_t bytes = 0;
        std::uint64_t cleared = 0;
        /// When a key of this remainder was last evicted. Keys share them: a stranger's eviction costs a fill, no more.
        std::array<std::uint64_t, k_stamps> evicted{};
    };

    // The hash of a number is the number: its low bits count within a millisecond, so they are mixed first.
    static std::size_t mix(const Key& key)
    {
        return static_cast<std::size_t>((static_cast<std::uint64_t>(std::hash<Key>{}(key)) * 0x9E3779B97F4A7C15ULL) >> 32U);
    }
    Shard& shard_of(const Key& key) { return m_shards[mix(key) % k_shards]; }
    static std::size_t stamp_of(const Key& key) { return mix(key) / k_shards % k_stamps; }
    std::uint64_t tick() { return m_clock.fetch_add(1, std::memory_order_acq_rel) + 1; }

    static void erase(Shard& shard, const Key& key)
    {
        const auto found = shard.index.find(key);
        if (found == shard.index.end())
            return;
        shard.bytes -= found->second->bytes;
        shard.order.erase(found->second);
        shard.index.erase(found);
    }

    const std::size_t m_budget; ///< of one shard
    std::atomic<std::uint64_t> m_clock{0};
    std::atomic<std::uint64_t> m_hits{0};
    std::atomic<std::uint64_t> m_misses{0};
    std::array<Shard, k_shards> m_shards;
};

} // namespace kith::core

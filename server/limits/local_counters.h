// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/keyed_hash.h"
#include "server/limits/counters.h"

#include <array>
#include <cstdlib>
#include <memory>
#include <mutex>

namespace kith::limits {

/// Counters in the memory of this process: a table of fixed size in which each key has eight places (its set). A bucket is
/// one number, the moment at which it would be full again (GCRA); when that is past, the place is free, so nothing has
/// to be cleaned up. In a full set the newcomer takes the place of whoever owes least, for its rule: to drop a counter,
/// others must owe more than it, eight in the same set, and which names share a set is a secret. Memory
/// is asked for once and touched as it is needed. No call allocates.
class LocalCounters final : public Counters {
public:
    /// At least `entries` counters; 24 bytes each.
    explicit LocalCounters(std::size_t entries);
    /// The same with keys that are the same wherever the secret is.
    LocalCounters(std::size_t entries, crypto::ByteView secret);

    Key key(Counted what, std::uint8_t route_class, std::string_view name) const override;
    bool take(Key key, const Rule& rule, Instant now, http::RateStatus& status) override;
    std::chrono::nanoseconds must_wait(Key key, const Backoff& rule, Instant now) const override;
    void fail(Key key, const Backoff& rule, Instant now) override;
    void undo_failure(Key key, const Backoff& rule, Instant now) override;
    void forget(Key key) override;
    void remember(Key key, std::chrono::seconds memory, Instant now) override;
    bool remembers(Key key, Instant now) const override;

    // What the processes that count together know of a key; see CounterExchange.

    /// The bucket is full again no sooner than in `owed`.
    void adopt_bucket(Key key, const Rule& rule, std::chrono::nanoseconds owed, Instant now);
    /// So many failures, which are forgotten in `left`.
    void adopt_failures(Key key, const Backoff& rule, std::uint32_t failures, std::chrono::nanoseconds left, Instant now);

    std::size_t capacity() const { return m_sets * k_ways; }
    /// Looks at every place; for metrics.
    std::size_t used(Instant now) const;

private:
    LocalCounters(std::size_t entries, crypto::KeyedHash hash);

    static constexpr std::size_t k_ways = 8;
    static constexpr std::size_t k_locks = 64;

    struct Entry {
        Key key;
        std::int64_t until_ns; ///< a bucket: when it is full again; failures: when they are forgotten
        std::uint32_t period_s;
        std::uint32_t failures;
    };
    struct Free {
        void operator()(Entry* entries) const { std::free(entries); }
    };
    struct alignas(64) Lock { ///< a cache line each
        std::mutex mutex;
    };

    Entry* set_of(Key key) const { return m_entries.get() + (key >> 8) % m_sets * k_ways; }
    std::mutex& lock_of(Key key) const { return (*m_locks)[(key >> 8) % m_sets % k_locks].mutex; }
    /// The key's place, or null. Under the lock, as the next one.
    Entry* find(Key key, std::int64_t now) const;
    /// The key's place, or the one that it may have, emptied.
    Entry& place(Key key, std::int64_t now);

    crypto::KeyedHash m_hash;
    std::size_t m_sets;
    std::unique_ptr<Entry[], Free> m_entries;
    // Apart from the object: GCC 12 places what wants 64 bytes wrongly on the stack of AddressSanitizer.
    const std::unique_ptr<std::array<Lock, k_locks>> m_locks = std::make_unique<std::array<Lock, k_locks>>();
};

} // namespace kith::limits

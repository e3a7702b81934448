// SPDX-License-Identifier: Apache-2.0
#include "server/limits/local_counters.h"

#include <algorithm>
#include <new>

namespace kith::limits {

namespace {

using std::chrono::nanoseconds;

std::int64_t ns(Instant at)
{
    return std::chrono::duration_cast<nanoseconds>(at.time_since_epoch()).count();
}
std::int64_t ns(std::chrono::seconds time)
{
    return nanoseconds{time}.count();
}

/// Every bit of the input moves every bit of the output (the finaliser of SplitMix64).
std::uint64_t mixed(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

std::int64_t delay_after(std::uint32_t failures, const Backoff& rule)
{
    if (failures <= rule.free)
        return 0;
    const auto doublings = std::min(failures - rule.free - 1, 30U);
    return std::min(ns(rule.first) << doublings, ns(rule.longest));
}

} // namespace

LocalCounters::LocalCounters(std::size_t entries) : LocalCounters(entries, crypto::KeyedHash{}) { }

LocalCounters::LocalCounters(std::size_t entries, crypto::ByteView secret)
    : LocalCounters(entries, crypto::KeyedHash{secret})
{
}

LocalCounters::LocalCounters(std::size_t entries, crypto::KeyedHash hash)
    : m_hash(hash), m_sets(std::max<std::size_t>((entries + k_ways - 1) / k_ways, 1)),
      // calloc: the system gives pages when they are touched, so an idle server does not pay for a full table.
      m_entries(static_cast<Entry*>(std::calloc(m_sets * k_ways, sizeof(Entry))))
{
    if (!m_entries)
        throw std::bad_alloc{};
}

Key LocalCounters::key(Counted what, std::uint8_t route_class, std::string_view name) const
{
    const auto kind = static_cast<std::uint64_t>(what) << 8 | route_class;
    const auto key = mixed(m_hash(name) ^ mixed(kind + 0x9E3779B97F4A7C15U));
    return key == 0 ? 1 : key; // 0 marks a place that was never used
}

LocalCounters::Entry* LocalCounters::find(Key key, std::int64_t now) const
{
    auto* set = set_of(key);
    for (std::size_t way = 0; way < k_ways; ++way)
        if (set[way].key == key)
            return set[way].until_ns > now ? &set[way] : nullptr;
    return nullptr;
}

LocalCounters::Entry& LocalCounters::place(Key key, std::int64_t now)
{
    auto* set = set_of(key);
    Entry* best = nullptr;
    double least = 0;
    for (std::size_t way = 0; way < k_ways; ++way) {
        auto& entry = set[way];
        const bool alive = entry.key != 0 && entry.until_ns > now;
        if (entry.key == key && alive)
            return entry;
        // A place of ours that has expired is the one to take again, or the key would stand twice.
        const double owed = entry.key == key ? -1
                            : !alive         ? 0
                                             : static_cast<double>(entry.until_ns - now) / entry.period_s;
        if (!best || owed < least) {
            best = &entry;
            least = owed;
        }
    }
    *best = Entry{key, now, 1, 0};
    return *best;
}

bool LocalCounters::take(Key key, const Rule& rule, Instant at, http::RateStatus& status)
{
    if (rule.limit == 0)
        return true;
    const auto now = ns(at);
    const auto period = ns(rule.period);
    const auto one = period / rule.limit;
    std::int64_t full_at = 0;
    bool allowed = false;
    {
        const std::lock_guard lock{lock_of(key)};
        auto& entry = place(key, now);
        entry.period_s = static_cast<std::uint32_t>(rule.period.count());
        full_at = std::max(entry.until_ns, now);
        allowed = full_at + one - now <= period;
        if (allowed)
            entry.until_ns = full_at += one;
    }
    const auto owed = full_at - now;
    const auto remaining = static_cast<std::uint32_t>(std::max<std::int64_t>(period - owed, 0) / one);
    if (status.limit == 0 || !allowed || remaining < status.remaining) {
        status.limit = rule.limit;
        status.remaining = std::min(remaining, rule.limit);
        status.reset_in = nanoseconds{owed};
        status.retry_in = nanoseconds{allowed ? 0 : owed + one - period};
    }
    return allowed;
}

nanoseconds LocalCounters::must_wait(Key key, const Backoff& rule, Instant at) const
{
    const auto now = ns(at);
    const std::lock_guard lock{lock_of(key)};
    const auto* entry = find(key, now);
    return nanoseconds{entry ? std::max<std::int64_t>(entry->until_ns - ns(rule.memory) - now, 0) : 0};
}

void LocalCounters::fail(Key key, const Backoff& rule, Instant at)
{
    const auto now = ns(at);
    const std::lock_guard lock{lock_of(key)};
    auto& entry = place(key, now);
    entry.period_s = static_cast<std::uint32_t>(rule.memory.count());
    if (entry.failures < UINT32_MAX)
        ++entry.failures;
    entry.until_ns = now + delay_after(entry.failures, rule) + ns(rule.memory);
}

void LocalCounters::undo_failure(Key key, const Backoff& rule, Instant at)
{
    const auto now = ns(at);
    const std::lock_guard lock{lock_of(key)};
    auto* entry = find(key, now);
    if (!entry)
        return;
    if (entry->failures > 0)
        --entry->failures;
    // It was let in, so the delays before it were over, and its own is none.
    entry->until_ns = entry->failures == 0 ? now : std::min(entry->until_ns, now + ns(rule.memory));
}

void LocalCounters::remember(Key key, std::chrono::seconds memory, Instant at)
{
    const auto now = ns(at);
    const std::lock_guard lock{lock_of(key)};
    auto& entry = place(key, now);
    entry.period_s = static_cast<std::uint32_t>(memory.count());
    entry.until_ns = now + ns(memory);
}

bool LocalCounters::remembers(Key key, Instant at) const
{
    const std::lock_guard lock{lock_of(key)};
    return find(key, ns(at)) != nullptr;
}

void LocalCounters::adopt_bucket(Key key, const Rule& rule, nanoseconds owed, Instant at)
{
    const auto now = ns(at);
    const std::lock_guard lock{lock_of(key)};
    auto& entry = place(key, now);
    entry.period_s = static_cast<std::uint32_t>(rule.period.count());
    entry.until_ns = std::max(entry.until_ns, now + owed.count());
}

void LocalCounters::adopt_failures(Key key, const Backoff& rule, std::uint32_t failures, nanoseconds left, Instant at)
{
    const auto now = ns(at);
    const std::lock_guard lock{lock_of(key)};
    if (failures == 0) {
        if (auto* entry = find(key, now))
            *entry = Entry{};
        return;
    }
    auto& entry = place(key, now);
    entry.period_s = static_cast<std::uint32_t>(rule.memory.count());
    entry.failures = failures;
    entry.until_ns = now + left.count();
}

void LocalCounters::forget(Key key)
{
    const std::lock_guard lock{lock_of(key)};
    auto* set = set_of(key);
    for (std::size_t way = 0; way < k_ways; ++way)
        if (set[way].key == key)
            set[way] = Entry{};
}

std::size_t LocalCounters::used(Instant at) const
{
    const auto now = ns(at);
    std::size_t count = 0;
    for (std::size_t set = 0; set < m_sets; ++set) {
        const std::lock_guard lock{(*m_locks)[set % k_locks].mutex};
        for (std::size_t way = 0; way < k_ways; ++way) {
            const auto& entry = m_entries[set * k_ways + way];
            count += entry.key != 0 && entry.until_ns > now ? 1 : 0;
        }
    }
    return count;
}

} // namespace kith::limits

// SPDX-License-Identifier: Apache-2.0
#include "server/limits/shared_counters.h"

namespace kith::limits {

Key SharedCounters::key(Counted what, std::uint8_t route_class, std::string_view name) const
{
    return m_local.key(what, route_class, name);
}

bool SharedCounters::take(Key key, const Rule& rule, Instant now, http::RateStatus& status)
{
    const bool allowed = m_local.take(key, rule, now, status);
    if (allowed && rule.limit != 0)
        m_exchange.take(m_local, key, rule);
    return allowed;
}

std::chrono::nanoseconds SharedCounters::must_wait(Key key, const Backoff& rule, Instant now) const
{
    if (!m_local.remembers(key, now))
        m_exchange.add_failures(m_local, key, rule, 0); // another process may know of some: for the next attempt
    return m_local.must_wait(key, rule, now);
}

void SharedCounters::fail(Key key, const Backoff& rule, Instant now)
{
    m_local.fail(key, rule, now);
    m_exchange.add_failures(m_local, key, rule, 1);
}

void SharedCounters::undo_failure(Key key, const Backoff& rule, Instant now)
{
    m_local.undo_failure(key, rule, now);
    m_exchange.add_failures(m_local, key, rule, -1);
}

void SharedCounters::forget(Key key)
{
    m_local.forget(key);
    m_exchange.forget(key);
}

void SharedCounters::remember(Key key, std::chrono::seconds memory, Instant now)
{
    m_local.remember(key, memory, now);
    m_exchange.remember(m_local, key, memory);
}

bool SharedCounters::remembers(Key key, Instant now) const
{
    const bool known = m_local.remembers(key, now);
    if (!known)
        m_exchange.remember(m_local, key, std::chrono::seconds{0});
    return known;
}

} // namespace kith::limits

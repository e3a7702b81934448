// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/limits/counter_exchange.h"

namespace kith::limits {

/// Counters that several processes have in common. Each answers from its own memory, which knows what the others counted
/// some 20 ms ago; so in the worst case a limit is exceeded by what comes within that time.
class SharedCounters final : public Counters {
public:
    /// Both outlive it. The local ones hash names under a key that all processes have.
    SharedCounters(LocalCounters& local, CounterExchange& exchange)
        : m_local(local), m_exchange(exchange)
    {
    }

    Key key(Counted what, std::uint8_t route_class, std::string_view name) const override;
    bool take(Key key, const Rule& rule, Instant now, http::RateStatus& status) override;
    std::chrono::nanoseconds must_wait(Key key, const Backoff& rule, Instant now) const override;
    void fail(Key key, const Backoff& rule, Instant now) override;
    void undo_failure(Key key, const Backoff& rule, Instant now) override;
    void forget(Key key) override;
    void remember(Key key, std::chrono::seconds memory, Instant now) override;
    bool remembers(Key key, Instant now) const override;

private:
    LocalCounters& m_local;
    CounterExchange& m_exchange;
};

} // namespace kith::limits

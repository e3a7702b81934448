// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/rate_gate.h"

#include <chrono>
#include <cstdint>
#include <string_view>

/// Who may ask how often.
namespace kith::limits {

/// Time that only goes on. Tests give their own.
using Instant = std::chrono::steady_clock::time_point;
using Now = Instant (*)();

/// `limit` requests at once, and again as many, evenly, in each `period`. Limit 0: no limit.
struct Rule {
    std::uint32_t limit = 0;
    std::chrono::seconds period{300};
};

/// Delays that double with each failure.
struct Backoff {
    std::uint32_t free = 5;             ///< failures without a delay
    std::chrono::seconds first{2};      ///< after the next one
    std::chrono::seconds longest{300};  ///< and never more than this
    std::chrono::seconds memory{3600};  ///< after the delay's end; then all is forgotten
};

/// Whose counter it is. One name has a counter of its own in each.
enum class Counted : std::uint8_t {
    address,       ///< all requests of an address
    address_class, ///< those of one route class; and up: one number per class
    account = 64,
    account_class,
    host = 128,        ///< deliveries that a server signed
    failures_address,  ///< of signing in
    failures_name,
    familiar, ///< a name and an address that fit together before
};

/// A secret hash of whom it counts.
using Key = std::uint64_t;

/// Where the counters are: LocalCounters in this process. One over a shared store answers from what it knows and brings
/// it up to date in the background; no call waits. Any thread.
class Counters {
public:
    virtual ~Counters() = default;
    virtual Key key(Counted what, std::uint8_t route_class, std::string_view name) const = 0;
    /// Takes one request out of the key's bucket. False: there is none left, and nothing changed but `status`. Either way
    /// `status` becomes this bucket's when that is nearer to its end than what it says already.
    virtual bool take(Key key, const Rule& rule, Instant now, http::RateStatus& status) = 0;

    /// How long the key must still wait for its failures; zero: not at all.
    virtual std::chrono::nanoseconds must_wait(Key key, const Backoff& rule, Instant now) const = 0;
    /// One more failure.
    virtual void fail(Key key, const Backoff& rule, Instant now) = 0;
    /// One less: it was none after all. Its delay goes with it.
    virtual void undo_failure(Key key, const Backoff& rule, Instant now) = 0;
    /// As if it had never been there.
    virtual void forget(Key key) = 0;

    /// A plain note, for a time.
    virtual void remember(Key key, std::chrono::seconds memory, Instant now) = 0;
    virtual bool remembers(Key key, Instant now) const = 0;
};

} // namespace kith::limits

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/limits/local_counters.h"
#include "server/limits/request_limits.h"
#include "server/limits/shared_counters.h"
#include "server/limits/sign_in_guard.h"

#include <optional>

namespace kith::limits {

/// All limits of a server, made from its configuration. Outlives the router's requests.
class ServerLimits {
public:
    /// With `redis.address` the server's processes, which have the domain and the secret in common, count together.
    ServerLimits(const core::Config& config, const std::string& domain, crypto::ByteView secret);

    /// Null when `rate_limit.enabled` is false.
    RequestLimits* gate() { return m_gate ? &*m_gate : nullptr; }
    /// Lets everybody in when `rate_limit.enabled` is false.
    SignInGuard& sign_in_guard() { return *m_guard; }
    /// Counters in use; 0 when nothing is limited.
    std::size_t used() const;
    /// Null when each process counts for itself.
    const CounterExchange* exchange() const { return m_exchange ? &*m_exchange : nullptr; }

private:
    // Of their own, so that nobody empties one table by filling the other.
    std::optional<LocalCounters> m_requests;
    std::optional<LocalCounters> m_sign_ins;
    std::optional<CounterExchange> m_exchange;
    std::optional<SharedCounters> m_shared_requests;
    std::optional<SharedCounters> m_shared_sign_ins;
    std::optional<RequestLimits> m_gate;
    std::optional<SignInGuard> m_guard;
};

} // namespace kith::limits

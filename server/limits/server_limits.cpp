// SPDX-License-Identifier: Apache-2.0
#include "server/limits/server_limits.h"

namespace kith::limits {

namespace {

Instant steady_now()
{
    return std::chrono::steady_clock::now();
}

} // namespace

ServerLimits::ServerLimits(const core::Config& config)
{
    if (config.rate_limit.enabled) {
        const auto entries = static_cast<std::size_t>(config.rate_limit.entries);
        m_requests.emplace(entries);
        m_sign_ins.emplace(entries / 4);
        m_gate.emplace(*m_requests, config, steady_now);
    }
    m_guard.emplace(m_sign_ins ? &*m_sign_ins : nullptr, config, steady_now);
}

std::size_t ServerLimits::used() const
{
    return m_requests ? m_requests->used(steady_now()) + m_sign_ins->used(steady_now()) : 0;
}

} // namespace kith::limits

// SPDX-License-Identifier: Apache-2.0
#include "server/limits/server_limits.h"

namespace kith::limits {

namespace {

Instant steady_now()
{
    return std::chrono::steady_clock::now();
}

} // namespace

ServerLimits::ServerLimits(const core::Config& config, const std::string& domain, crypto::ByteView secret)
{
    Counters* sign_ins = nullptr;
    if (config.rate_limit.enabled) {
        const auto entries = static_cast<std::size_t>(config.rate_limit.entries);
        m_requests.emplace(entries, secret);
        m_sign_ins.emplace(entries / 4, secret);
        Counters* requests = &*m_requests;
        sign_ins = &*m_sign_ins;
        const auto redis = core::RedisAddress::parse(config.redis.address); // empty or checked by the configuration
        if (redis) {
            m_exchange.emplace(*redis, "kith:" + domain + ":rate:", steady_now);
            requests = &m_shared_requests.emplace(*m_requests, *m_exchange);
            sign_ins = &m_shared_sign_ins.emplace(*m_sign_ins, *m_exchange);
        }
        m_gate.emplace(*requests, config, steady_now);
    }
    m_guard.emplace(sign_ins, config, steady_now);
}

std::size_t ServerLimits::used() const
{
    return m_requests ? m_requests->used(steady_now()) + m_sign_ins->used(steady_now()) : 0;
}

} // namespace kith::limits

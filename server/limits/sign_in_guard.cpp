// SPDX-License-Identifier: Apache-2.0
#include "server/limits/sign_in_guard.h"

#include "common/text/fold.h"
#include "server/http/client_key.h"

#include <algorithm>

namespace kith::limits {

SignInGuard::SignInGuard(Counters* counters, const core::Config& config, Now now)
    : m_counters(counters), m_trusted(config.rate_limit.trusted), m_now(now)
{
}

Result<SignInGuard::Attempt> SignInGuard::begin(http::Request& request, std::string_view name)
{
    Attempt attempt;
    if (!m_counters)
        return attempt;
    const auto now = m_now();
    const auto account = text::fold(name);
    const auto client = http::client_key(request.peer_address);
    const auto name_key = m_counters->key(Counted::failures_name, 0, account);
    const auto address_key = m_counters->key(Counted::failures_address, 0, client);
    const auto familiar_key = m_counters->key(Counted::familiar, 0, account + ' ' + client);
    const bool trusted = m_trusted.contains(request.peer_address);

    auto wait = trusted ? std::chrono::nanoseconds{0} : m_counters->must_wait(address_key, k_address, now);
    if (!m_counters->remembers(familiar_key, now))
        wait = std::max(wait, m_counters->must_wait(name_key, k_name, now));
    if (wait.count() > 0) {
        (void)http::too_many_requests(request, wait);
        const auto seconds = request.retry_after.count();
        return fail(Errc::rate_limited, "Too many attempts to sign in. Please try again in " +
                                            std::to_string(seconds) + (seconds == 1 ? " second." : " seconds."));
    }
    m_counters->fail(name_key, k_name, now);
    if (!trusted)
        m_counters->fail(address_key, k_address, now);
    attempt.m_guard = this;
    attempt.m_name = name_key;
    attempt.m_address = trusted ? 0 : address_key;
    attempt.m_familiar = familiar_key;
    return attempt;
}

void SignInGuard::Attempt::succeeded()
{
    if (!m_guard)
        return;
    auto& counters = *m_guard->m_counters;
    const auto now = m_guard->m_now();
    // Only its own failure goes from the address: who has one account there must not clear the way to guess at others.
    if (m_address != 0)
        counters.undo_failure(m_address, k_address, now);
    counters.forget(m_name);
    counters.remember(m_familiar, k_familiar, now);
    m_guard = nullptr;
}

void SignInGuard::Attempt::undecided()
{
    if (!m_guard)
        return;
    auto& counters = *m_guard->m_counters;
    const auto now = m_guard->m_now();
    if (m_address != 0)
        counters.undo_failure(m_address, k_address, now);
    counters.undo_failure(m_name, k_name, now);
    m_guard = nullptr;
}

} // namespace kith::limits

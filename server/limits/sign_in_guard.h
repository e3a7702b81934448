// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/limits/request_limits.h"

#include <memory>
#include <string>

namespace kith::limits {

/// Stands between strangers and passwords. Each failure makes the next attempts at the same name, and from the same
/// address, wait longer: five (ten) are free, then 2 s, 4 s … up to 5 min for a name, 15 min for an address; an hour
/// without failures and all is forgotten. So that nobody shuts another one out by guessing wrong, an address
/// from which that name signed in during the last 30 days does not wait for the name. Any thread.
class SignInGuard {
public:
    /// `counters`: null when rates are not limited. Outlives it.
    SignInGuard(Counters* counters, const core::Config& config, Now now);

    /// One attempt. It counts as a failure from its beginning, so that many at once gain nothing, until it is said to
    /// have been none.
    class Attempt {
    public:
        Attempt() = default;
        /// The password was right.
        void succeeded();
        /// Nobody looked: the server was busy, say.
        void undecided();

    private:
        friend class SignInGuard;
        SignInGuard* m_guard = nullptr;
        Key m_name = 0;
        Key m_address = 0; ///< 0: a trusted one
        Key m_familiar = 0;
    };

    /// `name` as typed: all that text::fold() makes one count as one, for that is what accounts are found by. `rate_limited` when one has to wait; Request::retry_after then says how long.
    Result<Attempt> begin(http::Request& request, std::string_view name);

    static constexpr Backoff k_name{5, std::chrono::seconds{2}, std::chrono::minutes{5}, std::chrono::hours{1}};
    static constexpr Backoff k_address{10, std::chrono::seconds{2}, std::chrono::minutes{15}, std::chrono::hours{1}};
    static constexpr std::chrono::hours k_familiar{24 * 30};

private:
    Counters* m_counters;
    TrustedAddresses m_trusted;
    Now m_now;
};

} // namespace kith::limits

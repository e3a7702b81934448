// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/id.h"
#include "common/base/result.h"

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace kith::streaming {

/// How much one person, or whoever sits behind one address, may hold open.
struct StreamLimits {
    std::size_t per_account = 100;
    std::size_t per_address = 1000; ///< of an IPv4 address or an IPv6 /64
    std::size_t subscriptions = 64; ///< of one connection
};

/// Counts connections. Any thread.
class Places : public std::enable_shared_from_this<Places> {
public:
    /// Held by a connection as long as it counts.
    class Place {
    public:
        Place(std::shared_ptr<Places> places, AccountId account, std::string address)
            : m_places(std::move(places)), m_account(account), m_address(std::move(address))
        {
        }
        ~Place() { m_places->free(m_account, m_address); }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

    private:
        std::shared_ptr<Places> m_places;
        AccountId m_account;
        std::string m_address;
    };

    explicit Places(const StreamLimits& limits) : m_limits(limits) { }
    /// `rate_limited` when there are too many.
    Result<std::unique_ptr<Place>> take(AccountId account, const std::string& address);

private:
    void free(AccountId account, const std::string& address);

    const StreamLimits m_limits;
    std::mutex m_mutex;
    std::unordered_map<AccountId, std::size_t> m_accounts;
    std::unordered_map<std::string, std::size_t> m_addresses;
};

} // namespace kith::streaming

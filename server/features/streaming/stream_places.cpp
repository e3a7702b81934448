// SPDX-License-Identifier: Apache-2.0
#include "server/features/streaming/stream_places.h"

namespace kith::streaming {

namespace {

template <class Map, class Key>
std::size_t count(const Map& map, const Key& key)
{
    const auto found = map.find(key);
    return found == map.end() ? 0 : found->second;
}

template <class Map, class Key>
void drop(Map& map, const Key& key)
{
    const auto found = map.find(key);
    if (found != map.end() && --found->second == 0)
        map.erase(found);
}

} // namespace

Result<std::unique_ptr<Places::Place>> Places::take(AccountId account, const std::string& address)
{
    {
        const std::lock_guard lock{m_mutex};
        if (count(m_accounts, account) >= m_limits.per_account)
            return fail(Errc::rate_limited, "This account has too many streams open.");
        if (count(m_addresses, address) >= m_limits.per_address)
            return fail(Errc::rate_limited, "This address has too many streams open.");
        ++m_accounts[account];
        ++m_addresses[address];
    }
    return std::make_unique<Place>(shared_from_this(), account, address);
}

void Places::free(AccountId account, const std::string& address)
{
    const std::lock_guard lock{m_mutex};
    drop(m_accounts, account);
    drop(m_addresses, address);
}

} // namespace kith::streaming

// SPDX-License-Identifier: Apache-2.0
#include "server/auth/known_tokens.h"

namespace kith::auth {

std::size_t KnownTokens::place_of(std::int64_t id)
{
    // The low bits of an id count within a millisecond, so they are mixed first.
    return static_cast<std::size_t>(static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15U >> 52U);
}

void KnownTokens::change(Moments& moments, std::int64_t id)
{
    const auto now = ++m_clock;
    auto& moment = moments[place_of(id)];
    for (auto before = moment.load(); before < now && !moment.compare_exchange_weak(before, now);) { }
}

void KnownTokens::fill(const std::string& key, const Identity& identity, Ticket ticket)
{
    m_cache.fill(key, std::make_shared<const Entry>(Entry{identity, ticket.at}),
                 sizeof(Entry) + key.size() + identity.scopes.size(), ticket.cache);
}

std::shared_ptr<const Identity> KnownTokens::find(const std::string& key)
{
    const auto entry = m_cache.find(key);
    if (!entry)
        return nullptr;
    const auto& identity = entry->identity;
    if (m_tokens[place_of(identity.token.value)] > entry->at)
        return nullptr;
    if (identity.account && m_accounts[place_of(identity.account->value)] > entry->at)
        return nullptr;
    return {entry, &entry->identity};
}

void KnownTokens::hear(std::string_view notice)
{
    const auto colon = notice.find(':');
    const auto what = notice.substr(0, colon);
    const auto id = parse_id(colon == notice.npos ? std::string_view{} : notice.substr(colon + 1));
    if (id && what == "token")
        change(m_tokens, *id);
    else if (id && what == "account")
        change(m_accounts, *id);
    else
        clear();
}

} // namespace kith::auth

// SPDX-License-Identifier: Apache-2.0
#include "server/features/timelines/home_feeds.h"

#include "server/db/notices.h"
#include "server/features/timelines/home_changes.h"

#include <algorithm>

namespace kith::timelines {

using features::Page;

namespace {

constexpr std::size_t k_longest_feed = 400;

constexpr db::Query k_following{"home_feeds.following",
                                "SELECT target_id FROM follows WHERE account_id = $1 AND state = 1"};

bool newest_page(const Page& page)
{
    return !page.max_id && !page.since_id && !page.min_id;
}

} // namespace

std::vector<AccountId> following(db::Tx& tx, AccountId account)
{
    std::vector<AccountId> accounts{account};
    for (const auto& row : tx.query(k_following, account))
        accounts.push_back(row.id<AccountId>(0));
    std::sort(accounts.begin(), accounts.end());
    return accounts;
}

std::size_t HomeFeeds::Feed::bytes() const
{
    return sizeof(Feed) + 128 + following.capacity() * sizeof(AccountId) + ids.capacity() * sizeof(StatusId);
}

void HomeFeeds::watch(db::Notices& notices)
{
    watch_changes(notices, m_changes);
}

HomeFeeds::Feed* HomeFeeds::current(AccountId owner)
{
    const auto found = m_index.find(owner);
    if (found == m_index.end())
        return nullptr;
    auto& feed = *found->second;
    m_order.splice(m_order.begin(), m_order, found->second);
    m_news.clear();
    bool lost = !m_changes.read(feed.read_to, m_news);
    for (const auto& change : m_news) {
        switch (change.kind) {
        case Change::Kind::posted:
            if (std::binary_search(feed.following.begin(), feed.following.end(), change.account))
                feed.stale = true;
            break;
        case Change::Kind::removed: std::erase(feed.ids, change.status); break;
        case Change::Kind::relation: lost = lost || change.account == owner || change.other == owner; break;
        case Change::Kind::all: lost = true; break;
        }
    }
    if (lost) {
        forget(found->second);
        return nullptr;
    }
    return &feed;
}

std::optional<std::vector<StatusId>> HomeFeeds::page(AccountId owner, const Page& page)
{
    const std::lock_guard lock{m_mutex};
    const auto* feed = current(owner);
    if (!feed || feed->stale)
        return std::nullopt;
    const auto above = page.min_id.value_or(page.since_id.value_or(0));
    const auto below = page.max_id.value_or(INT64_MAX);
    // The part between the two bounds; ids stand in falling order.
    const auto first = std::partition_point(feed->ids.begin(), feed->ids.end(),
                                            [&](StatusId id) { return id.value >= below; });
    const auto last = std::partition_point(first, feed->ids.end(), [&](StatusId id) { return id.value > above; });
    const auto count = static_cast<std::size_t>(last - first);
    const bool reaches_above = feed->whole || last != feed->ids.end() || (!feed->ids.empty() && feed->ids.back().value <= above);
    if (page.min_id) {
        if (!reaches_above)
            return std::nullopt;
        return std::vector<StatusId>{last - static_cast<std::ptrdiff_t>(std::min(count, page.limit)), last};
    }
    if (count < page.limit && !reaches_above)
        return std::nullopt;
    return std::vector<StatusId>{first, first + static_cast<std::ptrdiff_t>(std::min(count, page.limit))};
}

bool HomeFeeds::knows_following(AccountId owner)
{
    const std::lock_guard lock{m_mutex};
    return current(owner) != nullptr;
}

void HomeFeeds::learn(AccountId owner, std::uint64_t ticket, const Page& page, const Found& found,
                      std::optional<std::vector<AccountId>> following)
{
    const std::lock_guard lock{m_mutex};
    auto* feed = current(owner);
    if (newest_page(page)) {
        if (!feed) {
            if (!following)
                return; // given up since it was asked for
            m_order.emplace_front();
            m_index.emplace(owner, m_order.begin());
            feed = &m_order.front();
            feed->owner = owner;
        } else {
            m_bytes -= feed->bytes();
        }
        if (following)
            feed->following = std::move(*following);
        feed->ids.assign(found.ids.begin(), found.ids.end());
        feed->whole = found.whole;
        feed->stale = false;
    } else {
        const bool continues = feed && !feed->stale && !feed->whole && !page.min_id && !page.since_id && !feed->ids.empty() &&
                               *page.max_id >= feed->ids.back().value && feed->ids.size() < k_longest_feed;
        if (!continues)
            return;
        m_bytes -= feed->bytes();
        const auto end = feed->ids.back();
        std::copy_if(found.ids.begin(), found.ids.end(), std::back_inserter(feed->ids), [&](StatusId id) { return id < end; });
        feed->whole = found.whole;
    }
    // What happened after the ticket was not seen by who read: it is applied (again) at the next look.
    feed->read_to = std::min(feed->read_to, ticket);
    if (newest_page(page))
        feed->read_to = ticket;
    m_bytes += feed->bytes();
    fit();
}

void HomeFeeds::forget(Order::iterator feed)
{
    m_bytes -= feed->bytes();
    m_index.erase(feed->owner);
    m_order.erase(feed);
}

void HomeFeeds::fit()
{
    while (m_bytes > m_budget && !m_order.empty())
        forget(std::prev(m_order.end()));
}

std::size_t HomeFeeds::bytes() const
{
    const std::lock_guard lock{m_mutex};
    return m_bytes;
}

} // namespace kith::timelines

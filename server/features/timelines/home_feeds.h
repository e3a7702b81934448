// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/features/statuses/status.h"
#include "server/features/timelines/change_log.h"

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace kith::db {
class Notices;
}

namespace kith::timelines {

/// The newest posts of the home timelines that were read lately, as ids that their readers were found to see. Derived
/// data: built from the database when it is first asked for, given up when it may be wrong. Any thread.
class HomeFeeds {
public:
    /// `budget`: bytes; the feed not read for longest goes first.
    explicit HomeFeeds(std::size_t budget) : m_budget(budget) { }

    /// The page's ids, newest first; nothing when they have to be read (and then given to learn()).
    std::optional<std::vector<StatusId>> page(AccountId owner, const features::Page& page);

    /// To be taken before the transaction that reads what learn() gets.
    std::uint64_t ticket() const { return m_changes.end(); }
    /// Whether learn() needs to be told whom the owner follows.
    bool knows_following(AccountId owner);
    struct Found {
        std::vector<StatusId> ids; ///< newest first
        bool whole = false;        ///< there is nothing older
    };
    /// What a page turned out to be. `following` when it was not known. Keeps the newest page, and older ones that
    /// continue what is kept, up to 400 posts.
    void learn(AccountId owner, std::uint64_t ticket, const features::Page& page, const Found& found,
               std::optional<std::vector<AccountId>> following);

    /// Hears of changes, in this process or another. Before the first use.
    void watch(db::Notices& notices);

    std::size_t bytes() const;

private:
    struct Feed {
        AccountId owner;
        std::vector<AccountId> following; ///< sorted; the owner too
        std::vector<StatusId> ids;        ///< newest first
        bool whole = false;               ///< there is nothing below the last one
        bool stale = true;                ///< something new is there: to be read again
        std::uint64_t read_to = 0;        ///< in the change log
        std::size_t bytes() const;
    };
    using Order = std::list<Feed>;

    /// Applies what happened since the feed was looked at. Null when it is not kept, or cannot be any more.
    Feed* current(AccountId owner);
    void forget(Order::iterator feed);
    void fit();

    const std::size_t m_budget;
    ChangeLog m_changes;
    mutable std::mutex m_mutex; // around the members below
    Order m_order;              ///< the last read first
    std::unordered_map<AccountId, Order::iterator> m_index;
    std::size_t m_bytes = 0;
    std::vector<Change> m_news; ///< kept for its memory
};

/// Whom an account follows, for HomeFeeds::learn().
std::vector<AccountId> following(db::Tx& tx, AccountId account);

} // namespace kith::timelines

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/cache.h"
#include "server/features/accounts/account_cards.h"
#include "server/features/statuses/status.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kith::db {
class Notices;
}

namespace kith::statuses {

/// What everybody sees of a status as JSON text, open at its end: the author's card and what concerns the viewer follow.
struct RenderedStatus {
    AccountId author;
    std::string open; ///< `{"id":…` without `account` and without the closing brace
};

/// Bytes that pages are put together from. What a viewer may see is decided before; nothing in here decides access.
class StatusCache {
public:
    /// `budget`: bytes for statuses; a quarter of it again for the cards of their authors.
    explicit StatusCache(std::size_t budget) : m_statuses(budget), m_cards(budget / 4) { }

    struct Ticket {
        core::Cache<StatusId, RenderedStatus>::Ticket status;
        accounts::AccountCards::Ticket card;
    };
    /// To be taken before the transaction that reads what write() gets.
    Ticket ticket() const { return {m_statuses.ticket(), m_cards.ticket()}; }

    /// A JSON list of these, in order, from memory alone; nothing when one of them is not here.
    std::optional<std::string> write(Viewer viewer, std::span<const StatusId> ids);
    /// The same, reading what is not here.
    std::string write(Tx& tx, Ticket ticket, Viewer viewer, const std::vector<Status>& statuses);

    /// Evicts what changed() names, in this process or another. Before the first use.
    void watch(db::Notices& notices);
    std::size_t bytes() const { return m_statuses.bytes() + m_cards.bytes(); }
    std::uint64_t hits() const { return m_statuses.hits(); }
    std::uint64_t misses() const { return m_statuses.misses(); }

private:
    core::Cache<StatusId, RenderedStatus> m_statuses;
    accounts::AccountCards m_cards;
};

/// Says that what everybody sees of this status is another from this transaction on: text, counts; or that it is gone.
void changed(Tx& tx, StatusId id);
/// For when they are too many to name.
void all_changed(Tx& tx);

} // namespace kith::statuses

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/cache.h"
#include "server/features/accounts/account.h"

#include <memory>
#include <string>

namespace kith::db {
class Notices;
}

namespace kith::accounts {

/// Mastodon's Account as JSON text. Evicted by changed().
class AccountCards : public core::Cache<AccountId, std::string> {
public:
    using Cache::Cache;
};

/// Says that what everybody sees of this account is another from this transaction on: counts, name, picture, suspension.
void changed(Tx& tx, AccountId id);

/// Evicts what changed() names, in this process or another.
void watch(db::Notices& notices, AccountCards& cards);

/// Renders what everybody sees of the account, and keeps it. `ticket` is older than the transaction.
std::shared_ptr<const std::string> card(Tx& tx, AccountCards& cards, AccountCards::Ticket ticket, const Account& account);

} // namespace kith::accounts

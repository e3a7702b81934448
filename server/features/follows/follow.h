// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/relationship.h"
#include "server/features/accounts/account.h"
#include "server/features/support/paging.h"

#include <optional>
#include <string>
#include <vector>

/// Who follows whom.
namespace kith::follows {

using accounts::Account;
using db::Tx;

// Fixed numbers: they stand in the database.
enum class State { asked = 0, accepted = 1 };

struct Follow {
    AccountId account;
    AccountId target;
    State state = State::asked;
    std::string uri; ///< of the Follow activity; empty when both are local
};

std::optional<Follow> find(Tx& tx, AccountId account, AccountId target);

/// A local account starts to follow. Accepted at once by a local account that is not locked; asked of a remote one.
/// Doing it again changes nothing. `invalid` for oneself, `forbidden` for a suspended target.
Result<Follow> follow(Tx& tx, const Account& account, const Account& target);
/// A remote account asks to follow a local one; `uri` is its activity's. Answers the state it ended in.
Result<Follow> receive(Tx& tx, const Account& account, const Account& target, const std::string& uri);
/// The target agrees. Nothing happens when it was not asked.
Result<void> accept(Tx& tx, const Account& account, const Account& target);
/// Ends it, whoever does: unfollowed, rejected, removed. False when there was nothing to end.
enum class EndedBy { follower, target };
Result<bool> remove(Tx& tx, const Account& account, const Account& target, EndedBy by);

/// How `me` stands with each of the others, in their order.
std::vector<api::Relationship> relationships(Tx& tx, AccountId me, const std::vector<AccountId>& others);

/// Accounts that follow `account`, or that it follows; newest first. `cursor` is the follow's key for paging.
enum class Side { followers, following };
struct Listed {
    AccountId account;
    std::int64_t cursor = 0;
};
std::vector<Listed> list(Tx& tx, AccountId account, Side side, const features::Page& page);

// --- domain events

/// A local account asked a remote one.
struct FollowAsked {
    const Follow& follow;
    const Account& account;
    const Account& target;
};
/// It counts from now on.
struct FollowAccepted {
    const Follow& follow;
    const Account& account;
    const Account& target;
};
struct FollowRemoved {
    const Follow& follow;
    const Account& account;
    const Account& target;
    EndedBy by;
};

} // namespace kith::follows

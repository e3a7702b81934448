// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/features/accounts/account.h"

/// What an administrator may do to an account of this server. All of it takes effect in every process at once: requests and
/// streams that were let in before are looked at again (auth/access_notices.h).
namespace kith::accounts {

/// Nobody signs in to it, its tokens are refused, its posts are not shown, and others cannot reach it, until unsuspend().
/// Nothing is deleted. `conflict` when it is so already; `forbidden` for the server's own actor.
Result<void> suspend(Tx& tx, const Account& account);
/// Everything is as before, its tokens too. `conflict` when it is not suspended.
Result<void> unsuspend(Tx& tx, const Account& account);
Result<void> set_role(Tx& tx, const Account& account, Role role);
/// A new password for one who cannot sign in: every token ends.
Result<void> reset_password(Tx& tx, const Account& account, const std::string& password_hash);

} // namespace kith::accounts

// SPDX-License-Identifier: Apache-2.0
#include "server/features/accounts/account_standing.h"

#include "server/auth/access_notices.h"
#include "server/auth/auth.h"
#include "server/features/accounts/account_cards.h"

namespace kith::accounts {

using db::Query;

namespace {

constexpr Query k_suspend{"accounts.suspend", "UPDATE accounts SET suspended_at = $1, updated_at = "
                                              "$1 WHERE id = $2 AND suspended_at IS NULL"};
constexpr Query k_unsuspend{"accounts.unsuspend",
                            "UPDATE accounts SET suspended_at = NULL, updated_at = $1 WHERE id = "
                            "$2 AND suspended_at IS NOT NULL"};
constexpr Query k_set_role{"accounts.set_role", "UPDATE users SET role = $1 WHERE account_id = $2"};

} // namespace

Result<void> suspend(Tx& tx, const Account& account)
{
    if (account.username == k_instance_actor)
        return fail(Errc::forbidden, "The server's own account cannot be suspended.");
    if (tx.execute(k_suspend, tx.now(), account.id) == 0)
        return fail(Errc::conflict, "@" + account.acct() + " is suspended already.");
    auth::tell_account_changed(tx, account.id);
    changed(tx, account.id);
    return {};
}

Result<void> unsuspend(Tx& tx, const Account& account)
{
    if (tx.execute(k_unsuspend, tx.now(), account.id) == 0)
        return fail(Errc::conflict, "@" + account.acct() + " is not suspended.");
    auth::tell_account_changed(tx, account.id);
    changed(tx, account.id);
    return {};
}

Result<void> set_role(Tx& tx, const Account& account, Role role)
{
    if (tx.execute(k_set_role, static_cast<std::int64_t>(role), account.id) == 0)
        return fail(Errc::not_found, "@" + account.acct() + " is nobody who signs in here.");
    auth::tell_account_changed(tx, account.id);
    changed(tx, account.id);
    return {};
}

Result<void> reset_password(Tx& tx, const Account& account, const std::string& password_hash)
{
    set_password(tx, account.id, password_hash);
    return auth::revoke_all(tx, account.id);
}

} // namespace kith::accounts

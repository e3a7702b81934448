// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"

#include <string>

/// What caches and sockets that remember who may do what have to hear: topic "access" of Database::notices. After a gap
/// everything may have changed.
namespace kith::auth {

inline constexpr const char* k_access_topic = "access";

/// Something about what the account may do has changed: suspended or not, its role, its password, all its tokens.
inline void tell_account_changed(db::Tx& tx, AccountId account)
{
    tx.notify(k_access_topic, "account:" + account.to_string());
}
/// The token is revoked.
inline void tell_token_changed(db::Tx& tx, TokenId token)
{
    tx.notify(k_access_topic, "token:" + token.to_string());
}

} // namespace kith::auth

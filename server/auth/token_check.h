// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"

#include <set>

namespace kith::auth {

/// Those of the tokens that may still be used: not revoked, not expired, their accounts not suspended. For
/// connections that stay open longer than the request that showed the token.
std::set<TokenId> still_valid(db::Tx& tx, const std::set<TokenId>& tokens);

} // namespace kith::auth

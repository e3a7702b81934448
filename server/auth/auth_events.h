// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/id.h"

#include <optional>

namespace kith::auth {

/// Domain event: a token ended before its time. Published inside the transaction that ends it, once per token, so that
/// sockets opened with it are closed and caches forget it after the commit.
struct TokenRevoked {
    TokenId token;
    std::optional<AccountId> account; ///< none: a program's own token
};

} // namespace kith::auth

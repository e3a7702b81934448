// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"

#include <optional>
#include <string>
#include <vector>

namespace kith::auth {

using db::Tx;

/// A living token as its owner sees it.
struct Session {
    TokenId token;
    std::optional<ApplicationId> application; ///< none: Kith's own sign-in
    std::string application_name;
    std::optional<std::string> website;
    std::string scopes;
    Timestamp created_at{};
    Timestamp last_used_at{}; ///< at most an hour behind
};

/// Those of the account, used last first; at most 200.
std::vector<Session> list_sessions(Tx& tx, AccountId account);
std::optional<Session> find_session(Tx& tx, AccountId account, TokenId token);

} // namespace kith::auth

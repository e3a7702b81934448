// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/status.h"

namespace kith::api {

struct Notification {
    std::string id;
    std::string type; ///< follow, mention, …
    std::string group_key;
    Timestamp created_at{};
    Account account;
    std::optional<Status> status;
};
template <class V>
void describe(V& v, Notification& e)
{
    v("id", e.id);
    v.require(!e.id.empty());
    v("type", e.type);
    v("group_key", e.group_key);
    v("created_at", e.created_at);
    v("account", e.account);
    v.require(!e.account.id.empty());
    v.optional("status", e.status);
}

} // namespace kith::api

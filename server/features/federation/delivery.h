// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "server/features/accounts/account.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace kith::federation {

using db::Tx;

/// Who gets an activity: collapsed to one request per shared inbox.
struct Recipients {
    bool followers = false;          ///< all remote followers of the sender
    std::vector<AccountId> accounts; ///< these; local ones are left out
};

/// Makes the activity that is sent; called within the transaction, and only when somebody may get it.
using MakeActivity = std::function<json::object()>;

/// Sends the activity after the commit: the row once, the deliveries as jobs that name it (two steps, so that this
/// costs the same for 5 and for 50,000 followers). `sender` is local and signs. Writes nothing when everybody who
/// gets it is here.
void deliver(Tx& tx, AccountId sender, const MakeActivity& activity, const Recipients& recipients);

/// RFC 9110, 10.2.3: how long the peer asks us to wait, as seconds or as a date; nothing for a date that is past, or nonsense.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, Timestamp now);

/// A URI for a new activity of this local account.
std::string new_activity_uri(Tx& tx, const accounts::Account& account);

} // namespace kith::federation

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/notification.h"
#include "common/sqlite/connection.h"

#include <string>
#include <string_view>
#include <vector>

namespace kith::store {

using sqlite::Connection;

void save_notifications(Connection& connection, const std::vector<api::Notification>& notifications);
/// Those below a sort key (all when it is empty), newest first.
std::vector<api::Notification> read_notifications(Connection& connection, std::string_view before, int limit);
/// "" when there is none.
std::string newest_notification(Connection& connection);

/// The sort key up to which everything was seen; "" at first.
std::string seen_notifications(Connection& connection);
/// Everything that is there now was seen.
void mark_notifications_seen(Connection& connection);
int count_unseen_notifications(Connection& connection);

} // namespace kith::store

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/notification.h"
#include "server/features/accounts/account.h"
#include "server/features/support/paging.h"

#include <optional>
#include <vector>

namespace kith::features {
struct Server;
}

/// What happened to somebody: written in the transaction that made it happen, by subscribing to domain events.
namespace kith::notifications {

using db::Tx;

// Fixed numbers: they stand in the database.
enum class Kind { follow = 0, mention = 1 };
const char* to_string(Kind kind);

struct Notification {
    NotificationId id;
    AccountId account_id;
    Kind kind = Kind::follow;
    AccountId from;
    std::optional<StatusId> status;
    Timestamp created_at{};
};

/// Which of them somebody wants to see.
struct Filter {
    std::vector<Kind> kinds{Kind::follow, Kind::mention};
    std::optional<AccountId> from;
};
std::vector<Notification> list(Tx& tx, AccountId account, const features::Page& page, const Filter& filter = {});
std::optional<Notification> find(Tx& tx, NotificationId id);
/// Forgets one of the account's, or all. Of somebody else's nothing happens.
void dismiss(Tx& tx, AccountId account, NotificationId id);
void clear(Tx& tx, AccountId account);
/// In order; those whose status the account may no longer see are left out.
std::vector<api::Notification> render(Tx& tx, AccountId account, const std::vector<Notification>& notifications);

/// Domain event.
struct NotificationCreated {
    const Notification& notification;
};

void register_notifications(features::Server& server);
/// Sends new ones to the user streams.
void register_notification_streaming(features::Server& server);

} // namespace kith::notifications

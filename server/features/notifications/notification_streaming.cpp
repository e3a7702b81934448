// SPDX-License-Identifier: Apache-2.0
#include "server/core/event_bus.h"
#include "server/db/database.h"
#include "server/features/notifications/notification.h"
#include "server/features/notifications/notification_events.h"
#include "server/features/support/server.h"
#include "server/features/streaming/hub.h"

namespace kith::notifications {

using boost::asio::awaitable;
using streaming::Hub;

namespace {

awaitable<void> send(Hub& hub, db::Database& database, NotificationId id, AccountId account)
{
    auto work = [&](Tx& tx) -> Result<std::string> {
        const auto found = find(tx, id);
        if (!found)
            return std::string{};
        const auto rendered = render(tx, account, {*found});
        return rendered.empty() ? std::string{} : to_text(api::to_json(rendered.front()));
    };
    const auto payload = co_await database.read(work);
    if (!payload || payload->empty())
        co_return;
    hub.send(account, "user", "notification", *payload);
    hub.send(account, "user:notification", "notification", *payload);
}

} // namespace

void register_notification_streaming(features::Server& server)
{
    auto& hub = server.streams;
    auto& database = server.database;
    server.events.subscribe<NotificationCreated>([&](Tx& tx, const NotificationCreated& event) -> Result<void> {
        tx.after_commit([&hub, &database, id = event.notification.id, account = event.notification.account_id] {
            hub.post([&database, id, account](Hub& streams) { return send(streams, database, id, account); });
        });
        return {};
    });
}

} // namespace kith::notifications

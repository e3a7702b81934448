// SPDX-License-Identifier: Apache-2.0
#include "server/core/event_bus.h"
#include "server/db/database.h"
#include "server/features/notifications/notification.h"
#include "server/features/notifications/notification_events.h"
#include "server/features/streaming/hub.h"
#include "server/features/support/server.h"

#include <algorithm>

namespace kith::notifications {

using boost::asio::awaitable;
using streaming::Channel;
using streaming::Clients;
using streaming::Feed;

namespace {

constexpr const char* k_topic = "notification";

struct Event {
    NotificationId id;
    std::vector<Channel> channels;
};

/// "ID ACCOUNT", where somebody listens.
std::vector<Event> wanted_of(const Clients& clients, const std::vector<std::string>& payloads)
{
    std::vector<Event> wanted;
    for (const std::string_view payload : payloads) {
        const auto space = std::min(payload.find(' '), payload.size());
        const auto id = NotificationId::parse(payload.substr(0, space));
        const auto account = AccountId::parse(payload.substr(std::min(space + 1, payload.size())));
        if (!id || !account)
            continue;
        Event event{*id, {}};
        for (const auto feed : {Feed::alerts, Feed::notifications})
            if (Channel channel{feed, *account, {}}; clients.has(channel))
                event.channels.push_back(std::move(channel));
        if (!event.channels.empty())
            wanted.push_back(std::move(event));
    }
    return wanted;
}

awaitable<Result<void>> bring(db::Database& database, Clients& clients, const std::vector<std::string>& payloads)
{
    const auto wanted = wanted_of(clients, payloads);
    if (wanted.empty())
        co_return Result<void>{};
    auto work = [&](Tx& tx) -> Result<std::vector<std::string>> {
        std::vector<std::string> bodies;
        for (const auto& event : wanted) {
            const auto found = find(tx, event.id);
            const auto rendered =
                found ? render(tx, found->account_id, {*found}) : std::vector<api::Notification>{};
            bodies.push_back(rendered.empty() ? std::string{} : to_text(api::to_json(rendered.front())));
        }
        return bodies;
    };
    CO_TRY(const auto bodies, co_await database.read(work));
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (!bodies[i].empty())
            clients.send(wanted[i].channels, "notification", bodies[i]);
    co_return Result<void>{};
}

} // namespace

void register_notification_streaming(features::Server& server)
{
    server.streams.render_with(k_topic, [&server](Clients& clients, const std::vector<std::string>& payloads) {
        return bring(server.database, clients, payloads);
    });
    server.events.subscribe<NotificationCreated>([](Tx& tx, const NotificationCreated& event) -> Result<void> {
        const auto& made = event.notification;
        streaming::Hub::announce(tx, k_topic, made.id.to_string() + " " + made.account_id.to_string());
        return {};
    });
}

} // namespace kith::notifications

// SPDX-License-Identifier: Apache-2.0
#include "app/store/notification_table.h"

#include "app/base/strings.h"
#include "app/store/rows.h"
#include "app/store/status_table.h"

namespace kith::store {

namespace {

constexpr std::string_view k_seen = "notifications.seen";

} // namespace

void save_notifications(Connection& connection, const std::vector<api::Notification>& notifications)
{
    for (const auto& item : notifications) {
        const auto sort = app::to_std(app::sort_key(app::to_q(item.id)));
        if (sort.empty())
            continue;
        run(connection, R"sql(
            INSERT INTO notifications (id, sort, json) VALUES ($1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET json = excluded.json)sql",
            item.id, sort, write_entity(item));
        if (item.status)
            save_statuses(connection, {*item.status});
    }
}

std::vector<api::Notification> read_notifications(Connection& connection, std::string_view before, int limit)
{
    auto rows = prepare(connection, R"sql(
        SELECT json FROM notifications WHERE ($1 = '' OR sort < $1) ORDER BY sort DESC LIMIT $2)sql",
                        before, limit);
    std::vector<api::Notification> list;
    while (rows.step())
        if (auto item = read_entity<api::Notification>(rows.text(0)))
            list.push_back(std::move(*item));
    return list;
}

std::string newest_notification(Connection& connection)
{
    return connection.text("SELECT id FROM notifications ORDER BY sort DESC LIMIT 1");
}

std::string seen_notifications(Connection& connection)
{
    return read_setting(connection, k_seen).value_or(std::string{});
}

void mark_notifications_seen(Connection& connection)
{
    const auto newest = connection.text("SELECT max(sort) FROM notifications");
    if (newest > seen_notifications(connection))
        write_setting(connection, k_seen, newest);
}

int count_unseen_notifications(Connection& connection)
{
    auto row = prepare(connection, "SELECT count(*) FROM notifications WHERE sort > $1",
                       seen_notifications(connection));
    return row.step() ? static_cast<int>(row.integer(0)) : 0;
}

} // namespace kith::store

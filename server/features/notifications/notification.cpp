// SPDX-License-Identifier: Apache-2.0
#include "server/features/notifications/notification.h"

#include "server/features/follows/follow.h"
#include "server/features/notifications/notification_events.h"
#include "server/features/statuses/status.h"

#include <algorithm>
#include <map>

namespace kith::notifications {

using db::Query;

namespace {

#define KITH_NOTIFICATION_COLUMNS                                                                  \
    "SELECT id, account_id, kind, from_account_id, status_id, created_at FROM notifications "
constexpr Query k_insert{"notifications.insert", R"sql(
    INSERT INTO notifications (id, account_id, kind, from_account_id, status_id, created_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING)sql"};
constexpr Query k_list{"notifications.list", KITH_NOTIFICATION_COLUMNS
                       "WHERE account_id = $1 AND id > $2 AND id < $3 AND "
                       "(CAST($4 AS BIGINT) IS NULL OR from_account_id = $4) AND kind IN "};
constexpr Query k_find{"notifications.find", KITH_NOTIFICATION_COLUMNS "WHERE id = $1"};
constexpr Query k_dismiss{"notifications.dismiss", "DELETE FROM notifications WHERE id = $1 AND account_id = $2"};
constexpr Query k_clear{"notifications.clear", "DELETE FROM notifications WHERE account_id = $1"};
constexpr Query k_forget_follow{"notifications.forget_follow", R"sql(
    DELETE FROM notifications WHERE account_id = $1 AND from_account_id = $2 AND kind = 0)sql"};

Notification read(const db::Row& row)
{
    return Notification{row.id<NotificationId>(0), row.id<AccountId>(1), row.as<Kind>(2), row.id<AccountId>(3),
                        row.maybe_id<StatusId>(4), row.time(5)};
}

Result<void> notify(Tx& tx, AccountId account, Kind kind, AccountId from, std::optional<StatusId> status)
{
    const Notification notification{tx.next_id<NotificationId>(), account, kind, from, status, tx.now()};
    if (tx.execute(k_insert, notification.id, account, kind, from, status, tx.now()) == 0)
        return {};
    const NotificationCreated created{notification};
    return db::publish(tx, created);
}

} // namespace

const char* to_string(Kind kind)
{
    return kind == Kind::follow ? "follow" : "mention";
}

std::vector<Notification> list(Tx& tx, AccountId account, const features::Page& page, const Filter& filter)
{
    std::vector<Notification> found;
    if (filter.kinds.empty())
        return found;
    const bool upwards = page.min_id.has_value();
    std::vector<db::Param> params{db::to_param(account), db::to_param(page.min_id.value_or(page.since_id.value_or(0))),
                                  db::to_param(page.max_id.value_or(INT64_MAX)), db::to_param(filter.from)};
    const auto kinds = db::in_list(params.size() + 1, filter.kinds.size());
    for (const auto kind : filter.kinds)
        params.push_back(db::to_param(kind));
    params.push_back(db::to_param(page.limit));
    const auto sql = k_list.sql + kinds + (upwards ? " ORDER BY id" : " ORDER BY id DESC") + " LIMIT $" + std::to_string(params.size());
    for (const auto& row : tx.query_list(k_list, sql, params))
        found.push_back(read(row));
    if (upwards)
        std::reverse(found.begin(), found.end());
    return found;
}

std::optional<Notification> find(Tx& tx, NotificationId id)
{
    const auto row = tx.query_one(k_find, id);
    if (!row)
        return std::nullopt;
    return read(*row);
}

void dismiss(Tx& tx, AccountId account, NotificationId id)
{
    tx.execute(k_dismiss, id, account);
}

void clear(Tx& tx, AccountId account)
{
    tx.execute(k_clear, account);
}

std::vector<api::Notification> render(Tx& tx, AccountId account, const std::vector<Notification>& notifications)
{
    std::set<AccountId> people;
    std::vector<statuses::Status> about;
    for (const auto& item : notifications) {
        people.insert(item.from);
        if (item.status)
            if (auto status = statuses::find(tx, *item.status))
                about.push_back(std::move(*status));
    }
    const auto accounts = accounts::find_many(tx, people);
    const statuses::Viewer viewer{account};
    std::map<std::string, api::Status> rendered;
    for (auto& status : statuses::render(tx, viewer, statuses::visible_only(tx, viewer, std::move(about))))
        rendered.emplace(status.id, std::move(status));

    std::vector<api::Notification> out;
    for (const auto& item : notifications) {
        const auto from = accounts.find(item.from);
        if (from == accounts.end() || from->second.suspended_at)
            continue;
        api::Notification entity;
        entity.id = item.id.to_string();
        entity.type = to_string(item.kind);
        entity.group_key = "ungrouped-" + entity.id;
        entity.created_at = item.created_at;
        entity.account = accounts::render(tx.site(), from->second);
        if (item.status) {
            const auto status = rendered.find(item.status->to_string());
            if (status == rendered.end())
                continue;
            entity.status = status->second;
        }
        out.push_back(std::move(entity));
    }
    return out;
}

void subscribe(core::EventBus& events)
{
    events.subscribe<follows::FollowAccepted>([](Tx& tx, const follows::FollowAccepted& event) -> Result<void> {
        if (!event.target.local())
            return {};
        return notify(tx, event.target.id, Kind::follow, event.account.id, std::nullopt);
    });
    // Following again and again must not fill somebody's list.
    events.subscribe<follows::FollowRemoved>([](Tx& tx, const follows::FollowRemoved& event) -> Result<void> {
        if (event.target.local())
            tx.execute(k_forget_follow, event.target.id, event.account.id);
        return {};
    });
    events.subscribe<statuses::StatusCreated>([](Tx& tx, const statuses::StatusCreated& event) -> Result<void> {
        if (event.arrival == statuses::Arrival::old)
            return {};
        const auto people = accounts::find_many(tx, {event.mentions.begin(), event.mentions.end()});
        for (const auto& [id, account] : people)
            if (account.local() && id != event.author.id)
                TRY_VOID(notify(tx, id, Kind::mention, event.author.id, event.status.id));
        return {};
    });
}

} // namespace kith::notifications

// SPDX-License-Identifier: Apache-2.0
#include "app/features/notifications/notification_model.h"

#include "app/base/strings.h"
#include "app/services/services.h"
#include "app/services/words.h"

#include <algorithm>

namespace kith::notifications {

using services::Notice;
using services::NotificationSync;
using services::OlderNotices;
using services::Services;

NotificationModel::NotificationModel(QObject* parent) : QAbstractListModel(parent)
{
    constexpr int k_minute_ms = 60'000;
    m_minute.setInterval(k_minute_ms);
    // A view near its end asks again whenever it may: without a network that would never rest.
    constexpr int k_older_rest_ms = 10'000;
    m_older_rest.setInterval(k_older_rest_ms);
    m_older_rest.setSingleShot(true);
    connect(&m_minute, &QTimer::timeout, this, &NotificationModel::touch_times);
    connect(this, &QAbstractItemModel::rowsInserted, this, &NotificationModel::countChanged);
    connect(this, &QAbstractItemModel::modelReset, this, &NotificationModel::countChanged);
}

void NotificationModel::attach(Services& services)
{
    detach();
    m_services = &services;
    connect(&services.notifications, &NotificationSync::notices_stored, this, &NotificationModel::take);
    connect(&services.notifications, &NotificationSync::refreshed, this, &NotificationModel::take_refreshed);
    connect(&services.notifications, &NotificationSync::seen_changed, this, [this](const QString& seen) {
        m_seen = seen;
        if (!m_rows.empty())
            emit dataChanged(index(0), index(count() - 1), {UnreadRole});
    });
    connect(&services, &Services::clock_set, this, &NotificationModel::touch_times);
    m_minute.start();
    const auto open = [this, generation = m_generation](Result<NotificationSync::Newest> newest) {
        if (generation != m_generation)
            return;
        if (!newest)
            return set_phase(QStringLiteral("error"), app::to_q(newest.error().message));
        m_first_read = true;
        m_seen = newest->seen;
        take(newest->notices);
    };
    services.notifications.read_newest(this, open);
}

void NotificationModel::detach()
{
    ++m_generation;
    if (m_services) {
        m_services->notifications.disconnect(this);
        m_services->disconnect(this);
    }
    m_services = nullptr;
    m_minute.stop();
    m_older_rest.stop();
    beginResetModel();
    m_rows.clear();
    endResetModel();
    m_seen.clear();
    m_first_read = m_loading_older = m_at_end = false;
    emit loadingOlderChanged();
    emit atEndChanged();
    set_phase(QStringLiteral("loading"));
}

int NotificationModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant NotificationModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case NotificationIdRole: return row.notification_id;
    case KindRole: return row.kind;
    case FromNameRole: return row.from_name;
    case FromHandleRole: return row.from_handle;
    case FromInitialRole: return row.from_initial;
    case FromColorRole: return row.from_color;
    case FromAccountIdRole: return row.from_account_id;
    case SentenceRole: return row.sentence;
    case StatusIdRole: return row.status_id;
    case StatusTextRole: return row.status_text;
    case CreatedAtRole: return row.created_at;
    case TimeTextRole: return services::time_text(row.created_at, QDateTime::currentDateTimeUtc());
    case UnreadRole: return row.sort > m_seen;
    default: return {};
    }
}

QHash<int, QByteArray> NotificationModel::roleNames() const
{
    return {{NotificationIdRole, "notificationId"},
            {KindRole, "kind"},
            {FromNameRole, "fromName"},
            {FromHandleRole, "fromHandle"},
            {FromInitialRole, "fromInitial"},
            {FromColorRole, "fromColor"},
            {FromAccountIdRole, "fromAccountId"},
            {SentenceRole, "sentence"},
            {StatusIdRole, "statusId"},
            {StatusTextRole, "statusText"},
            {CreatedAtRole, "createdAt"},
            {TimeTextRole, "timeText"},
            {UnreadRole, "unread"}};
}

void NotificationModel::take(const std::vector<Notice>& notices)
{
    for (const auto& notice : notices)
        place(notice);
    if (!m_rows.empty())
        set_phase(QStringLiteral("ready"));
}

void NotificationModel::place(const Notice& notice)
{
    const auto newer = [](const Notice& a, const Notice& b) { return a.sort > b.sort; };
    const auto where = std::lower_bound(m_rows.begin(), m_rows.end(), notice, newer);
    const auto row = static_cast<int>(where - m_rows.begin());
    if (where != m_rows.end() && where->sort == notice.sort) {
        *where = notice;
        emit dataChanged(index(row), index(row));
        return;
    }
    beginInsertRows({}, row, row);
    m_rows.insert(where, notice);
    endInsertRows();
}

void NotificationModel::touch_times()
{
    if (!m_rows.empty())
        emit dataChanged(index(0), index(count() - 1), {TimeTextRole});
}

void NotificationModel::take_refreshed(const QString& sentence)
{
    if (!m_first_read || !m_rows.empty())
        return;
    if (sentence.isEmpty())
        set_phase(QStringLiteral("empty"));
    else
        set_phase(QStringLiteral("error"), sentence);
}

void NotificationModel::loadOlder()
{
    if (!m_services || m_loading_older || m_at_end || m_rows.empty() || m_older_rest.isActive())
        return;
    m_loading_older = true;
    emit loadingOlderChanged();
    const auto done = [this, generation = m_generation](Result<OlderNotices> older) {
        if (generation == m_generation)
            take_older(std::move(older));
    };
    m_services->notifications.read_older(m_rows.back().notification_id, this, done);
}

void NotificationModel::take_older(Result<OlderNotices> older)
{
    if (!older)
        m_older_rest.start();
    m_loading_older = false;
    emit loadingOlderChanged();
    if (!older) {
        emit failed(app::to_q(older.error().message));
        return;
    }
    const auto before = m_rows.size();
    take(older->notices);
    m_at_end = older->at_end || m_rows.size() == before;
    emit atEndChanged();
}

void NotificationModel::refresh()
{
    if (!m_services)
        return;
    if (m_rows.empty())
        set_phase(QStringLiteral("loading"));
    m_services->retry_now();
}

void NotificationModel::set_phase(const QString& phase, const QString& sentence)
{
    if (m_phase == phase && m_error_sentence == sentence)
        return;
    m_phase = phase;
    m_error_sentence = sentence;
    emit phaseChanged();
}

} // namespace kith::notifications

// SPDX-License-Identifier: Apache-2.0
#include "app/features/timeline/timeline_model.h"

#include "app/base/strings.h"
#include "app/services/services.h"

#include <algorithm>

namespace kith::timeline {

using services::HomeTimelineSync;
using services::OlderPosts;
using services::Outbox;
using services::Post;
using services::Services;

namespace {

const QString k_outbox = QStringLiteral("outbox:");

bool newer(const Post& a, const Post& b)
{
    return a.sort > b.sort;
}

} // namespace

TimelineModel::TimelineModel(QObject* parent) : QAbstractListModel(parent)
{
    constexpr int k_minute_ms = 60'000;
    m_minute.setInterval(k_minute_ms);
    connect(&m_minute, &QTimer::timeout, this, &TimelineModel::touch_times);
    // A view near its end asks again whenever it may: without a network that would never rest.
    constexpr int k_older_rest_ms = 10'000;
    m_older_rest.setInterval(k_older_rest_ms);
    m_older_rest.setSingleShot(true);
    connect(this, &QAbstractItemModel::rowsInserted, this, &TimelineModel::countChanged);
    connect(this, &QAbstractItemModel::rowsRemoved, this, &TimelineModel::countChanged);
    connect(this, &QAbstractItemModel::modelReset, this, &TimelineModel::countChanged);
}

void TimelineModel::attach(Services& services)
{
    detach();
    m_services = &services;
    connect(&services.home, &HomeTimelineSync::posts_stored, this, &TimelineModel::take_stored);
    connect(&services.home, &HomeTimelineSync::post_changed, this, &TimelineModel::take_changed);
    connect(&services.home, &HomeTimelineSync::post_removed, this, &TimelineModel::take_removed);
    connect(&services.home, &HomeTimelineSync::refreshed, this, &TimelineModel::take_refreshed);
    connect(&services.connection, &services::Connection::came_online, &m_older_rest, &QTimer::stop);
    connect(&services, &Services::clock_set, this, &TimelineModel::touch_times);
    connect(&services.outbox, &Outbox::changed, this, &TimelineModel::take_outbox);
    connect(&services.outbox, &Outbox::sent, this, &TimelineModel::take_sent);
    m_minute.start();
    read_place();
}

void TimelineModel::detach()
{
    ++m_generation;
    if (m_services) {
        m_services->home.disconnect(this);
        m_services->outbox.disconnect(this);
        m_services->connection.disconnect(&m_older_rest);
        m_services->disconnect(this);
    }
    m_services = nullptr;
    m_minute.stop();
    m_older_rest.stop();
    beginResetModel();
    m_rows.clear();
    m_held.clear();
    endResetModel();
    m_first_read = false;
    m_anchor_id.clear();
    m_anchor_offset = 0;
    m_at_top = true;
    set_loading_older(false);
    set_at_end(false);
    set_phase(QStringLiteral("loading"));
    emit newCountChanged();
    emit anchorChanged();
    emit atTopChanged();
}

int TimelineModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant TimelineModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    return post_data(m_rows[static_cast<std::size_t>(index.row())], role, QDateTime::currentDateTimeUtc());
}

void TimelineModel::read_first()
{
    m_services->home.read_newest(m_anchor_id, this, [this, generation = m_generation](Result<Posts> posts) {
        if (generation != m_generation)
            return;
        if (!posts)
            return set_phase(QStringLiteral("error"), app::to_q(posts.error().message));
        take_first(std::move(*posts));
    });
}

void TimelineModel::take_first(Posts posts)
{
    m_first_read = true;
    // A kept place that is not the newest post means that the reader is somewhere below the top.
    const bool known = std::any_of(posts.begin(), posts.end(),
                                   [this](const Post& p) { return p.entry_id == m_anchor_id; });
    m_at_top = posts.empty() || !known || (posts.front().entry_id == m_anchor_id && m_anchor_offset <= 0);
    if (!known)
        m_anchor_id.clear();
    beginResetModel();
    for (auto& row : m_rows) // what came while we read
        if (std::none_of(posts.begin(), posts.end(),
                         [&](const Post& p) { return p.entry_id == row.entry_id; }))
            posts.push_back(std::move(row));
    std::sort(posts.begin(), posts.end(), newer);
    m_rows = std::move(posts);
    endResetModel();
    emit anchorChanged();
    emit atTopChanged();
    if (!m_rows.empty())
        set_phase(QStringLiteral("ready"));
    m_services->outbox.announce();
}

void TimelineModel::take_stored(const Posts& posts)
{
    const auto held_before = m_held.size();
    // One by one from the oldest, so that each is the newest when its turn comes.
    auto sorted = posts;
    std::sort(sorted.begin(), sorted.end(), newer);
    for (auto post = sorted.rbegin(); post != sorted.rend(); ++post) {
        const bool show =
            m_at_top || !m_first_read || row_of(post->entry_id) >= 0 || !is_above_everything(*post);
        if (show)
            place(*post);
        else
            hold(*post);
    }
    if (m_held.size() != held_before)
        emit newCountChanged();
    settle_phase();
}

void TimelineModel::hold(const Post& post)
{
    const auto same = std::find_if(m_held.begin(), m_held.end(),
                                   [&](const Post& p) { return p.entry_id == post.entry_id; });
    if (same != m_held.end())
        *same = post;
    else
        m_held.insert(std::lower_bound(m_held.begin(), m_held.end(), post, newer), post);
}

bool TimelineModel::is_above_everything(const Post& post) const
{
    const auto first = std::find_if(m_rows.begin(), m_rows.end(), [](const Post& row) {
        return !row.entry_id.startsWith(k_outbox);
    });
    return first != m_rows.end() && newer(post, *first);
}

bool TimelineModel::place(const Post& post)
{
    if (const auto row = row_of(post.entry_id); row >= 0) {
        m_rows[static_cast<std::size_t>(row)] = post;
        emit dataChanged(index(row), index(row));
        return false;
    }
    const auto where = std::lower_bound(m_rows.begin(), m_rows.end(), post, newer);
    const auto row = static_cast<int>(where - m_rows.begin());
    beginInsertRows({}, row, row);
    m_rows.insert(where, post);
    endInsertRows();
    return true;
}

int TimelineModel::row_of(const QString& entry_id) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const Post& p) { return p.entry_id == entry_id; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

void TimelineModel::remove_row(int row)
{
    beginRemoveRows({}, row, row);
    m_rows.erase(m_rows.begin() + row);
    endRemoveRows();
}

void TimelineModel::take_outbox(const Posts& posts)
{
    const auto waits = [&](const Post& row) {
        return std::any_of(posts.begin(), posts.end(),
                           [&](const Post& p) { return p.entry_id == row.entry_id; });
    };
    for (int row = count() - 1; row >= 0; --row) {
        const auto& post = m_rows[static_cast<std::size_t>(row)];
        if (post.entry_id.startsWith(k_outbox) && !waits(post))
            remove_row(row);
    }
    for (const auto& post : posts)
        place(post);
    settle_phase();
}

void TimelineModel::take_sent(const QString& key, const Post& post)
{
    // What the reader wrote is shown wherever the reader is.
    if (const auto row = row_of(k_outbox + key); row >= 0)
        remove_row(row);
    const auto before = m_held.size();
    std::erase_if(m_held, [&](const Post& p) { return p.entry_id == post.entry_id; });
    if (m_held.size() != before)
        emit newCountChanged();
    place(post);
    settle_phase();
}

void TimelineModel::take_changed(const Post& post)
{
    for (auto& held : m_held)
        if (held.entry_id == post.entry_id)
            held = post;
    if (row_of(post.entry_id) >= 0)
        place(post);
}

void TimelineModel::take_removed(const QString& status_id)
{
    const auto held_before = m_held.size();
    std::erase_if(m_held,
                  [&](const Post& p) { return p.status_id == status_id || p.entry_id == status_id; });
    if (m_held.size() != held_before)
        emit newCountChanged();
    for (int row = count() - 1; row >= 0; --row) {
        const auto& post = m_rows[static_cast<std::size_t>(row)];
        if (post.status_id == status_id || post.entry_id == status_id)
            remove_row(row);
    }
    settle_phase();
}

void TimelineModel::take_refreshed(const QString& sentence)
{
    if (!m_first_read || !m_rows.empty())
        return;
    if (sentence.isEmpty())
        set_phase(QStringLiteral("empty"));
    else
        set_phase(QStringLiteral("error"), sentence);
}

void TimelineModel::settle_phase()
{
    if (!m_rows.empty())
        set_phase(QStringLiteral("ready"));
    else if (m_phase == QLatin1String("ready"))
        set_phase(QStringLiteral("empty"));
}

void TimelineModel::setAtTop(bool at_top)
{
    if (std::exchange(m_at_top, at_top) == at_top)
        return;
    emit atTopChanged();
    if (at_top)
        showNew();
}

void TimelineModel::showNew()
{
    if (m_held.empty())
        return;
    const auto held = std::exchange(m_held, {});
    for (auto post = held.rbegin(); post != held.rend(); ++post)
        place(*post);
    emit newCountChanged();
    settle_phase();
}

void TimelineModel::loadOlder()
{
    if (!m_services || m_loading_older || m_at_end || !m_first_read || m_older_rest.isActive())
        return;
    const auto oldest = std::find_if(m_rows.rbegin(), m_rows.rend(), [](const Post& row) {
        return !row.entry_id.startsWith(k_outbox);
    });
    if (oldest == m_rows.rend())
        return;
    set_loading_older(true);
    m_services->home.read_older(oldest->entry_id, this,
                                [this, generation = m_generation](Result<OlderPosts> older) {
                                    if (generation == m_generation)
                                        take_older(std::move(older));
                                });
}

void TimelineModel::take_older(Result<OlderPosts> older)
{
    if (!older) {
        m_older_rest.start();
        set_loading_older(false);
        emit failed(app::to_q(older.error().message));
        return;
    }
    Posts fresh;
    for (auto& post : older->posts)
        if (row_of(post.entry_id) < 0)
            fresh.push_back(std::move(post));
    // A page of what we have already would be asked for again and again.
    set_at_end(older->at_end || fresh.empty());
    for (const auto& post : fresh)
        place(post);
    set_loading_older(false); // last: a view may ask for more at once
}

void TimelineModel::refresh()
{
    if (!m_services)
        return;
    m_older_rest.stop();
    if (m_rows.empty())
        set_phase(QStringLiteral("loading"));
    m_services->retry_now();
}

void TimelineModel::retrySend(const QString& statusId)
{
    if (m_services && statusId.startsWith(k_outbox))
        m_services->outbox.retry(statusId.mid(k_outbox.size()));
}

void TimelineModel::discard(const QString& statusId)
{
    if (m_services && statusId.startsWith(k_outbox))
        m_services->outbox.discard(statusId.mid(k_outbox.size()));
}

void TimelineModel::remove(const QString& statusId)
{
    if (!m_services)
        return;
    if (statusId.startsWith(k_outbox))
        return discard(statusId);
    m_services->home.remove(statusId, this, [this](const Result<bool>& outcome) {
        if (!outcome)
            emit failed(app::to_q(outcome.error().message));
    });
}

void TimelineModel::set_phase(const QString& phase, const QString& sentence)
{
    if (m_phase == phase && m_error_sentence == sentence)
        return;
    m_phase = phase;
    m_error_sentence = sentence;
    emit phaseChanged();
}

void TimelineModel::set_loading_older(bool loading)
{
    if (std::exchange(m_loading_older, loading) != loading)
        emit loadingOlderChanged();
}

void TimelineModel::set_at_end(bool at_end)
{
    if (std::exchange(m_at_end, at_end) != at_end)
        emit atEndChanged();
}

void TimelineModel::touch_times()
{
    if (!m_rows.empty())
        emit dataChanged(index(0), index(count() - 1), {TimeTextRole});
}

} // namespace kith::timeline

// SPDX-License-Identifier: Apache-2.0
#include "app/features/timeline/thread_model.h"

#include "app/base/strings.h"
#include "app/services/services.h"

#include <algorithm>

namespace kith::timeline {

using services::HomeTimelineSync;
using services::Outbox;
using services::Post;
using services::Services;
using services::ThreadRow;

ThreadModel::ThreadModel(QObject* parent) : QAbstractListModel(parent)
{
    constexpr int k_minute_ms = 60'000;
    m_minute.setInterval(k_minute_ms);
    connect(&m_minute, &QTimer::timeout, this, &ThreadModel::touch_times);
    connect(this, &QAbstractItemModel::modelReset, this, &ThreadModel::countChanged);
}

void ThreadModel::attach(Services& services)
{
    detach();
    m_services = &services;
    connect(&services.home, &HomeTimelineSync::post_changed, this, &ThreadModel::take_changed);
    // Answers arrive as posts of the timeline, and one's own through the outbox: the store knows where they belong.
    connect(&services.home, &HomeTimelineSync::posts_stored, this, &ThreadModel::read_again);
    connect(&services.home, &HomeTimelineSync::post_removed, this, &ThreadModel::read_again);
    connect(&services.outbox, &Outbox::sent, this, &ThreadModel::read_again);
    connect(&services, &Services::clock_set, this, &ThreadModel::touch_times);
    m_minute.start();
}

void ThreadModel::detach()
{
    ++m_generation;
    if (m_services) {
        m_services->home.disconnect(this);
        m_services->outbox.disconnect(this);
        m_services->disconnect(this);
    }
    m_services = nullptr;
    m_minute.stop();
    m_status_id.clear();
    emit statusIdChanged();
    beginResetModel();
    m_rows.clear();
    endResetModel();
    set_phase(QStringLiteral("loading"));
}

int ThreadModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ThreadModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == DepthRole)
        return row.depth;
    if (role == FocusedRole)
        return row.focused;
    return post_data(row.post, role, QDateTime::currentDateTimeUtc());
}

QHash<int, QByteArray> ThreadModel::roleNames() const
{
    auto names = post_role_names();
    names.insert(DepthRole, "depth");
    names.insert(FocusedRole, "focused");
    return names;
}

int ThreadModel::focusedRow() const
{
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [](const ThreadRow& row) { return row.focused; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

void ThreadModel::open(const QString& status_id)
{
    if (!m_services)
        return;
    ++m_generation;
    m_status_id = status_id;
    emit statusIdChanged();
    beginResetModel();
    m_rows.clear();
    endResetModel();
    set_phase(QStringLiteral("loading"));
    read_again();
    refresh();
}

void ThreadModel::read_again()
{
    if (!m_status_id.isEmpty())
        show_stored({});
}

void ThreadModel::refresh()
{
    if (!m_services || m_status_id.isEmpty())
        return;
    m_services->threads.refresh(m_status_id, this, [this, generation = m_generation](const Result<void>& outcome) {
        if (generation != m_generation)
            return;
        // With the post in hand, being offline is no error here: the banner says it.
        show_stored(outcome ? QString{} : app::to_q(outcome.error().message));
    });
}

void ThreadModel::show_stored(const QString& error_sentence)
{
    const auto show = [this, error_sentence, generation = m_generation](Result<std::vector<ThreadRow>> rows) {
        if (generation != m_generation)
            return;
        if (rows && !rows->empty())
            return take(std::move(*rows));
        if (!error_sentence.isEmpty())
            set_phase(QStringLiteral("error"), error_sentence);
        else if (m_phase == QLatin1String("ready")) {
            beginResetModel();
            m_rows.clear();
            endResetModel();
            set_phase(QStringLiteral("error"), tr("This post is not there any more."));
        }
    };
    m_services->threads.read(m_status_id, this, show);
}

void ThreadModel::take(std::vector<ThreadRow> rows)
{
    const bool same =
        rows.size() == m_rows.size() &&
        std::equal(rows.begin(), rows.end(), m_rows.begin(), [](const ThreadRow& a, const ThreadRow& b) {
            return a.post.entry_id == b.post.entry_id && a.depth == b.depth;
        });
    if (same) { // keeps the place in the view
        m_rows = std::move(rows);
        emit dataChanged(index(0), index(count() - 1));
    } else {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    set_phase(QStringLiteral("ready"));
}

void ThreadModel::take_changed(const Post& post)
{
    for (int row = 0; row < count(); ++row) {
        auto& known = m_rows[static_cast<std::size_t>(row)].post;
        if (known.entry_id != post.entry_id)
            continue;
        known = post;
        emit dataChanged(index(row), index(row));
    }
}

void ThreadModel::touch_times()
{
    if (!m_rows.empty())
        emit dataChanged(index(0), index(count() - 1), {TimeTextRole});
}

void ThreadModel::remove(const QString& statusId)
{
    if (!m_services)
        return;
    m_services->home.remove(statusId, this, [this](const Result<bool>& outcome) {
        if (!outcome)
            emit failed(app::to_q(outcome.error().message));
    });
}

void ThreadModel::set_phase(const QString& phase, const QString& sentence)
{
    if (m_phase == phase && m_error_sentence == sentence)
        return;
    m_phase = phase;
    m_error_sentence = sentence;
    emit phaseChanged();
}

} // namespace kith::timeline

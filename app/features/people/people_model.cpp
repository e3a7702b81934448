// SPDX-License-Identifier: Apache-2.0
#include "app/features/people/people_model.h"

#include "app/base/strings.h"
#include "app/services/services.h"

namespace kith::people {

using services::PeopleDirectory;
using services::PersonRow;
using services::Services;

PeopleModel::PeopleModel(QObject* parent) : QAbstractListModel(parent)
{
    connect(this, &QAbstractItemModel::modelReset, this, &PeopleModel::countChanged);
}

void PeopleModel::attach(Services& services)
{
    detach();
    m_services = &services;
    connect(&services.people, &PeopleDirectory::relation_changed, this, &PeopleModel::take_relation);
}

void PeopleModel::detach()
{
    ++m_search;
    if (m_services)
        m_services->people.disconnect(this);
    m_services = nullptr;
    m_busy.clear();
    m_query.clear();
    emit queryChanged();
    set_rows({});
    set_phase(QStringLiteral("idle"));
}

int PeopleModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant PeopleModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case AccountIdRole: return row.account_id;
    case NameRole: return row.name;
    case HandleRole: return row.handle;
    case InitialRole: return row.initial;
    case ColorRole: return row.color;
    case NoteHtmlRole: return row.note_html;
    case FollowersCountRole: return row.followers_count;
    case FollowingCountRole: return row.following_count;
    case StatusesCountRole: return row.statuses_count;
    case RelationRole: return row.relation;
    case BusyRole: return m_busy.contains(row.account_id);
    default: return {};
    }
}

QHash<int, QByteArray> PeopleModel::roleNames() const
{
    return {{AccountIdRole, "accountId"},
            {NameRole, "name"},
            {HandleRole, "handle"},
            {InitialRole, "initial"},
            {ColorRole, "color"},
            {NoteHtmlRole, "noteHtml"},
            {FollowersCountRole, "followersCount"},
            {FollowingCountRole, "followingCount"},
            {StatusesCountRole, "statusesCount"},
            {RelationRole, "relation"},
            {BusyRole, "busy"}};
}

void PeopleModel::search(const QString& text)
{
    constexpr int k_max_characters = 300;
    const auto query = text.trimmed().left(k_max_characters);
    m_query = query;
    emit queryChanged();
    const auto number = ++m_search;
    if (query.isEmpty() || !m_services) {
        set_rows({});
        return set_phase(QStringLiteral("idle"));
    }
    set_phase(QStringLiteral("searching"));
    m_services->people.search(query, this, [this, number](Result<PeopleDirectory::Found> found) {
        if (number == m_search) // a later search has overtaken this one otherwise
            take(std::move(found));
    });
}

void PeopleModel::take(Result<PeopleDirectory::Found> found)
{
    if (!found) {
        set_rows({});
        return set_phase(QStringLiteral("error"), app::to_q(found.error().message));
    }
    const bool none = found->people.empty();
    set_rows(std::move(found->people));
    if (none && found->only_known)
        return set_phase(QStringLiteral("error"), found->sentence);
    set_phase(none ? QStringLiteral("none") : QStringLiteral("ready"), found->sentence);
}

void PeopleModel::set_rows(std::vector<PersonRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void PeopleModel::follow(const QString& accountId)
{
    if (!m_services || m_busy.contains(accountId))
        return;
    set_busy(accountId, true);
    m_services->people.follow(accountId, this, done_with(accountId));
}

void PeopleModel::unfollow(const QString& accountId)
{
    if (!m_services || m_busy.contains(accountId))
        return;
    set_busy(accountId, true);
    m_services->people.unfollow(accountId, this, done_with(accountId));
}

std::function<void(Result<void>)> PeopleModel::done_with(const QString& account_id)
{
    return [this, account_id](const Result<void>& outcome) {
        set_busy(account_id, false);
        if (!outcome)
            emit failed(app::to_q(outcome.error().message));
    };
}

void PeopleModel::set_busy(const QString& account_id, bool busy)
{
    if (busy)
        m_busy.insert(account_id);
    else
        m_busy.remove(account_id);
    touch(account_id);
}

void PeopleModel::take_relation(const QString& account_id, const QString& relation)
{
    for (auto& row : m_rows)
        if (row.account_id == account_id && row.relation != QLatin1String("self"))
            row.relation = relation;
    touch(account_id);
}

void PeopleModel::touch(const QString& account_id)
{
    for (int row = 0; row < count(); ++row)
        if (m_rows[static_cast<std::size_t>(row)].account_id == account_id)
            emit dataChanged(index(row), index(row), {RelationRole, BusyRole});
}

void PeopleModel::set_phase(const QString& phase, const QString& sentence)
{
    if (m_phase == phase && m_error_sentence == sentence)
        return;
    m_phase = phase;
    m_error_sentence = sentence;
    emit phaseChanged();
}

} // namespace kith::people

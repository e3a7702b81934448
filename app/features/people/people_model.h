// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/services/people_directory.h"

#include <QAbstractListModel>
#include <QPointer>
#include <QSet>

#include <vector>

namespace kith::services {
class Services;
}

namespace kith::people {

/// People found by name or handle, and whether one follows them.
class PeopleModel : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(QString query READ query NOTIFY queryChanged)
    Q_PROPERTY(QString phase READ phase NOTIFY phaseChanged)
    Q_PROPERTY(QString errorSentence READ errorSentence NOTIFY phaseChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role {
        AccountIdRole = Qt::UserRole + 1,
        NameRole,
        HandleRole,
        InitialRole,
        ColorRole,
        NoteHtmlRole,
        FollowersCountRole,
        FollowingCountRole,
        StatusesCountRole,
        RelationRole,
        BusyRole
    };

    explicit PeopleModel(QObject* parent = nullptr);

    void attach(services::Services& services);
    void detach();

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    QString query() const { return m_query; }
    /// "idle", "searching", "ready", "none", "error"
    QString phase() const { return m_phase; }
    /// Also in "ready": why only people seen before are shown.
    QString errorSentence() const { return m_error_sentence; }
    int count() const { return static_cast<int>(m_rows.size()); }

    /// A name, or a handle of any server: "tomas@harbour.social".
    Q_INVOKABLE void search(const QString& text);
    Q_INVOKABLE void follow(const QString& accountId);
    Q_INVOKABLE void unfollow(const QString& accountId);

signals:
    void queryChanged();
    void phaseChanged();
    void countChanged();
    void failed(const QString& sentence);

private:
    void take(Result<services::PeopleDirectory::Found> found);
    void take_relation(const QString& account_id, const QString& relation);
    void set_rows(std::vector<services::PersonRow> rows);
    void set_busy(const QString& account_id, bool busy);
    void touch(const QString& account_id);
    void set_phase(const QString& phase, const QString& sentence = {});
    std::function<void(Result<void>)> done_with(const QString& account_id);

    QPointer<services::Services> m_services;
    std::vector<services::PersonRow> m_rows;
    QSet<QString> m_busy;
    QString m_query;
    QString m_phase = QStringLiteral("idle");
    QString m_error_sentence;
    int m_search = 0;
};

} // namespace kith::people

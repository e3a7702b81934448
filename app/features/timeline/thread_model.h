// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/features/timeline/post_roles.h"
#include "app/services/threads.h"

#include <QAbstractListModel>
#include <QPointer>
#include <QTimer>

#include <vector>

namespace kith::services {
class Services;
}

namespace kith::timeline {

/// One post with what it answers and what answers it: from the store at once, then from the server.
class ThreadModel : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(QString phase READ phase NOTIFY phaseChanged)
    Q_PROPERTY(QString errorSentence READ errorSentence NOTIFY phaseChanged)
    Q_PROPERTY(QString statusId READ statusId NOTIFY statusIdChanged)
    Q_PROPERTY(int focusedRow READ focusedRow NOTIFY phaseChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role { DepthRole = FirstFreePostRole, FocusedRole };

    explicit ThreadModel(QObject* parent = nullptr);

    void attach(services::Services& services);
    void detach();
    void open(const QString& status_id);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    QString phase() const { return m_phase; }
    QString errorSentence() const { return m_error_sentence; }
    QString statusId() const { return m_status_id; }
    int focusedRow() const;
    int count() const { return static_cast<int>(m_rows.size()); }

    Q_INVOKABLE void refresh();
    Q_INVOKABLE void remove(const QString& statusId);

signals:
    void phaseChanged();
    void statusIdChanged();
    void countChanged();
    void failed(const QString& sentence);

private:
    void show_stored(const QString& error_sentence);
    void take(std::vector<services::ThreadRow> rows);
    void take_changed(const services::Post& post);
    void read_again();
    void touch_times();
    void set_phase(const QString& phase, const QString& sentence = {});

    QPointer<services::Services> m_services;
    std::vector<services::ThreadRow> m_rows;
    QString m_status_id;
    QString m_phase = QStringLiteral("loading");
    QString m_error_sentence;
    QTimer m_minute;
    int m_generation = 0;
};

} // namespace kith::timeline

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/services/notification_sync.h"

#include <QAbstractListModel>
#include <QPointer>
#include <QTimer>

#include <vector>

namespace kith::services {
class Services;
}

namespace kith::notifications {

/// What happened around the signed-in account, newest first.
class NotificationModel : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(QString phase READ phase NOTIFY phaseChanged)
    Q_PROPERTY(QString errorSentence READ errorSentence NOTIFY phaseChanged)
    Q_PROPERTY(bool loadingOlder READ loadingOlder NOTIFY loadingOlderChanged)
    Q_PROPERTY(bool atEnd READ atEnd NOTIFY atEndChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role {
        NotificationIdRole = Qt::UserRole + 1,
        KindRole,
        FromNameRole,
        FromHandleRole,
        FromInitialRole,
        FromColorRole,
        FromAccountIdRole,
        SentenceRole,
        StatusIdRole,
        StatusTextRole,
        CreatedAtRole,
        TimeTextRole,
        UnreadRole
    };

    explicit NotificationModel(QObject* parent = nullptr);

    void attach(services::Services& services);
    void detach();

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    QString phase() const { return m_phase; }
    QString errorSentence() const { return m_error_sentence; }
    bool loadingOlder() const { return m_loading_older; }
    bool atEnd() const { return m_at_end; }
    int count() const { return static_cast<int>(m_rows.size()); }

    Q_INVOKABLE void loadOlder();
    Q_INVOKABLE void refresh();

signals:
    void phaseChanged();
    void loadingOlderChanged();
    void atEndChanged();
    void countChanged();
    void failed(const QString& sentence);

private:
    void take(const std::vector<services::Notice>& notices);
    void place(const services::Notice& notice);
    void take_refreshed(const QString& sentence);
    void touch_times();
    void take_older(Result<services::OlderNotices> older);
    void set_phase(const QString& phase, const QString& sentence = {});

    QPointer<services::Services> m_services;
    std::vector<services::Notice> m_rows;
    QString m_seen;
    QString m_phase = QStringLiteral("loading");
    QString m_error_sentence;
    bool m_first_read = false;
    bool m_loading_older = false;
    bool m_at_end = false;
    QTimer m_minute;
    QTimer m_older_rest; ///< runs after a failure to read older ones
    int m_generation = 0;
};

} // namespace kith::notifications

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/features/timeline/post_roles.h"
#include "common/base/result.h"

#include <QAbstractListModel>
#include <QPointer>
#include <QTimer>

#include <vector>

namespace kith::services {
class Services;
struct OlderPosts;
} // namespace kith::services

namespace kith::timeline {

/// The home timeline as QML shows it: what waits to be sent first, then the newest post. What arrives while the reader
/// is further down is held back and counted, so that nothing moves under the eyes.
class TimelineModel : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(QString phase READ phase NOTIFY phaseChanged)
    Q_PROPERTY(QString errorSentence READ errorSentence NOTIFY phaseChanged)
    Q_PROPERTY(int newCount READ newCount NOTIFY newCountChanged)
    Q_PROPERTY(bool loadingOlder READ loadingOlder NOTIFY loadingOlderChanged)
    Q_PROPERTY(bool atEnd READ atEnd NOTIFY atEndChanged)
    Q_PROPERTY(bool atTop READ atTop WRITE setAtTop NOTIFY atTopChanged)
    Q_PROPERTY(QString anchorId READ anchorId NOTIFY anchorChanged)
    Q_PROPERTY(double anchorOffset READ anchorOffset NOTIFY anchorChanged)
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    explicit TimelineModel(QObject* parent = nullptr);

    /// Begins to show what these services have: from the store at once, then what they find.
    void attach(services::Services& services);
    /// Shows nothing any more.
    void detach();

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override { return post_role_names(); }

    QString phase() const { return m_phase; }
    QString errorSentence() const { return m_error_sentence; }
    int newCount() const { return static_cast<int>(m_held.size()); }
    bool loadingOlder() const { return m_loading_older; }
    bool atEnd() const { return m_at_end; }
    bool atTop() const { return m_at_top; }
    void setAtTop(bool atTop);
    /// The statusId of the post to open at; "" for the top.
    QString anchorId() const;
    double anchorOffset() const { return m_anchor_offset; }
    int count() const { return static_cast<int>(m_rows.size()); }

    Q_INVOKABLE void showNew();
    Q_INVOKABLE void loadOlder();
    Q_INVOKABLE void refresh();
    Q_INVOKABLE void retrySend(const QString& statusId);
    Q_INVOKABLE void discard(const QString& statusId);
    Q_INVOKABLE void remove(const QString& statusId);
    /// Where the reader is; remembered over restarts. `id` is the statusId (or entryId) of the post at the top edge,
    /// `offset` how many pixels of it are above that edge; "" for the very top.
    Q_INVOKABLE void rememberPlace(const QString& id, double offset);

signals:
    void phaseChanged();
    void newCountChanged();
    void loadingOlderChanged();
    void atEndChanged();
    void atTopChanged();
    void anchorChanged();
    void countChanged();
    /// Something asked for here did not work: a sentence for a passing message.
    void failed(const QString& sentence);

private:
    using Posts = std::vector<services::Post>;

    void read_place();
    void read_first();
    void take_first(Posts posts);
    void take_stored(const Posts& posts);
    void take_outbox(const Posts& posts);
    void take_sent(const QString& key, const services::Post& post);
    void take_changed(const services::Post& post);
    void take_removed(const QString& status_id);
    void take_refreshed(const QString& sentence);
    void take_older(Result<services::OlderPosts> older);
    /// Puts a post where it belongs, or changes the row it has. True when a row was added.
    bool place(const services::Post& post);
    void hold(const services::Post& post);
    bool is_above_everything(const services::Post& post) const;
    int row_of(const QString& entry_id) const;
    void remove_row(int row);
    void set_phase(const QString& phase, const QString& sentence = {});
    void settle_phase();
    void set_loading_older(bool loading);
    void set_at_end(bool at_end);
    void touch_times();

    QPointer<services::Services> m_services;
    std::vector<services::Post> m_rows; ///< greatest sort key first
    std::vector<services::Post> m_held; ///< newer than all rows, greatest first
    QString m_phase = QStringLiteral("loading");
    QString m_error_sentence;
    bool m_first_read = false;
    bool m_loading_older = false;
    bool m_at_end = false;
    bool m_at_top = true;
    QString m_anchor_id;
    double m_anchor_offset = 0;
    QTimer m_minute;
    QTimer m_older_rest; ///< runs after a failure to read older posts
    int m_generation = 0;
};

} // namespace kith::timeline

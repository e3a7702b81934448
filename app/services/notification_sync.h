// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/api_client.h"
#include "app/services/post.h"
#include "app/services/reread_cycle.h"
#include "app/store/store.h"

#include <QObject>

namespace kith::services {

struct OlderNotices {
    std::vector<Notice> notices;
    bool at_end = false;
};

/// Keeps the stored notifications in step with the server's. Reads upwards from the newest known one to the end,
/// however much was missed, so there are never holes. GUI thread only.
class NotificationSync : public QObject {
    Q_OBJECT
public:
    NotificationSync(store::Store& store, net::ApiClient& api, QObject* parent = nullptr);

    void start(const Viewer& viewer);
    void stop();

    struct Newest {
        std::vector<Notice> notices;
        QString seen; ///< the sort key up to which everything was seen
    };
    void read_newest(QObject* context, std::function<void(Result<Newest>)> done);
    void read_older(const QString& before_id, QObject* context, std::function<void(Result<OlderNotices>)> done);
    void refresh();
    /// The same after a while, for what runs by itself and was asked to wait.
    void refresh_in(std::chrono::milliseconds wait) { wait.count() > 0 ? m_cycle.begin_in(wait) : refresh(); }
    void mark_seen();

    void on_notification(std::shared_ptr<const api::Notification> notification);
    void on_stream_closed() { m_cycle.lose_stream(); }

signals:
    /// Newest first.
    void notices_stored(const std::vector<kith::services::Notice>& notices);
    void unseen_counted(int unseen);
    void seen_changed(const QString& seen);
    /// `sentence` is empty when it went well.
    void refreshed(const QString& sentence);

private:
    using Notifications = std::vector<api::Notification>;

    /// The page just above `after`; `newest` is what was known when the refresh began.
    void read_page(const std::string& newest, const QString& after);
    void store_page(Notifications page, const std::string& newest, const QString& after);
    void finish(const Result<void>& outcome);
    void count();

    store::Store& m_store;
    net::ApiClient& m_api;
    Viewer m_viewer;
    RereadCycle<std::shared_ptr<const api::Notification>> m_cycle;
};

} // namespace kith::services

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/api_client.h"
#include "app/services/live_buffer.h"
#include "app/services/post.h"
#include "app/services/reread_cycle.h"
#include "app/store/store.h"
#include "app/store/timeline_table.h"

#include <QObject>

#include <functional>
#include <memory>

namespace kith::services {

struct OlderPosts {
    std::vector<Post> posts;
    bool at_end = false;
};

/// Keeps the stored home timeline in step with the server's: network → store → signals. Reads the newest page first,
/// notes in the store where there may be a hole below it, and fills holes from above. GUI thread only.
class HomeTimelineSync : public QObject {
    Q_OBJECT
public:
    using PostsDone = std::function<void(Result<std::vector<Post>>)>;
    using OlderDone = std::function<void(Result<OlderPosts>)>;

    HomeTimelineSync(store::Store& store, net::ApiClient& api, QObject* parent = nullptr);

    void start(const Viewer& viewer);
    void stop();
    const Viewer& viewer() const { return m_viewer; }

    /// From the store: the newest, down to the entry with this id and some more; "" for the newest page.
    void read_newest(const QString& anchor_id, QObject* context, PostsDone done);
    /// Below an entry: from the store, and where it has no more, from the server into the store.
    void read_older(const QString& before_id, QObject* context, OlderDone done);

    /// Reads what is new since the post up to which all is known, 60 s back, and fills holes.
    void refresh();
    /// The same after a while, for what runs by itself and was asked to wait.
    void refresh_in(std::chrono::milliseconds wait) { wait.count() > 0 ? m_cycle.begin_in(wait) : refresh(); }
    /// Reads the newest page whether it is new or not: somebody new is followed.
    void reread();
    /// Deletes an own post on the server, then here.
    void remove(const QString& status_id, QObject* context, std::function<void(Result<bool>)> done);

    /// While an own post is being sent, its arrival on the stream waits for the answer.
    void hold_own(bool hold);

    void on_status(std::shared_ptr<const api::Status> status);
    void on_status_changed(std::shared_ptr<const api::Status> status);
    void on_status_deleted(const QString& id);
    void on_stream_closed() { m_cycle.lose_stream(); }

signals:
    /// New to the store, or read again; newest first.
    void posts_stored(const std::vector<kith::services::Post>& posts);
    void post_changed(const kith::services::Post& post);
    void post_removed(const QString& status_id);
    /// A refresh ended; `sentence` is empty when it went well.
    void refreshed(const QString& sentence);

private:
    using Statuses = std::vector<api::Status>;

    /// Whether everything up to the newest of what is stored is known with it.
    enum class Raise { No, Yes };

    void read_page(const std::string& mark);
    void store_page(Statuses page, const std::string& mark);
    void fill_holes(int pages_left);
    void fill_hole(const store::Gap& gap, int pages_left);
    void store_hole_page(Statuses page, const store::Gap& gap, int pages_left);
    void finish(const Result<void>& outcome);
    void store_live(Statuses statuses, Raise raise);

    store::Store& m_store;
    net::ApiClient& m_api;
    Viewer m_viewer;
    RereadCycle<std::shared_ptr<const api::Status>> m_cycle;
    LiveBuffer<std::shared_ptr<const api::Status>> m_own_waiting;
    std::string m_raised_to; ///< by the newest live post, once the store has it
    bool m_hold_own = false;
};

} // namespace kith::services

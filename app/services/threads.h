// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/api_client.h"
#include "app/services/post.h"
#include "app/store/store.h"

#include <QObject>

namespace kith::services {

struct ThreadRow {
    Post post;
    int depth = 0;
    bool focused = false;
};

/// A post with what it answers and what answers it. GUI thread only.
class Threads : public QObject {
    Q_OBJECT
public:
    Threads(store::Store& store, net::ApiClient& api, QObject* parent = nullptr);

    void start(const Viewer& viewer) { m_viewer = viewer; }

    /// What the store knows of it; empty when it does not know the post itself.
    void read(const QString& status_id, QObject* context,
              std::function<void(Result<std::vector<ThreadRow>>)> done);
    /// Asks the server and keeps the answer in the store.
    void refresh(const QString& status_id, QObject* context, std::function<void(Result<void>)> done);

private:
    store::Store& m_store;
    net::ApiClient& m_api;
    Viewer m_viewer;
};

} // namespace kith::services

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/api_client.h"
#include "app/net/stream_client.h"
#include "app/services/connection.h"
#include "app/services/draft_keeper.h"
#include "app/services/home_timeline_sync.h"
#include "app/services/notification_sync.h"
#include "app/services/outbox.h"
#include "app/services/people_directory.h"
#include "app/services/session.h"
#include "app/services/threads.h"
#include "app/store/store.h"

#include <QObject>

#include <memory>

namespace kith::services {

enum class Network { Yes, No };

/// Everything that works behind the models, over one open store, wired together. GUI thread only.
class Services : public QObject {
    Q_OBJECT
public:
    /// With Network::No nothing is sent or asked: the demonstration.
    Services(std::shared_ptr<store::Store> store, Network network, QObject* parent = nullptr);
    ~Services() override;

    /// Tries everything that waits for the network.
    void retry_now();

    std::shared_ptr<store::Store> store_owner; ///< first, so that it goes last
    store::Store& store;
    net::ApiClient api;
    net::StreamClient stream;
    Connection connection;
    Session session;
    HomeTimelineSync home;
    Outbox outbox;
    NotificationSync notifications;
    DraftKeeper drafts;
    PeopleDirectory people;
    Threads threads;

private:
    void begin();
    void end();

    Network m_network;
};

} // namespace kith::services

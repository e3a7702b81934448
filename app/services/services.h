// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/api_client.h"
#include "app/net/network_watch.h"
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
    /// `open_url` shows an address in the person's browser; without it nobody signs in that way.
    Services(std::shared_ptr<store::Store> store, Network network, net::BrowserSignIn::OpenUrl open_url = {},
             QObject* parent = nullptr);
    ~Services() override;

    /// Tries everything that waits for the network: somebody asks for it, or has reason to.
    void retry_now();

signals:
    /// Somebody set the system's clock: what is shown as "5 min" has to be counted again.
    void clock_set();

public:
    std::shared_ptr<store::Store> store_owner; ///< first, so that it goes last
    store::Store& store;
    net::ApiClient api;
    net::StreamClient stream;
    net::NetworkWatch watch;
    Connection connection;
    Session session;
    HomeTimelineSync home;
    Outbox outbox;
    NotificationSync notifications;
    DraftKeeper drafts;
    PeopleDirectory people;
    Threads threads;

private:
    void listen_to_stream();
    void watch_connection();
    void begin();
    void end();
    void lose_sign_in();
    void regain_sign_in();
    void start_stream();
    /// Like retry_now(), but by itself: when the server asked to be left alone, after that.
    void catch_up();
    void read_missed();

    Network m_network;
    QTimer m_without_stream;
};

} // namespace kith::services

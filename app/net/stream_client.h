// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/backoff.h"
#include "common/api/notification.h"
#include "common/api/status.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <QUrl>

#include <memory>

class QWebSocket;

namespace kith::net {

struct StreamTimes {
    std::chrono::milliseconds first_wait{1'000}; ///< before the first reconnection
    std::chrono::milliseconds most_wait{60'000};
    std::chrono::milliseconds ping_every{30'000}; ///< no pong until the next ping is due = the connection is dead
};

/// The user stream of the home server: what happens, as it happens. Keeps itself connected, with back-off and jitter.
/// Each `opened` means that something may have been missed before: re-read.
/// GUI thread only; frames are parsed off it, in order, at most 1 MiB each.
class StreamClient : public QObject {
    Q_OBJECT
public:
    explicit StreamClient(StreamTimes times = {}, QObject* parent = nullptr);
    ~StreamClient() override;

    void start(const QUrl& server, const QByteArray& token);
    void stop();
    /// Tries at once if it is waiting.
    void retry_now();
    /// The machine slept: the peer has likely given us up without our hearing of it, so a new connection is made.
    void reconnect();
    bool is_open() const { return m_open; }

signals:
    void opened();
    void closed();
    void status_arrived(std::shared_ptr<const kith::api::Status> status);
    void status_changed(std::shared_ptr<const kith::api::Status> status);
    void status_deleted(const QString& id);
    void notification_arrived(std::shared_ptr<const kith::api::Notification> notification);

private:
    struct Event;

    void connect_now();
    void abandon_socket();
    void drop();
    void tick();
    void parse(const QString& frame);
    void announce(const Event& event);

    StreamTimes m_times;
    Backoff m_backoff;
    QWebSocket* m_socket = nullptr; ///< a child of ours
    QUrl m_server;
    QByteArray m_token;
    bool m_wanted = false;
    bool m_open = false;
    bool m_pong_due = false;
    QTimer m_reconnect;
    QTimer m_ping;
    QThreadPool m_parser;
};

} // namespace kith::net

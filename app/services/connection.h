// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/backoff.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace kith::services {

struct ConnectionTimes {
    std::chrono::milliseconds first_wait{2'000}; ///< before the server is tried again
    std::chrono::milliseconds most_wait{60'000};
};

/// Whether the home server can be reached and takes our sign-in, learned from what is tried anyway, and a sentence when
/// it is not so. While the server cannot be reached, `probe` is called with growing pauses. GUI thread only.
class Connection : public QObject {
    Q_OBJECT
public:
    explicit Connection(std::function<void()> probe, ConnectionTimes times = {}, QObject* parent = nullptr);

    bool online() const { return m_answered && m_has_network; }
    /// The server has ended our sign-in.
    bool expired() const { return m_expired; }
    /// "" when all is well.
    QString sentence() const;

    /// Each exchange with the server tells how it went.
    void note(bool answered, const QString& sentence);
    /// What the system says about the network.
    void set_has_network(bool has_network);
    void set_expired(bool expired);
    /// The stream broke, or the machine woke: find out whether the server is there.
    void suspect();
    void stop();

signals:
    void changed();
    void came_online();

private:
    std::function<void()> m_probe;
    net::Backoff m_backoff;
    QTimer m_again;
    bool m_answered = true;
    bool m_has_network = true;
    bool m_expired = false;
    QString m_reason;
};

} // namespace kith::services

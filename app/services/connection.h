// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include <functional>

namespace kith::services {

/// Whether the home server can be reached, learned from what is tried anyway, and a sentence when it cannot.
/// While it cannot, `probe` is called now and then.
class Connection : public QObject {
    Q_OBJECT
public:
    explicit Connection(std::function<void()> probe, QObject* parent = nullptr);

    bool online() const { return m_online; }
    QString sentence() const { return m_sentence; }

    /// Each exchange with the server tells how it went.
    void note(bool answered, const QString& sentence);
    /// The stream broke: find out whether the server is gone.
    void suspect();
    void stop();

signals:
    void changed();
    void came_online();

private:
    std::function<void()> m_probe;
    QTimer m_again;
    bool m_online = true;
    QString m_sentence;
};

} // namespace kith::services

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QQmlNetworkAccessManagerFactory>
#include <QUrl>

#include <memory>
#include <mutex>

namespace kith::app {

/// Which server QML may read from. Any thread: the engine loads on threads of its own.
class AllowedServer {
public:
    void set(const QUrl& server);
    /// Same scheme, host and port, and nothing but http or https.
    bool allows(const QUrl& url) const;

private:
    mutable std::mutex m_mutex;
    QUrl m_server;
};

/// Gives the QML engine network managers that refuse every request but reading from the user's own server, so that
/// nothing in a page can tell others who reads what.
class QmlNetwork final : public QQmlNetworkAccessManagerFactory {
public:
    explicit QmlNetwork(std::shared_ptr<const AllowedServer> allowed)
        : m_allowed(std::move(allowed))
    {
    }
    QNetworkAccessManager* create(QObject* parent) override;

private:
    std::shared_ptr<const AllowedServer> m_allowed;
};

} // namespace kith::app

// SPDX-License-Identifier: Apache-2.0
#include "app/controller/qml_network.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>

namespace kith::app {

namespace {

class RefusingManager final : public QNetworkAccessManager {
public:
    RefusingManager(std::shared_ptr<const AllowedServer> allowed, QObject* parent)
        : QNetworkAccessManager(parent), m_allowed(std::move(allowed))
    {
        setRedirectPolicy(QNetworkRequest::SameOriginRedirectPolicy);
    }

protected:
    QNetworkReply* createRequest(Operation operation, const QNetworkRequest& request, QIODevice* data) override
    {
        const bool reading = operation == GetOperation || operation == HeadOperation;
        if (reading && m_allowed->allows(request.url()))
            return QNetworkAccessManager::createRequest(operation, request, data);
        // An address without a scheme fails by itself, with the signals that the caller waits for.
        return QNetworkAccessManager::createRequest(GetOperation, QNetworkRequest(QUrl()), nullptr);
    }

private:
    std::shared_ptr<const AllowedServer> m_allowed;
};

} // namespace

void AllowedServer::set(const QUrl& server)
{
    const std::lock_guard lock(m_mutex);
    m_server = server;
}

bool AllowedServer::allows(const QUrl& url) const
{
    const std::lock_guard lock(m_mutex);
    const bool web =
        url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http");
    return web && !m_server.isEmpty() && url.scheme() == m_server.scheme() &&
           url.host() == m_server.host() && url.port() == m_server.port();
}

QNetworkAccessManager* QmlNetwork::create(QObject* parent)
{
    return new RefusingManager(m_allowed, parent);
}

} // namespace kith::app

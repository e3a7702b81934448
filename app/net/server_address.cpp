// SPDX-License-Identifier: Apache-2.0
#include "app/net/server_address.h"

#include <QHostAddress>

namespace kith::net {

bool is_loopback(const QUrl& url)
{
    const auto host = url.host();
    if (host.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0)
        return true;
    QHostAddress address;
    return address.setAddress(host) && address.isLoopback();
}

Result<QUrl> parse_server_address(const QString& typed)
{
    auto text = typed.trimmed();
    if (text.isEmpty())
        return fail(Errc::invalid, "Type the address of your home server.");
    if (text.size() > 300)
        return fail(Errc::invalid, "That is too long for a server's address.");
    // "@mira@hollow.town" and "mira@hollow.town" name the server after their last @.
    if (!text.contains(QLatin1String("://")))
        text = QLatin1String("https://") + text.mid(text.lastIndexOf(QLatin1Char('@')) + 1);

    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return fail(Errc::invalid, "That does not look like a server's address.");
    if (!url.userInfo().isEmpty())
        return fail(Errc::invalid, "A server's address has no name or password in it.");
    const auto scheme = url.scheme();
    if (scheme != QLatin1String("https") && scheme != QLatin1String("http"))
        return fail(Errc::invalid, "A server's address begins with https://.");
    if (scheme == QLatin1String("http") && !is_loopback(url))
        return fail(Errc::invalid, "Without https others could read your password. "
                                   "http:// works only for a server on this machine.");
    QUrl server;
    server.setScheme(scheme);
    server.setHost(url.host());
    server.setPort(url.port());
    return server;
}

QUrl streaming_url(const QUrl& server)
{
    auto url = server;
    const bool plain = server.scheme() == QLatin1String("http") || server.scheme() == QLatin1String("ws");
    url.setScheme(plain ? QStringLiteral("ws") : QStringLiteral("wss"));
    url.setPath(QStringLiteral("/api/v1/streaming"));
    url.setQuery(QStringLiteral("stream=user"));
    return url;
}

QString shown_host(const QUrl& server)
{
    return server.port() < 0 ? server.host()
                             : server.host() + QLatin1Char(':') + QString::number(server.port());
}

} // namespace kith::net

// SPDX-License-Identifier: Apache-2.0
#include "app/net/server_discovery.h"

#include "app/net/server_address.h"

#include <QNetworkReply>
#include <QXmlStreamReader>

namespace kith::net {

namespace {

constexpr qint64 k_most_bytes = 64 << 10;
constexpr int k_patience_ms = 8'000;

QUrl origin_of(const QUrl& url)
{
    QUrl origin;
    origin.setScheme(url.scheme());
    origin.setHost(url.host());
    origin.setPort(url.port());
    return origin;
}

bool may_be_asked(const QUrl& url)
{
    return !url.host().isEmpty() && (url.scheme() == QLatin1String("https") ||
                                     (url.scheme() == QLatin1String("http") && is_loopback(url)));
}

} // namespace

// https://www.rfc-editor.org/rfc/rfc6415#section-3
// A Link element with rel="lrdd" has the address where accounts are looked up as its template.
QUrl server_in_host_meta(const QByteArray& document)
{
    QXmlStreamReader xml(document);
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement || xml.name() != QLatin1String("Link") ||
            xml.attributes().value(QLatin1String("rel")) != QLatin1String("lrdd"))
            continue;
        const auto address = xml.attributes().value(QLatin1String("template")).toString();
        const QUrl url(address.left(address.indexOf(QLatin1Char('?'))), QUrl::StrictMode);
        return url.isValid() && may_be_asked(url) ? origin_of(url) : QUrl();
    }
    return {};
}

ServerDiscovery::ServerDiscovery(QObject* parent) : QObject(parent)
{
    m_manager.setTransferTimeout(k_patience_ms);
    m_manager.setRedirectPolicy(QNetworkRequest::NoLessSafeRedirectPolicy);
}

void ServerDiscovery::find(const QUrl& typed, Done done)
{
    auto url = typed;
    url.setPath(QStringLiteral("/.well-known/host-meta"));
    QNetworkRequest request(url);
    request.setMaximumRedirectsAllowed(3);
    // Nothing about us or about whom we look for.
    request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("Kith"));
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    auto* reply = m_manager.get(request);
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received) {
        if (received > k_most_bytes)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [reply, typed, done = std::move(done)] {
        reply->deleteLater();
        if (reply->error() != QNetworkReply::NoError || !may_be_asked(reply->url()))
            return done(typed);
        const auto named = server_in_host_meta(reply->read(k_most_bytes));
        done(named.isEmpty() ? origin_of(reply->url()) : named);
    });
}

} // namespace kith::net

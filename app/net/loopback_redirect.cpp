// SPDX-License-Identifier: Apache-2.0
#include "app/net/loopback_redirect.h"

#include <QTcpSocket>
#include <QTimer>

namespace kith::net {

namespace {

constexpr qint64 k_most_bytes = 16 << 10; ///< of a request's head
const QString k_path = QStringLiteral("/signed-in");

} // namespace

LoopbackRedirect::LoopbackRedirect(QObject* parent) : QObject(parent)
{
    constexpr int k_most_waiting = 8;
    m_server.setMaxPendingConnections(k_most_waiting);
    connect(&m_server, &QTcpServer::newConnection, this, &LoopbackRedirect::accept);
}

bool LoopbackRedirect::listen()
{
    return m_server.isListening() || m_server.listen(QHostAddress(QHostAddress::LocalHost));
}

void LoopbackRedirect::close()
{
    m_server.close();
}

QUrl LoopbackRedirect::address() const
{
    QUrl url;
    url.setScheme(QStringLiteral("http"));
    // RFC 8252, section 8.3: the address, for the name "localhost" may lead elsewhere.
    url.setHost(QStringLiteral("127.0.0.1"));
    url.setPort(m_server.serverPort());
    url.setPath(k_path);
    return url;
}

void LoopbackRedirect::accept()
{
    constexpr int k_patience_ms = 10'000;
    while (auto* socket = m_server.nextPendingConnection()) {
        socket->setReadBufferSize(k_most_bytes);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(*socket); });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        QTimer::singleShot(k_patience_ms, socket, &QTcpSocket::abort);
    }
}

void LoopbackRedirect::read(QTcpSocket& socket)
{
    const auto head = socket.peek(k_most_bytes);
    const auto end = head.indexOf("\r\n\r\n");
    if (end < 0) {
        if (head.size() >= k_most_bytes)
            socket.abort();
        return;
    }
    socket.disconnect(this);
    const auto words = head.left(head.indexOf('\r')).split(' ');
    const auto target = QUrl::fromEncoded(words.value(1), QUrl::StrictMode);
    // Browsers ask for an icon too.
    if (words.value(0) != "GET" || target.path() != k_path)
        return answer(socket, "404 Not Found", tr("There is nothing here"), tr("Go back to Kith."));
    answer(socket, "200 OK", tr("Back to Kith"), tr("Kith goes on by itself. You can close this page."));
    emit arrived(QUrlQuery(target));
}

void LoopbackRedirect::answer(QTcpSocket& socket, const QByteArray& status, const QString& title, const QString& sentence)
{
    const auto page = QStringLiteral("<!doctype html><html><head><meta charset=\"utf-8\"><title>%1</title></head>"
                                     "<body><h1>%1</h1><p>%2</p></body></html>")
                          .arg(title.toHtmlEscaped(), sentence.toHtmlEscaped())
                          .toUtf8();
    // The address has the code in it: it is to be told to nobody and kept nowhere.
    socket.write("HTTP/1.1 " + status +
                 "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Security-Policy: default-src 'none'\r\n"
                 "Referrer-Policy: no-referrer\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: " +
                 QByteArray::number(page.size()) + "\r\n\r\n" + page);
    socket.disconnectFromHost();
}

} // namespace kith::net

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTcpServer>
#include <QUrl>
#include <QUrlQuery>

class QTcpSocket;

namespace kith::net {

/// Where the browser comes back to after an authorization (RFC 8252, section 7.3): a port of this machine that listens
/// only meanwhile. Answers one page; everything but GET on its path is refused. GUI thread only.
class LoopbackRedirect : public QObject {
    Q_OBJECT
public:
    explicit LoopbackRedirect(QObject* parent = nullptr);

    /// False when there is no free port.
    bool listen();
    void close();
    /// "http://127.0.0.1:PORT/signed-in"
    QUrl address() const;

signals:
    /// The browser is here; with what the server gave it to carry. More than one may come.
    void arrived(const QUrlQuery& query);

private:
    void accept();
    void read(QTcpSocket& socket);
    void answer(QTcpSocket& socket, const QByteArray& status, const QString& title, const QString& sentence);

    QTcpServer m_server;
};

} // namespace kith::net

// SPDX-License-Identifier: Apache-2.0
#include "tests/app/network/tcp_proxy.h"

#include <QTcpSocket>

#include <algorithm>

namespace kith::tests {

struct TcpProxy::Wire {
    QTcpSocket* client = nullptr;
    QTcpSocket* server = nullptr;
    qint64 answer_left = -1; ///< bytes of the answer that still come through; negative: all
    bool frozen = false;
};

TcpProxy::TcpProxy(quint16 target) : m_target(target)
{
    connect(&m_server, &QTcpServer::newConnection, this, &TcpProxy::accept);
    m_server.listen(QHostAddress::LocalHost);
    m_port = m_server.serverPort();
}

TcpProxy::~TcpProxy()
{
    while (!m_wires.empty())
        drop(m_wires.back().get());
}

QString TcpProxy::address() const
{
    return QStringLiteral("http://127.0.0.1:%1").arg(m_port);
}

void TcpProxy::cut_answer(const QByteArray& request, qint64 after_bytes)
{
    m_cut = Cut{.request = request, .after_bytes = after_bytes, .of_answer = true};
}

void TcpProxy::cut_request(const QByteArray& request, qint64 after_bytes)
{
    m_cut = Cut{.request = request, .after_bytes = after_bytes, .of_answer = false};
}

void TcpProxy::go_away()
{
    m_server.close();
    while (!m_wires.empty())
        drop(m_wires.back().get());
}

void TcpProxy::come_back()
{
    m_server.listen(QHostAddress::LocalHost, m_port);
}

void TcpProxy::freeze()
{
    for (const auto& wire : m_wires)
        wire->frozen = true;
}

void TcpProxy::accept()
{
    while (auto* client = m_server.nextPendingConnection()) {
        m_wires.push_back(std::make_unique<Wire>());
        auto* wire = m_wires.back().get();
        wire->client = client;
        client->setParent(this);
        wire->server = new QTcpSocket(this);
        connect(wire->server, &QTcpSocket::connected, this, [this, wire] { pass_up(*wire); });
        connect(client, &QTcpSocket::readyRead, this, [this, wire] { pass_up(*wire); });
        connect(wire->server, &QTcpSocket::readyRead, this, [this, wire] { pass_down(*wire); });
        connect(client, &QTcpSocket::disconnected, this, [this, wire] { drop(wire); });
        connect(wire->server, &QTcpSocket::disconnected, this, [this, wire] {
            if (!wire->frozen)
                drop(wire);
        });
        connect(wire->server, &QTcpSocket::errorOccurred, this, [this, wire] {
            if (!wire->frozen)
                drop(wire);
        });
        wire->server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
    }
}

void TcpProxy::pass_up(Wire& wire)
{
    if (wire.frozen || wire.server->state() != QTcpSocket::ConnectedState)
        return;
    auto bytes = wire.client->readAll();
    if (m_cut && bytes.startsWith(m_cut->request)) {
        const auto cut = *std::exchange(m_cut, std::nullopt);
        if (!cut.of_answer) {
            ++m_cuts;
            wire.server->write(bytes.left(cut.after_bytes));
            wire.server->flush();
            return drop(&wire);
        }
        wire.answer_left = cut.after_bytes;
    }
    wire.server->write(bytes);
}

void TcpProxy::pass_down(Wire& wire)
{
    if (wire.frozen)
        return;
    const auto bytes = wire.server->readAll();
    if (wire.answer_left < 0 || bytes.size() < wire.answer_left) {
        wire.client->write(bytes);
        if (wire.answer_left >= 0)
            wire.answer_left -= bytes.size();
        return;
    }
    // The server has answered, so whatever it had to do is done.
    ++m_cuts;
    wire.client->write(bytes.left(wire.answer_left));
    wire.client->flush();
    drop(&wire);
}

void TcpProxy::drop(Wire* wire)
{
    const auto found = std::find_if(m_wires.begin(), m_wires.end(), [&](const auto& one) { return one.get() == wire; });
    if (found == m_wires.end())
        return;
    const auto gone = std::move(*found);
    m_wires.erase(found);
    for (auto* socket : {gone->client, gone->server}) {
        socket->disconnect(this);
        socket->abort();
        socket->deleteLater();
    }
}

} // namespace kith::tests

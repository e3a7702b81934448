// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QObject>
#include <QTcpServer>

#include <memory>
#include <optional>
#include <vector>

class QTcpSocket;

namespace kith::tests {

/// A wire between the app and its server, on a port of 127.0.0.1, that breaks where the test says. Works on the test's
/// own event loop.
class TcpProxy : public QObject {
    Q_OBJECT
public:
    explicit TcpProxy(quint16 target);
    ~TcpProxy() override;

    QString address() const;

    /// The next request that begins with these bytes comes to the server whole; of its answer so many bytes come
    /// through, then the connection breaks.
    void cut_answer(const QByteArray& request, qint64 after_bytes);
    /// Of the next such request so many bytes come to the server, then the connection breaks.
    void cut_request(const QByteArray& request, qint64 after_bytes);
    /// How many cuts were made.
    int cuts() const { return m_cuts; }

    /// Breaks all connections and refuses new ones, until come_back().
    void go_away();
    void come_back();
    /// Nothing comes through any more in either direction, and nobody is told: as when a machine sleeps. New
    /// connections work.
    void freeze();
    int connections() const { return static_cast<int>(m_wires.size()); }

private:
    struct Wire;
    struct Cut {
        QByteArray request;
        qint64 after_bytes = 0;
        bool of_answer = true;
    };
    void accept();
    void pass_up(Wire& wire);
    void pass_down(Wire& wire);
    void drop(Wire* wire);

    quint16 m_target;
    quint16 m_port = 0;
    QTcpServer m_server;
    std::vector<std::unique_ptr<Wire>> m_wires;
    std::optional<Cut> m_cut;
    int m_cuts = 0;
};

} // namespace kith::tests

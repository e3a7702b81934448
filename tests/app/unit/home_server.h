// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/mapping.h"
#include "common/api/notification.h"
#include "common/api/relationship.h"
#include "common/api/status.h"

#include <QByteArray>
#include <QHash>
#include <QMap>
#include <QObject>
#include <QUrl>
#include <QUrlQuery>

#include <functional>
#include <memory>
#include <vector>

class QTcpServer;
class QTcpSocket;
class QWebSocket;
class QWebSocketServer;

namespace kith::test {

struct HttpRequest {
    QByteArray verb;
    QString path;
    QUrlQuery query;
    QMap<QByteArray, QByteArray> headers; ///< names in lower case
    QByteArray body;
};

struct HttpReply {
    int status = 200;
    QByteArray body{};
    QByteArray extra_header{}; ///< "Location: …"
    enum class Manner { Answer, HangUp, Silence } manner = Manner::Answer;
};

/// A home server's outside on a free port of this machine, with as much inside as the app's tests need: a timeline,
/// notifications, sign-in, people, a stream. It works on the test's own event loop.
class HomeServer : public QObject {
    Q_OBJECT
public:
    HomeServer();
    ~HomeServer() override;

    QUrl url() const;
    QString address() const { return url().toString(); }

    /// Asked before everything else; nothing = the ordinary answer.
    std::function<std::optional<HttpReply>(const HttpRequest&)> before;

    /// Everything that was asked for, in order.
    std::vector<HttpRequest> requests;
    int count_requests(const QByteArray& verb, const QString& path) const;

    std::vector<api::Status> home; ///< any order
    std::vector<api::Notification> notifications;
    std::vector<api::Account> people;
    std::vector<api::Status> created; ///< by POST /api/v1/statuses, once per key
    QHash<QByteArray, std::string> key_to_id;
    std::string password = "correct horse";
    bool follow_is_requested = false;

    void add_home(int from, int to); ///< posts with these ids, both included
    /// To everybody who listens on the stream.
    void push(const char* event, const std::string& payload);
    int listeners() const { return static_cast<int>(m_listeners.size()); }
    void hang_up_listeners();
    /// Closes everything and refuses; the port is kept for come_back().
    void go_away();
    void come_back();

private:
    void accept();
    void read(QTcpSocket* socket);
    void answer(QTcpSocket* socket, const HttpRequest& request);
    HttpReply route(const HttpRequest& request);
    HttpReply create_status(const HttpRequest& request);
    template <class T>
    HttpReply page(const std::vector<T>& all, const QUrlQuery& query) const;

    std::unique_ptr<QTcpServer> m_server;
    std::unique_ptr<QWebSocketServer> m_stream;
    std::vector<QWebSocket*> m_listeners;
    quint16 m_port = 0;
};

QByteArray to_json_bytes(const json::value& value);

} // namespace kith::test

// SPDX-License-Identifier: Apache-2.0
#include "tests/app/unit/home_server.h"

#include "app/base/gui_watchdog.h"
#include "app/base/strings.h"
#include "common/api/instance.h"
#include "common/api/token.h"
#include "tests/app/unit/app_test.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QWebSocket>
#include <QWebSocketServer>

#include <algorithm>

namespace kith::test {

QByteArray to_json_bytes(const json::value& value)
{
    return QByteArray::fromStdString(to_text(value));
}

HomeServer::HomeServer()
    : m_server(std::make_unique<QTcpServer>()),
      m_stream(std::make_unique<QWebSocketServer>(QStringLiteral("test"), QWebSocketServer::NonSecureMode))
{
    connect(m_server.get(), &QTcpServer::newConnection, this, &HomeServer::accept);
    connect(m_stream.get(), &QWebSocketServer::newConnection, this, [this] {
        auto* listener = m_stream->nextPendingConnection();
        m_listeners.push_back(listener);
        connect(listener, &QWebSocket::disconnected, this, [this, listener] {
            std::erase(m_listeners, listener);
            listener->deleteLater();
        });
    });
    m_server->listen(QHostAddress::LocalHost);
    m_port = m_server->serverPort();
}

HomeServer::~HomeServer()
{
    for (auto* listener : m_listeners) {
        listener->disconnect(this);
        delete listener; // QWebSocketServer leaves them to who took them
    }
}

QUrl HomeServer::url() const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_port));
}

int HomeServer::count_requests(const QByteArray& verb, const QString& path) const
{
    return static_cast<int>(std::count_if(requests.begin(), requests.end(), [&](const HttpRequest& request) {
        return request.verb == verb && request.path == path;
    }));
}

void HomeServer::add_home(int from, int to)
{
    for (int id = from; id <= to; ++id)
        home.push_back(a_status(std::to_string(id)));
}

void HomeServer::push(const char* event, const std::string& payload)
{
    const json::object frame{{"stream", json::array{"user"}}, {"event", event}, {"payload", payload}};
    for (auto* listener : m_listeners)
        listener->sendTextMessage(QString::fromUtf8(to_json_bytes(frame)));
}

void HomeServer::hang_up_listeners()
{
    for (auto* listener : std::vector<QWebSocket*>(m_listeners))
        listener->abort();
}

void HomeServer::go_away()
{
    hang_up_listeners();
    m_server->close();
    for (auto* socket : m_server->findChildren<QTcpSocket*>())
        socket->abort();
}

void HomeServer::come_back()
{
    m_server->listen(QHostAddress::LocalHost, m_port);
}

void HomeServer::accept()
{
    while (auto* socket = m_server->nextPendingConnection()) {
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    }
}

void HomeServer::read(QTcpSocket* socket)
{
    app::allow_long("What a server does is not the app's work, though here it shares the thread.");
    const auto bytes = socket->peek(1 << 20);
    const auto head_end = bytes.indexOf("\r\n\r\n");
    if (head_end < 0)
        return;
    HttpRequest request;
    const auto lines = bytes.left(head_end).split('\n');
    for (const auto& line : lines.mid(1)) {
        const auto colon = line.indexOf(':');
        request.headers[line.left(colon).trimmed().toLower()] = line.mid(colon + 1).trimmed();
    }
    if (request.headers.value("upgrade").toLower() == "websocket") {
        socket->disconnect(this);
        m_stream->handleConnection(socket);
        return;
    }
    const auto length = request.headers.value("content-length").toLongLong();
    if (bytes.size() < head_end + 4 + length)
        return;
    socket->read(head_end + 4 + length);
    const auto words = lines.first().split(' ');
    const QUrl target(QString::fromLatin1(words.value(1)));
    request.verb = words.value(0);
    request.path = target.path();
    request.query = QUrlQuery(target);
    request.body = bytes.mid(head_end + 4, length);
    requests.push_back(request);
    answer(socket, request);
}

void HomeServer::answer(QTcpSocket* socket, const HttpRequest& request)
{
    const auto special = before ? before(request) : std::nullopt;
    const auto reply = special ? *special : route(request);
    if (reply.manner == HttpReply::Manner::Silence)
        return;
    if (reply.manner == HttpReply::Manner::HangUp)
        return socket->abort();
    QByteArray head = "HTTP/1.1 " + QByteArray::number(reply.status) + " Test\r\nContent-Type: application/json\r\n";
    if (!reply.extra_header.isEmpty())
        head += reply.extra_header + "\r\n";
    head += "Connection: close\r\nContent-Length: " + QByteArray::number(reply.body.size()) + "\r\n\r\n";
    socket->write(head + reply.body);
    socket->disconnectFromHost();
}

template <class T>
HttpReply HomeServer::page(const std::vector<T>& all, const QUrlQuery& query) const
{
    const auto bound = [&](const char* name) {
        return app::sort_key(query.queryItemValue(QString::fromLatin1(name))).toStdString();
    };
    const auto key = [](const T& item) { return app::sort_key(app::to_q(item.id)).toStdString(); };
    const auto max = bound("max_id"), since = bound("since_id"), min = bound("min_id");
    std::vector<T> found;
    for (const auto& item : all)
        if ((max.empty() || key(item) < max) && (since.empty() || key(item) > since) &&
            (min.empty() || key(item) > min))
            found.push_back(item);
    std::sort(found.begin(), found.end(), [&](const T& a, const T& b) { return key(a) > key(b); });
    const auto limit = std::max<std::size_t>(1, query.queryItemValue(QStringLiteral("limit")).toUInt());
    if (found.size() > limit)
        min.empty() ? found.resize(limit)
                    : void(found.erase(found.begin(), found.end() - static_cast<long>(limit)));
    json::array list;
    for (const auto& item : found)
        list.push_back(api::to_json(item));
    return {.body = to_json_bytes(list)};
}

HttpReply HomeServer::create_status(const HttpRequest& request)
{
    const auto key = request.headers.value("idempotency-key");
    const auto body = parse_json(request.body.toStdString());
    if (!key_to_id.contains(key)) {
        const auto id = std::to_string(9000 + created.size());
        auto status = a_status(id, "<p>" + find_string(*body, "status").value_or("") + "</p>");
        status.account = an_account("1", "mira");
        status.in_reply_to_id = find_string(*body, "in_reply_to_id");
        created.push_back(status);
        home.push_back(status);
        key_to_id[key] = id;
    }
    const auto same = std::find_if(created.begin(), created.end(), [&](const api::Status& status) {
        return status.id == key_to_id[key];
    });
    return {.body = to_json_bytes(api::to_json(*same))};
}

HttpReply HomeServer::route(const HttpRequest& request)
{
    const auto& path = request.path;
    const bool post = request.verb == "POST";
    if (post && (path == QLatin1String("/api/kith/v1/session") ||
                 path == QLatin1String("/api/kith/v1/accounts"))) {
        const auto body = parse_json(request.body.toStdString());
        if (find_string(*body, "password") != password)
            return {.status = 401, .body = R"({"error": "That name and password do not belong together."})"};
        api::Token token;
        token.access_token = "token-1";
        return {.body = to_json_bytes(api::to_json(token))};
    }
    if (path == QLatin1String("/api/v2/instance")) {
        api::Instance instance;
        instance.domain = "hollow.example";
        instance.title = "Hollow";
        instance.configuration.statuses.max_characters = 500;
        return {.body = to_json_bytes(api::to_json(instance))};
    }
    if (path == QLatin1String("/oauth/revoke"))
        return {.body = "{}"};
    if (request.headers.value("authorization") != "Bearer token-1")
        return {.status = 401, .body = R"({"error": "The access token is invalid."})"};
    if (path == QLatin1String("/api/v1/accounts/verify_credentials"))
        return {.body = to_json_bytes(api::to_json(an_account("1", "mira")))};
    if (path == QLatin1String("/api/v1/timelines/home"))
        return page(home, request.query);
    if (path == QLatin1String("/api/v1/notifications"))
        return page(notifications, request.query);
    if (post && path == QLatin1String("/api/v1/statuses"))
        return create_status(request);
    if (path == QLatin1String("/api/v2/search")) {
        json::array accounts;
        for (const auto& account : people)
            accounts.push_back(api::to_json(account));
        return {.body = to_json_bytes(json::object{{"accounts", accounts}})};
    }
    if (path == QLatin1String("/api/v1/accounts/relationships"))
        return {.body = "[]"};
    if (post &&
        (path.endsWith(QLatin1String("/follow")) || path.endsWith(QLatin1String("/unfollow")))) {
        api::Relationship relationship;
        relationship.id = path.section(QLatin1Char('/'), 4, 4).toStdString();
        const bool wanted = path.endsWith(QLatin1String("/follow"));
        relationship.following = wanted && !follow_is_requested;
        relationship.requested = wanted && follow_is_requested;
        return {.body = to_json_bytes(api::to_json(relationship))};
    }
    if (path.startsWith(QLatin1String("/api/v1/statuses/"))) {
        const auto id = path.section(QLatin1Char('/'), 4, 4).toStdString();
        const auto found =
            std::find_if(home.begin(), home.end(), [&](const api::Status& s) { return s.id == id; });
        if (found != home.end() && request.verb == "DELETE") {
            home.erase(found);
            return {.body = "{}"};
        }
        if (found != home.end() && path.endsWith(QLatin1String("/context"))) {
            api::Context context;
            for (const auto& status : home)
                if (status.in_reply_to_id == id)
                    context.descendants.push_back(status);
            return {.body = to_json_bytes(api::to_json(context))};
        }
        if (found != home.end())
            return {.body = to_json_bytes(api::to_json(*found))};
    }
    return {.status = 404, .body = R"({"error": "Nothing is here."})"};
}

} // namespace kith::test

// SPDX-License-Identifier: Apache-2.0
#include "app/net/stream_client.h"

#include "app/base/deliver.h"
#include "app/base/strings.h"
#include "app/net/server_address.h"

#include <QNetworkRequest>
#include <QSslConfiguration>
#include <QWebSocket>

namespace kith::net {

namespace {

constexpr int k_max_frame_bytes = 1 << 20;

} // namespace

struct StreamClient::Event {
    enum class Kind { Unknown, Update, Change, Delete, Notification };
    Kind kind = Kind::Unknown;
    std::shared_ptr<const api::Status> status{};
    std::shared_ptr<const api::Notification> notification{};
    QString id{};
};

StreamClient::StreamClient(StreamTimes times, QObject* parent)
    : QObject(parent), m_times(times), m_backoff(times.first_wait, times.most_wait)
{
    m_parser.setMaxThreadCount(1); // keeps the order
    m_reconnect.setSingleShot(true);
    connect(&m_reconnect, &QTimer::timeout, this, &StreamClient::connect_now);
    m_ping.setInterval(m_times.ping_every);
    connect(&m_ping, &QTimer::timeout, this, &StreamClient::tick);
}

StreamClient::~StreamClient()
{
    stop();
    m_parser.waitForDone();
}

void StreamClient::start(const QUrl& server, const QByteArray& token)
{
    stop();
    m_server = server;
    m_token = token;
    m_wanted = true;
    m_backoff.reset();
    connect_now();
}

void StreamClient::stop()
{
    m_wanted = false;
    m_reconnect.stop();
    m_ping.stop();
    abandon_socket();
    m_open = false;
}

void StreamClient::abandon_socket()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket->deleteLater(); // we may be in one of its signals
    m_socket = nullptr;
}

void StreamClient::retry_now()
{
    if (m_wanted && !m_open && m_reconnect.isActive()) {
        m_backoff.reset();
        connect_now();
    }
}

void StreamClient::reconnect()
{
    if (!m_wanted)
        return;
    abandon_socket();
    drop();
    retry_now();
}

void StreamClient::connect_now()
{
    m_reconnect.stop();
    abandon_socket();
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_socket->setMaxAllowedIncomingFrameSize(k_max_frame_bytes);
    m_socket->setMaxAllowedIncomingMessageSize(k_max_frame_bytes);
    m_socket->setSslConfiguration(QSslConfiguration::defaultConfiguration());

    connect(m_socket, &QWebSocket::connected, this, [this] {
        m_open = true;
        m_pong_due = false;
        m_backoff.reset();
        emit opened();
    });
    connect(m_socket, &QWebSocket::disconnected, this, &StreamClient::drop);
    connect(m_socket, &QWebSocket::pong, this, [this] { m_pong_due = false; });
    connect(m_socket, &QWebSocket::textMessageReceived, this, &StreamClient::parse);

    QNetworkRequest request(streaming_url(m_server));
    request.setRawHeader("Authorization", "Bearer " + m_token);
    m_pong_due = true; // until it is open the same tick watches over the handshake
    m_ping.start();
    m_socket->open(request);
}

void StreamClient::drop()
{
    const bool was_open = m_open;
    m_open = false;
    m_ping.stop();
    if (m_wanted && !m_reconnect.isActive())
        m_reconnect.start(m_backoff.next());
    if (was_open)
        emit closed();
}

void StreamClient::tick()
{
    if (m_pong_due) {
        abandon_socket();
        drop();
        return;
    }
    m_pong_due = true;
    m_socket->ping();
}

void StreamClient::parse(const QString& frame)
{
    const std::function<Event()> work = [frame]() -> Event {
        const JsonLimits limits{.max_bytes = k_max_frame_bytes, .max_depth = 32};
        const auto envelope = parse_json(frame.toStdString(), limits);
        if (!envelope)
            return {};
        const auto name = find_string(*envelope, "event");
        const auto payload = find_string(*envelope, "payload");
        if (!name || !payload)
            return {};
        if (*name == "delete")
            return Event{.kind = Event::Kind::Delete, .id = app::to_q(*payload)};
        const auto document = parse_json(*payload, limits);
        if (!document)
            return {};
        if (*name == "update" || *name == "status.update") {
            auto status = api::from_json<api::Status>(*document);
            if (!status)
                return {};
            return Event{.kind = *name == "update" ? Event::Kind::Update : Event::Kind::Change,
                         .status = std::make_shared<const api::Status>(std::move(*status))};
        }
        if (*name == "notification") {
            auto item = api::from_json<api::Notification>(*document);
            if (!item)
                return {};
            return Event{.kind = Event::Kind::Notification,
                         .notification = std::make_shared<const api::Notification>(std::move(*item))};
        }
        return {};
    };
    const std::function<void(Event)> done = [this](Event event) { announce(event); };
    app::run_in_background<Event>(m_parser, this, work, done);
}

void StreamClient::announce(const Event& event)
{
    if (!m_wanted)
        return;
    switch (event.kind) {
    case Event::Kind::Update: emit status_arrived(event.status); break;
    case Event::Kind::Change: emit status_changed(event.status); break;
    case Event::Kind::Delete: emit status_deleted(event.id); break;
    case Event::Kind::Notification: emit notification_arrived(event.notification); break;
    case Event::Kind::Unknown: break;
    }
}

} // namespace kith::net

// SPDX-License-Identifier: Apache-2.0
#include "app/services/services.h"

namespace kith::services {

Services::Services(std::shared_ptr<store::Store> opened, Network network, QObject* parent)
    : QObject(parent), store_owner(std::move(opened)), store(*store_owner),
      connection([this] { api.instance(this, [](const Result<api::Instance>&) {}); }),
      session(store, api), home(store, api), outbox(store, api), notifications(store, api),
      drafts(store), people(store, api), threads(store, api), m_network(network)
{
    connect(&session, &Session::signed_in, this, &Services::begin);
    connect(&session, &Session::signed_out, this, &Services::end);
    connect(&people, &PeopleDirectory::followed, &home, &HomeTimelineSync::reread);
    connect(&outbox, &Outbox::sending, &home, &HomeTimelineSync::hold_own);
    connect(&session, &Session::leaving, this, [this] {
        end();
        drafts.drop();
    });
    if (network == Network::No) {
        api.exchange().switch_off();
        return;
    }
    connect(&api.exchange(), &net::HttpExchange::reached, this, [this](bool answered, const QString& sentence) {
        if (session.current()) // a mistyped server at sign-in is no lost connection
            connection.note(answered, sentence);
    });
    connect(&connection, &Connection::came_online, this, &Services::retry_now);

    connect(&stream, &net::StreamClient::opened, this, [this] {
        home.refresh();
        notifications.refresh();
        outbox.wake();
    });
    connect(&stream, &net::StreamClient::closed, this, [this] {
        home.on_stream_closed();
        notifications.on_stream_closed();
        connection.suspect();
    });
    connect(&stream, &net::StreamClient::status_arrived, &home, &HomeTimelineSync::on_status);
    connect(&stream, &net::StreamClient::status_changed, &home, &HomeTimelineSync::on_status_changed);
    connect(&stream, &net::StreamClient::status_deleted, &home, &HomeTimelineSync::on_status_deleted);
    connect(&stream, &net::StreamClient::notification_arrived, &notifications, &NotificationSync::on_notification);
}

Services::~Services()
{
    stream.disconnect(this);
}

void Services::begin()
{
    const auto viewer = session.viewer();
    home.start(viewer);
    notifications.start(viewer);
    people.start(viewer);
    threads.start(viewer);
    outbox.start(viewer);
    if (m_network == Network::No)
        return;
    const auto& current = *session.current();
    stream.start(QUrl(QString::fromStdString(current.server)), QByteArray::fromStdString(current.token));
    // The stream may take its time; what is new is wanted now.
    home.refresh();
    notifications.refresh();
}

void Services::end()
{
    stream.stop();
    connection.stop();
    home.stop();
    notifications.stop();
    people.stop();
    outbox.stop();
}

void Services::retry_now()
{
    if (!session.current() || m_network == Network::No)
        return;
    stream.retry_now();
    home.refresh();
    notifications.refresh();
    outbox.wake();
}

} // namespace kith::services

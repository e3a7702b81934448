// SPDX-License-Identifier: Apache-2.0
#include "app/services/services.h"

namespace kith::services {

Services::Services(std::shared_ptr<store::Store> opened, Network network,
                   net::BrowserSignIn::OpenUrl open_url, QObject* parent)
    : QObject(parent), store_owner(std::move(opened)), store(*store_owner),
      connection([this] { api.instance(this, [](const Result<api::Instance>&) {}); }),
      session(store, api, std::move(open_url)), home(store, api), outbox(store, api), notifications(store, api),
      drafts(store), people(store, api), threads(store, api), m_network(network)
{
    connect(&session, &Session::signed_in, this, &Services::begin);
    connect(&session, &Session::signed_out, this, &Services::end);
    connect(&people, &PeopleDirectory::followed, &home, &HomeTimelineSync::reread);
    connect(&outbox, &Outbox::sending, &home, &HomeTimelineSync::hold_own);
    connect(&session, &Session::leaving, this, [this] {
        end();
        drafts.stop();
    });
    connect(&session, &Session::signed_out, &drafts, &DraftKeeper::drop);
    if (network == Network::No) {
        api.exchange().switch_off();
        return;
    }
    watch_connection();
    listen_to_stream();
}

void Services::watch_connection()
{
    connect(&api.exchange(), &net::HttpExchange::reached, this, [this](bool answered, const QString& sentence) {
        if (session.current()) // a mistyped server at sign-in is no lost connection
            connection.note(answered, sentence);
    });
    connect(&connection, &Connection::came_online, this, &Services::catch_up);
    connect(&session, &Session::expired, this, &Services::lose_sign_in);
    connect(&session, &Session::renewed, this, &Services::regain_sign_in);

    connect(&watch, &net::NetworkWatch::network_down, this, [this] { connection.set_has_network(false); });
    connect(&watch, &net::NetworkWatch::network_up, this, [this] {
        connection.set_has_network(true);
        catch_up();
    });
    connect(&watch, &net::NetworkWatch::woke, this, [this] {
        if (!session.current() || connection.expired())
            return;
        stream.reconnect();
        connection.suspect();
        catch_up();
    });
    connect(&watch, &net::NetworkWatch::clock_set, this, &Services::clock_set);
    watch.start_with_system();

    // Not every server has streams, and not every network lets them through.
    constexpr std::chrono::minutes k_without_stream{1};
    m_without_stream.setInterval(k_without_stream);
    connect(&m_without_stream, &QTimer::timeout, this, [this] {
        if (!session.current() || stream.is_open() || connection.expired() || api.asked_to_wait().count() > 0)
            return;
        home.refresh();
        notifications.refresh();
    });
    m_without_stream.start();
}

void Services::listen_to_stream()
{
    connect(&stream, &net::StreamClient::opened, this, &Services::read_missed);
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
    drafts.flush(); // still there when signing out did not work
    home.start(viewer);
    notifications.start(viewer);
    people.start(viewer);
    threads.start(viewer);
    outbox.start(viewer);
    if (m_network == Network::No)
        return;
    start_stream();
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

void Services::start_stream()
{
    const auto& current = *session.current();
    const auto& address = current.streaming.empty() ? current.server : current.streaming;
    stream.start(QUrl(QString::fromStdString(address)), QByteArray::fromStdString(current.token));
}

void Services::lose_sign_in()
{
    connection.set_expired(true);
    stream.stop();
}

void Services::regain_sign_in()
{
    if (!connection.expired())
        return;
    connection.set_expired(false);
    start_stream();
    catch_up();
}

void Services::catch_up()
{
    if (!session.current() || m_network == Network::No)
        return;
    if (connection.expired())
        return session.ask_for_news();
    if (api.asked_to_wait().count() <= 0)
        stream.retry_now();
    read_missed();
}

void Services::read_missed()
{
    const auto wait = api.asked_to_wait();
    home.refresh_in(wait);
    notifications.refresh_in(wait);
    outbox.wake_in(wait);
}

void Services::retry_now()
{
    if (!session.current() || m_network == Network::No)
        return;
    if (connection.expired())
        return session.ask_for_news();
    stream.retry_now();
    home.refresh();
    notifications.refresh();
    outbox.wake();
}

} // namespace kith::services

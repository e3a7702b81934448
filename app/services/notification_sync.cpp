// SPDX-License-Identifier: Apache-2.0
#include "app/services/notification_sync.h"

#include "app/base/strings.h"
#include "app/store/notification_table.h"

namespace kith::services {

using app::to_q;
using app::to_std;
using store::Connection;

namespace {

constexpr int k_page = 30;
constexpr int k_at_open = 60;
constexpr int k_overlap_seconds = 60;

std::vector<Notice> notices_of(const std::vector<api::Notification>& list, const Viewer& viewer)
{
    std::vector<Notice> notices;
    notices.reserve(list.size());
    for (const auto& item : list)
        notices.push_back(notice_of(item, viewer));
    return notices;
}

/// The id of the page's newest; "" for an empty page.
QString top_of(const std::vector<api::Notification>& page)
{
    QString top;
    for (const auto& item : page)
        if (app::sort_key(to_q(item.id)) > app::sort_key(top))
            top = to_q(item.id);
    return top;
}

} // namespace

NotificationSync::NotificationSync(store::Store& store, net::ApiClient& api, QObject* parent)
    : QObject(parent), m_store(store), m_api(api), m_cycle([this] { refresh(); })
{
}

void NotificationSync::start(const Viewer& viewer)
{
    m_viewer = viewer;
    m_cycle.start();
    count();
}

void NotificationSync::stop()
{
    m_cycle.stop();
}

void NotificationSync::read_newest(QObject* context, std::function<void(Result<Newest>)> done)
{
    const auto work = [viewer = m_viewer](Connection& connection) {
        return Newest{.notices = notices_of(store::read_notifications(connection, {}, k_at_open), viewer),
                      .seen = to_q(store::seen_notifications(connection))};
    };
    m_store.read(context, work, std::move(done));
}

void NotificationSync::read_older(const QString& before_id, QObject* context,
                                  std::function<void(Result<OlderNotices>)> done)
{
    const auto read = [before = to_std(app::sort_key(before_id)), viewer = m_viewer](Connection& connection) {
        return notices_of(store::read_notifications(connection, before, k_page), viewer);
    };
    const QPointer<QObject> receiver(context);
    const auto from_network = [this, before_id, receiver, done] {
        const net::Page page{.max_id = before_id, .limit = k_page};
        m_api.notifications(page, this, [this, receiver, done](Result<Notifications> list) {
            if (!receiver)
                return;
            if (!list)
                return done(list.error());
            const auto keep = [list = std::move(*list), viewer = m_viewer](Connection& connection) {
                store::save_notifications(connection, list);
                return OlderNotices{.notices = notices_of(list, viewer), .at_end = list.empty()};
            };
            m_store.write(receiver, keep, done);
        });
    };
    m_store.read(this, read, [receiver, done, from_network](Result<std::vector<Notice>> known) {
        if (!receiver)
            return;
        if (!known)
            return done(known.error());
        if (known->empty())
            return from_network();
        done(OlderNotices{.notices = std::move(*known), .at_end = false});
    });
}

void NotificationSync::refresh()
{
    if (!m_cycle.begin())
        return;
    m_store.read(this, store::newest_notification, [this, generation = m_cycle.generation()](Result<std::string> id) {
        if (generation != m_cycle.generation())
            return;
        if (!id)
            return finish(id.error());
        read_page(*id, app::id_before(to_q(*id), k_overlap_seconds));
    });
}

void NotificationSync::read_page(const std::string& newest, const QString& after)
{
    const net::Page page{.min_id = after, .limit = k_page};
    const auto done = [this, newest, after, generation = m_cycle.generation()](Result<Notifications> list) {
        if (generation != m_cycle.generation())
            return;
        if (!list)
            return finish(list.error());
        store_page(std::move(*list), newest, after);
    };
    m_api.notifications(page, this, done);
}

void NotificationSync::store_page(Notifications page, const std::string& newest, const QString& after)
{
    const auto top = top_of(page);
    // Without a known one the newest page is all we want; else we climb from page to page until nothing is above what
    // we know. A server that answers with what is not newer would keep us here for ever.
    const bool at_known = top == to_q(newest) && page.size() < static_cast<std::size_t>(k_page);
    const bool climb = !newest.empty() && !at_known && app::sort_key(top) > app::sort_key(after);
    const auto work = [page = std::move(page), viewer = m_viewer](Connection& connection) {
        store::save_notifications(connection, page);
        return notices_of(page, viewer);
    };
    m_store.write(this, work, [this, newest, top, climb, generation = m_cycle.generation()](Result<std::vector<Notice>> stored) {
        if (generation != m_cycle.generation())
            return;
        if (!stored)
            return finish(stored.error());
        emit notices_stored(*stored);
        if (climb)
            return read_page(newest, top);
        finish({});
    });
}

void NotificationSync::finish(const Result<void>& outcome)
{
    for (auto& item : m_cycle.end(outcome, m_api.asked_to_wait()))
        on_notification(std::move(item));
    if (outcome)
        count();
    emit refreshed(outcome ? QString{} : to_q(outcome.error().message));
    m_cycle.follow();
}

void NotificationSync::on_notification(std::shared_ptr<const api::Notification> notification)
{
    if (!m_cycle.started() || !m_cycle.takes_now(notification))
        return;
    const auto work = [notification, viewer = m_viewer](Connection& connection) {
        store::save_notifications(connection, {*notification});
        return notices_of({*notification}, viewer);
    };
    m_store.write(this, work, [this, generation = m_cycle.generation()](Result<std::vector<Notice>> notices) {
        if (generation != m_cycle.generation())
            return;
        if (!notices) { // the stream does not say it twice
            m_cycle.lose_stream();
            return refresh();
        }
        emit notices_stored(*notices);
        count();
    });
}

void NotificationSync::mark_seen()
{
    const auto work = [](Connection& connection) {
        store::mark_notifications_seen(connection);
        return store::seen_notifications(connection);
    };
    m_store.write(this, work, [this](Result<std::string> seen) {
        if (!seen)
            return;
        emit seen_changed(to_q(*seen));
        count();
    });
}

void NotificationSync::count()
{
    m_store.read(this, store::count_unseen_notifications, [this](Result<int> unseen) {
        if (unseen)
            emit unseen_counted(*unseen);
    });
}

} // namespace kith::services

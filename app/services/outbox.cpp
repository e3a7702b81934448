// SPDX-License-Identifier: Apache-2.0
#include "app/services/outbox.h"

#include "app/base/strings.h"
#include "app/store/timeline_table.h"
#include "common/crypto/random.h"

#include <QDateTime>

namespace kith::services {

using app::to_q;
using app::to_std;
using store::Connection;
using store::OutboxItem;

namespace {

/// Whether nobody can say if the server did it, or it asked us to come later, or it does not know us any more.
bool is_worth_another_try(Errc code)
{
    return code == Errc::unavailable || code == Errc::rate_limited || code == Errc::conflict || code == Errc::unauthorized;
}

} // namespace

Outbox::Outbox(store::Store& store, net::ApiClient& api, OutboxTimes times, QObject* parent)
    : QObject(parent), m_store(store), m_api(api), m_backoff(times.first_wait, times.most_wait)
{
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &Outbox::pump);
}

void Outbox::start(const Viewer& viewer)
{
    stop();
    m_viewer = viewer;
    m_started = true;
    m_store.write(this, store::recover_outbox, [this](const Result<void>&) {
        announce();
        pump();
    });
}

void Outbox::stop()
{
    ++m_generation;
    m_started = m_busy = false;
    m_again.stop();
    m_backoff.reset();
}

std::vector<Post> Outbox::posts_of(const std::vector<OutboxItem>& items) const
{
    std::vector<Post> posts;
    for (const auto& item : items)
        posts.push_back(post_of(item, m_viewer));
    return posts;
}

void Outbox::announce()
{
    m_store.read(this, store::read_outbox, [this](Result<std::vector<OutboxItem>> items) {
        if (items && m_started)
            emit changed(posts_of(*items));
    });
}

void Outbox::send(const store::WrittenPost& post, const QString& draft_key, QObject* context,
                  std::function<void(Result<void>)> kept)
{
    const OutboxItem item{
        .key = crypto::random_token(18), .created_at = QDateTime::currentMSecsSinceEpoch(), .post = post};
    const QPointer<QObject> receiver(context);
    const auto work = [item, draft_key = to_std(draft_key)](Connection& connection) {
        store::add_to_outbox(connection, item);
        store::remove_draft(connection, draft_key);
    };
    m_store.write(this, work, [this, receiver, kept = std::move(kept)](Result<void> outcome) {
        if (outcome) {
            announce();
            pump();
        }
        if (receiver)
            kept(std::move(outcome));
    });
}

void Outbox::retry(const QString& key)
{
    m_backoff.reset();
    set_state(key, "waiting", {}, Then::GoOn);
}

void Outbox::discard(const QString& key)
{
    const auto work = [key = to_std(key)](Connection& connection) {
        // What is being sent cannot be called back.
        auto items = store::read_outbox(connection);
        for (const auto& item : items)
            if (item.key == key && item.state != "sending")
                store::remove_from_outbox(connection, key);
    };
    m_store.write(this, work, [this](const Result<void>&) {
        announce();
        // Perhaps it was what kept the others waiting.
        if (m_again.isActive())
            wake_in(m_api.asked_to_wait());
    });
}

void Outbox::wake()
{
    m_backoff.reset();
    m_again.stop();
    pump();
}

void Outbox::wake_in(std::chrono::milliseconds wait)
{
    if (wait.count() <= 0)
        return wake();
    m_backoff.reset();
    if (m_started)
        m_again.start(wait);
}

void Outbox::try_later()
{
    m_again.start(std::max(m_backoff.next(), m_api.asked_to_wait()));
}

void Outbox::pump()
{
    if (!m_started || m_busy)
        return;
    m_busy = true;
    m_again.stop();
    const auto take = [](Connection& connection) {
        auto item = store::next_in_outbox(connection);
        if (item)
            store::set_outbox_state(connection, item->key, "sending", {});
        return item;
    };
    m_store.write(this, take, [this, generation = m_generation](Result<std::optional<OutboxItem>> item) {
        if (generation != m_generation)
            return;
        if (!item || !*item) {
            m_busy = false;
            if (!item)
                try_later();
            return;
        }
        announce();
        post_now(**item);
    });
}

void Outbox::post_now(const OutboxItem& item)
{
    const net::NewStatus status{.text = to_q(item.post.text),
                                .spoiler_text = to_q(item.post.spoiler_text),
                                .audience = to_q(item.post.audience),
                                .in_reply_to_id = to_q(item.post.in_reply_to_id),
                                .language = to_q(item.post.language)};
    emit sending(true);
    const auto done = [this, item, generation = m_generation](Result<api::Status> answer) {
        if (generation == m_generation)
            answered(item, std::move(answer));
    };
    m_api.create_status(status, QByteArray::fromStdString(item.key), this, done);
}

void Outbox::answered(const OutboxItem& item, Result<api::Status> answer)
{
    if (answer) {
        m_backoff.reset();
        return keep_sent(item, *answer);
    }
    const bool again = is_worth_another_try(answer.error().code);
    set_state(to_q(item.key), again ? "waiting" : "failed", answer.error().message, again ? Then::Rest : Then::GoOn);
    m_busy = false;
    emit sending(false);
    // Without a sign-in only wake() helps.
    if (again && answer.error().code != Errc::unauthorized)
        try_later();
}

void Outbox::keep_sent(const OutboxItem& item, const api::Status& status)
{
    const auto work = [key = item.key, status, viewer = m_viewer](Connection& connection) {
        store::remove_from_outbox(connection, key);
        store::add_entries(connection, store::k_home, {status});
        return post_of(status, viewer);
    };
    const auto kept = [this, key = to_q(item.key), generation = m_generation](Result<Post> post) {
        if (generation != m_generation)
            return;
        m_busy = false;
        if (post)
            emit sent(key, *post);
        emit sending(false);
        announce();
        // What the store could not note is sent again, with the same key: the server gives the same answer.
        post ? pump() : try_later();
    };
    m_store.write(this, work, kept);
}

void Outbox::set_state(const QString& key, const std::string& state, const std::string& error, Then then)
{
    const auto work = [key = to_std(key), state, error](Connection& connection) {
        store::set_outbox_state(connection, key, state, error);
    };
    m_store.write(this, work, [this, then, generation = m_generation](const Result<void>& outcome) {
        if (generation != m_generation)
            return;
        announce();
        if (!outcome)
            try_later();
        else if (then == Then::GoOn)
            pump();
    });
}

} // namespace kith::services

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/api_client.h"
#include "app/net/backoff.h"
#include "app/services/post.h"
#include "app/store/store.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace kith::services {

struct OutboxTimes {
    std::chrono::milliseconds first_wait{2'000};
    std::chrono::milliseconds most_wait{300'000};
};

/// Sends what was written, once, one after the other, however often the program ends or the network breaks: every try
/// of a post carries the same Idempotency-Key. What the server refuses stays as "failed" with the server's sentence.
/// GUI thread only.
class Outbox : public QObject {
    Q_OBJECT
public:
    Outbox(store::Store& store, net::ApiClient& api, OutboxTimes times = {}, QObject* parent = nullptr);

    void start(const Viewer& viewer);
    void stop();

    /// Keeps the post, in place of the draft with this key, and sends it as soon as it can. `kept` is told when it is
    /// safe in the store.
    void send(const store::WrittenPost& post, const QString& draft_key, QObject* context,
              std::function<void(Result<void>)> kept);
    /// A failed post gets another chance.
    void retry(const QString& key);
    /// Withdraws what is not being sent at this moment.
    void discard(const QString& key);
    /// The server can be reached again: no need to wait longer.
    void wake();
    /// The same after a while, for what runs by itself and was asked to wait.
    void wake_in(std::chrono::milliseconds wait);
    /// Announces what is in the outbox; also called by start().
    void announce();

signals:
    /// Everything that is in it, oldest first.
    void changed(const std::vector<kith::services::Post>& posts);
    /// The server has it; the post is in the store's home timeline.
    void sent(const QString& key, const kith::services::Post& post);
    /// A request is under way (true), or the answer to it is in the store (false).
    void sending(bool under_way);

private:
    void pump();
    void post_now(const store::OutboxItem& item);
    void answered(const store::OutboxItem& item, Result<api::Status> answer);
    void keep_sent(const store::OutboxItem& item, const api::Status& status);
    enum class Then { Rest, GoOn };
    void set_state(const QString& key, const std::string& state, const std::string& error, Then then);
    void try_later();
    std::vector<Post> posts_of(const std::vector<store::OutboxItem>& items) const;

    store::Store& m_store;
    net::ApiClient& m_api;
    Viewer m_viewer;
    net::Backoff m_backoff;
    QTimer m_again;
    bool m_started = false;
    bool m_busy = false;
    int m_generation = 0;
};

} // namespace kith::services

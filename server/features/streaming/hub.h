// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/notices.h"
#include "server/db/tx.h"
#include "server/features/streaming/stream_clients.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace kith::streaming {

/// Brings what happened to the streams. An event is a topic and a few bytes, mostly an id, told by Tx::notify: each
/// process that has streams reads and renders it for them, after the commit, in the order in which it hears of
/// commits, and each thing once for all who get it. What cannot be brought closes the streams, so that clients read
/// the gap: nobody misses something unknowingly.
class Hub {
public:
    explicit Hub(boost::asio::any_io_executor executor, const StreamLimits& limits = {});

    Clients& clients() { return m_clients; }
    /// Hears what is announced, here or in another process. Before Database::listen.
    void listen(db::Notices& notices);

    /// Brings events of one topic, oldest first, to the clients. Runs one at a time. When it fails, it is run again
    /// and so must send nothing before.
    using Renderer =
        std::function<boost::asio::awaitable<Result<void>>(Clients&, const std::vector<std::string>& payloads)>;
    /// At start, before the first event.
    void render_with(std::string topic, Renderer renderer);

    /// Inside the transaction that makes it true; nothing happens unless that commits. At most 900 bytes together,
    /// and no space in the topic.
    static void announce(db::Tx& tx, std::string_view topic, std::string_view payload);
    /// For this process alone. Any thread, cheap; forgotten when nobody listens.
    void post(std::string topic, std::string payload);

private:
    struct Event {
        std::string topic;
        std::string payload;
    };

    boost::asio::awaitable<void> pump();
    /// Events of one topic in a row; none when the queue is empty, and then pump() must end.
    std::vector<Event> next();
    boost::asio::awaitable<bool> bring(const std::vector<Event>& events);

    boost::asio::any_io_executor m_executor;
    Clients m_clients;
    std::map<std::string, Renderer> m_renderers; ///< read-only after start
    std::mutex m_mutex;                          // around the members below
    std::deque<Event> m_events;
    bool m_pumping = false;
    bool m_lost = false; ///< there was no room in m_events
};

} // namespace kith::streaming

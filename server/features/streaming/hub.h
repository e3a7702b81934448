// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/id.h"
#include "server/http/message.h"

#include <boost/asio/any_io_executor.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace kith::streaming {

/// Carries what happened to the sockets that want to know. A lost wake-up costs time, never data: clients read the
/// gap again when they come back.
class Hub {
public:
    explicit Hub(boost::asio::any_io_executor executor);

    /// The handlers of one accepted socket of this account. `stream`: what it subscribes to at once; may be empty.
    http::WebSocketHandlers accept(AccountId account, const std::string& stream);

    /// Which streams there are: "user" and "user:notification".
    static bool knows(std::string_view stream);

    /// Work that reads what it needs and sends it; one at a time, in order. `post` is for after_commit: any thread, cheap,
    /// forgotten when nobody is connected.
    using Event = std::function<boost::asio::awaitable<void>(Hub&)>;
    void post(Event event);
    /// The accounts that have a socket.
    std::set<AccountId> connected() const;
    /// To each socket of the account that subscribed to the stream. `payload` is JSON, or an id.
    void send(AccountId account, const std::string& stream, const char* event, const std::string& payload);

    std::size_t sockets() const;

private:
    struct Client {
        AccountId account;
        std::set<std::string> streams;
        std::shared_ptr<http::WebSocket> socket;
    };
    using ClientPointer = std::shared_ptr<Client>;

    void receive(const ClientPointer& client, std::string_view text);
    boost::asio::awaitable<void> pump();

    boost::asio::any_io_executor m_executor;
    mutable std::mutex m_mutex; // around the members below; never held while sending
    std::multimap<AccountId, ClientPointer> m_clients;
    std::deque<Event> m_events;
    bool m_pumping = false;
};

} // namespace kith::streaming

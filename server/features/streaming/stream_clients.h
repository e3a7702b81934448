// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/features/streaming/stream_places.h"
#include "server/features/streaming/stream_subscription.h"
#include "server/http/message.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace kith::streaming {

enum class Transport { websocket, events };

/// One connection that listens. Its sink and subscriptions belong to Clients.
struct Client {
    Client(Listener who, Transport how, std::unique_ptr<Places::Place> where)
        : listener(who), transport(how), place(std::move(where))
    {
    }
    const Listener listener;
    const Transport transport;
    const std::unique_ptr<Places::Place> place;
    std::shared_ptr<http::FrameSink> sink; ///< null before open() and after close()
    std::vector<Subscription> subscriptions;
};
using ClientPointer = std::shared_ptr<Client>;

/// Whom it is worth rendering something for.
struct Interest {
    std::set<AccountId> homes;
    bool public_feeds = false;
    std::set<std::string> tags;

    bool empty() const { return homes.empty() && !public_feeds && tags.empty(); }
};

/// All open streams, and who hears what. Any thread; nothing is sent under the lock.
class Clients {
public:
    explicit Clients(const StreamLimits& limits)
        : m_limits(limits), m_places(std::make_shared<Places>(limits))
    {
    }

    /// A client without a connection yet. `rate_limited` when account or address has too many. `address`: client_key().
    Result<ClientPointer> admit(const Listener& listener, const std::string& address, Transport transport);
    void open(const ClientPointer& client, std::shared_ptr<http::FrameSink> sink);
    void close(const ClientPointer& client);

    /// From now on everything of these channels is sent; a second time changes nothing. `rate_limited` beyond the
    /// bound.
    Result<void> subscribe(const ClientPointer& client, Subscription wanted);
    void unsubscribe(const ClientPointer& client, const Subscription& unwanted);

    /// To each client once per stream that has one of the channels. `payload` is JSON or an id. The bytes of a frame
    /// are made once and shared by all that get the same.
    void send(const std::vector<Channel>& to, const std::string& event, const std::string& payload);

    /// Those that are in use, by one account or by all.
    std::set<TokenId> tokens(std::optional<AccountId> account = {}) const;
    /// With 1008: these tokens may no longer be used.
    void close_tokens(const std::set<TokenId>& tokens);
    /// Something was lost: who comes back reads the gap. The code is 1013.
    void close_all();

    Interest interest() const;
    bool has(const Channel& channel) const;
    std::size_t count() const { return m_count.load(std::memory_order_relaxed); }

private:
    /// Those who get the same bytes.
    struct Group {
        Transport transport;
        std::string shown;
        std::vector<Client*> members;
    };
    using Sinks = std::vector<std::shared_ptr<http::FrameSink>>;

    void join(Client& client, const Subscription& subscription);
    void leave(Client& client, const Subscription& subscription);
    template <class Condition>
    void close_where(Condition condition, std::uint16_t code, const char* reason);

    const StreamLimits m_limits;
    const std::shared_ptr<Places> m_places;
    mutable std::mutex m_mutex; // around the members below, and around each client's sink and subscriptions
    std::map<Channel, std::vector<Group>> m_channels;
    std::set<ClientPointer> m_clients;
    std::atomic<std::size_t> m_count{0}; ///< of m_clients, for who must not wait
};

} // namespace kith::streaming

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/address_count.h"
#include "server/http/listener.h"
#include "server/http/memory_budget.h"
#include "server/http/proxies.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace kith::http {

/// One accepted connection as the listener sees it. A deadline is a number that a sweeper looks at, not a timer: setting
/// one costs a store, and requests set several.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    virtual ~Connection() = default;
    /// The deadline has passed. These three come from any thread and go on on the connection's strand.
    virtual void expire() = 0;
    /// The listener stops: finish what is under way, begin nothing.
    virtual void begin_stop() = 0;
    /// Close now.
    virtual void abort() = 0;

    bool is_overdue(std::chrono::steady_clock::time_point now) const
    {
        return now.time_since_epoch().count() >= m_deadline.load(std::memory_order_relaxed);
    }

protected:
    void set_deadline(std::chrono::steady_clock::time_point at)
    {
        m_deadline.store(at.time_since_epoch().count(), std::memory_order_relaxed);
    }
    void clear_deadline() { m_deadline.store(k_never, std::memory_order_relaxed); }

private:
    static constexpr std::int64_t k_never = std::numeric_limits<std::int64_t>::max();
    std::atomic<std::int64_t> m_deadline{k_never};
};

/// All connections of a listener. Any thread.
class Connections {
public:
    /// A connection that arrives after stop() is told to stop at once.
    void add(const std::shared_ptr<Connection>& connection);
    void remove(const Connection* connection);
    std::size_t count() const { return m_count.load(); }
    void expire_overdue();
    void stop();
    void abort();
    bool stopping() const { return m_stopping.load(); }

private:
    std::vector<std::shared_ptr<Connection>> all();

    std::mutex m_mutex;
    std::unordered_map<const Connection*, std::weak_ptr<Connection>> m_connections;
    std::atomic<std::size_t> m_count{0};
    std::atomic<bool> m_stopping{false};
};

/// What all connections of a listener share; lives as long as the last of them.
struct Shared {
    Shared(Limits limits_, TrustedProxies proxies_, TrustedProxies uncounted_, const Router& router_)
        : limits(limits_), proxies(std::move(proxies_)), uncounted(std::move(uncounted_)), router(router_)
    {
    }
    /// Three quarters of the places are taken.
    bool is_crowded() const { return connections.count() > limits.connections / 4 * 3; }
    /// For the end of a spawned coroutine: no exception is lost.
    void report(std::exception_ptr thrown) const;

    const Limits limits;
    const TrustedProxies proxies;
    const TrustedProxies uncounted; ///< who may have any number of connections
    const Router& router;
    Connections connections;
    MemoryBudget bodies{limits.body_memory};
    const std::shared_ptr<AddressCount> addresses = std::make_shared<AddressCount>(limits.connections_per_address);
};

/// The other end of a connection, and its place among those of its address.
struct Peer {
    PeerAddress address;
    AddressCount::Place place;
};

/// Registered as long as it lives.
class Registration {
public:
    Registration(Shared& shared, const std::shared_ptr<Connection>& connection)
        : m_shared(shared), m_connection(connection.get())
    {
        m_shared.connections.add(connection);
    }
    ~Registration() { end(); }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    void end()
    {
        if (m_connection)
            m_shared.connections.remove(m_connection);
        m_connection = nullptr;
    }

private:
    Shared& m_shared;
    const Connection* m_connection;
};

} // namespace kith::http

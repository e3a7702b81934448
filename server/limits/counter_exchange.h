// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/redis_address.h"
#include "server/limits/local_counters.h"
#include "server/limits/redis_connection.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace kith::limits {

/// Brings the counters of this process and those of the others together in Redis: what is counted here is sent some 20 ms
/// later, many at once, and what Redis answers is what all have counted. Nobody waits for it, and while Redis is away each
/// process counts for itself. Redis sees hashes of names under a key that only the processes of this server know.
class CounterExchange {
public:
    /// Connects in a thread of its own, again and again when need be. `prefix` begins every key. `now` is the time by
    /// which the local counters go.
    CounterExchange(core::RedisAddress address, std::string prefix, Now now);
    ~CounterExchange();

    /// One request that `counters` let through.
    void take(LocalCounters& counters, Key key, const Rule& rule);
    /// Failures more, or fewer; 0 asks what the others know.
    void add_failures(LocalCounters& counters, Key key, const Backoff& rule, int more);
    /// A note, for a time; zero asks whether another process made it.
    void remember(LocalCounters& counters, Key key, std::chrono::seconds memory);
    void forget(Key key);

    /// Whether Redis answered last.
    bool up() const { return m_up; }
    /// Changes that Redis was not told.
    std::uint64_t unshared() const { return m_unshared; }

private:
    enum class What { take, failures, remember, look_for_note, forget };
    struct Change {
        What what;
        LocalCounters* counters;
        Key key;
        int count;
        Rule rule{};
        Backoff backoff{};
        std::chrono::seconds memory{};
    };
    struct Scripts {
        std::string take;
        std::string failures;
    };

    void add(Change change);
    bool enqueue(Change change);
    void work();
    bool connect();
    std::vector<Change> wait_for_changes();
    void send(const std::vector<Change>& changes);
    RedisConnection::Command command_of(const Change& change) const;
    void adopt(const Change& change, const RedisConnection::Answer& answer);
    void lost(const Error& error);
    bool stopped_within(std::chrono::milliseconds time);

    const core::RedisAddress m_address;
    const std::string m_prefix;
    const Now m_now;
    std::atomic<bool> m_up{false};
    std::atomic<std::uint64_t> m_unshared{0};

    // The thread's own.
    std::optional<RedisConnection> m_connection;
    Scripts m_scripts;
    bool m_complained = false;

    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stop = false;
    std::vector<Change> m_changes;
    std::unordered_map<Key, std::size_t> m_takes; ///< where in m_changes a bucket's stand, which are added up
    std::thread m_thread;
};

} // namespace kith::limits

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/postgres/postgres_listener.h"
#include "server/db/postgres/postgres_tx.h"
#include "server/db/queued_database.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace kith::db {

/// A pool of sessions, each with a thread, that share one queue. Sessions are made when they are first needed, and anew
/// after they were lost.
class PostgresDatabase final : public QueuedDatabase {
public:
    static Result<std::unique_ptr<PostgresDatabase>> open(PostgresOptions options, const TxContext& context);
    ~PostgresDatabase() override;

    Result<int> migrate() override;
    const char* engine() const override { return "postgres"; }
    bool is_shared() const override { return true; }
    void listen() override;

protected:
    WorkQueue& queue(Access) override { return m_queue; }

private:
    /// One thread with its session.
    class Worker {
    public:
        explicit Worker(PostgresDatabase& database) : m_database(database), m_thread([this] { serve(); }) { }
        void join() { m_thread.join(); }
        /// Ends a session that has been at one work for much longer than the server itself allows; when the server is known
        /// not to answer, much earlier. Any thread.
        void cut_if_stuck(bool server_answers);

    private:
        void serve();
        /// After a failed attempt: tries again at growing distances. False when the queue was closed.
        bool wait_for_server();
        void perform(Work& work);
        void attempt(Work& work, AfterCommit& after_commit);
        void begin(Access access);
        void connect();
        void drop();
        void set_at_work(std::optional<Access> access);

        PostgresDatabase& m_database;
        std::unique_ptr<PostgresConnection> m_connection;
        std::chrono::milliseconds m_backoff{0}; ///< 0 while the server is not known to be away
        WorkQueue::Deadline m_next_try{};
        std::mutex m_mutex; ///< around the two below, and around changes of m_connection
        WorkQueue::Deadline m_began{};
        std::optional<Access> m_at_work;
        std::thread m_thread;
    };

    PostgresDatabase(PostgresOptions options, const TxContext& context);
    PostgresOptions m_options;
    const TxContext& m_context;
    WorkQueue m_queue{k_queue_capacity};
    std::atomic<int> m_connected{0}; ///< workers with a session
    const std::string m_mark; ///< tells what this process says from what others say
    std::atomic<PostgresListener*> m_listening{nullptr};
    std::unique_ptr<PostgresListener> m_listener;
    std::vector<std::unique_ptr<Worker>> m_workers;
};

/// Brings the schema up to date under an advisory lock; see Database::migrate. `before` is called when there is something to
/// do to a database that has a schema already.
Result<int> migrate_postgres(const std::string& connection, Timestamp now,
                             const std::function<Result<void>(const std::string& migration)>& before);

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/work_queue.h"

#include <list>
#include <memory>
#include <unordered_map>

namespace kith::db {

/// One session with PostgreSQL: the only class that knows libpqxx. Never reconnects by itself. One thread at a time.
/// Everything that talks to the server throws DbError; `unavailable` when the session is gone.
class PostgresConnection {
public:
    /// What the server stops by itself; 0 is no limit.
    struct Limits {
        unsigned statement_s = 30;
        unsigned lock_s = 10;
    };

    PostgresConnection(const std::string& connection, Limits limits);
    ~PostgresConnection();

    bool is_open() const;
    /// Ends the session from another thread: what waits for the server fails. The object must live meanwhile.
    void cut() const noexcept;

    /// `longest_read`: of each statement of a read.
    void begin(Access access, std::chrono::milliseconds longest_read);
    void commit();
    /// Answers whether the session can be used again.
    bool roll_back() noexcept;

    struct Answer {
        Rows rows;
        std::int64_t changed = 0;
    };
    /// One statement with parameters, prepared on first use.
    Answer run(const Query& query, std::span<const Param> params);
    /// Statements without parameters.
    void execute(const char* sql);

private:
    struct Session;
    struct Prepared {
        std::string name;
        std::list<std::string>::iterator use;
    };
    const std::string& prepared(const Query& query, std::span<const Param> params);

    std::unique_ptr<Session> m_session;
    int m_socket = -1;
    std::unordered_map<std::string, Prepared> m_prepared; ///< by signature and text
    std::list<std::string> m_uses;                        ///< keys of m_prepared, most recent first
    std::uint64_t m_names = 0;
};

} // namespace kith::db

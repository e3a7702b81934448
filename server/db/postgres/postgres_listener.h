// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/notices.h"
#include "server/db/postgres/libpq_session.h"

#include <atomic>
#include <thread>

namespace kith::db {

/// Hears what other processes say on PostgreSQL's channel, in a session and a thread of its own. A session that is lost, or
/// does not answer a question within two and a half seconds (asked every second), is a gap, and is opened anew.
class PostgresListener {
public:
    /// Begins at once. `mark` is this process's; `notices` outlives this object.
    PostgresListener(std::string connection, std::string mark, const Notices& notices);
    ~PostgresListener();

    /// Whether another process may be listening; false only when it is known that none does.
    bool others() const { return m_others.load(); }

private:
    void serve();
    bool begin(LibpqSession& session);
    /// Until the session is lost.
    void hear(LibpqSession& session);
    bool count_others(LibpqSession& session);
    void pass_on(LibpqSession& session);
    bool stopped_within(std::chrono::milliseconds time) const;

    const std::string m_connection;
    const std::string m_mark;
    const Notices& m_notices;
    const int m_stop; ///< an eventfd
    std::atomic<bool> m_others{true};
    std::thread m_thread;
};

} // namespace kith::db

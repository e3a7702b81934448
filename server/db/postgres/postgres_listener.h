// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/notices.h"
#include "server/db/postgres/libpq_session.h"
#include "server/db/tx.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

namespace kith::db {

/// Hears what other processes say on PostgreSQL's channel, and tells them what this one says, in a session and a thread of its
/// own. A session that is lost, or
/// does not answer a question within two and a half seconds (asked every second), is a gap, and is opened anew.
class PostgresListener {
public:
    /// Called about once a second on the listener's thread: whether the server answers. Must not wait.
    using Beat = std::function<void(bool answers)>;

    /// Begins at once. `mark` is this process's; `notices` outlives this object.
    PostgresListener(std::string connection, std::string mark, const Notices& notices, Beat beat);
    ~PostgresListener();

    /// Tells the others, if there are any, after the commit and in a transaction of its own: PostgreSQL lets those that
    /// notify commit one after the other, and so a commit with people waiting for it would wait for all the others. When it
    /// cannot be told, for this process dies or has lost the session, the others notice that, and it is a gap to them. Any
    /// thread.
    void tell(const std::vector<Notice>& notices);

private:
    void serve();
    bool begin(LibpqSession& session);
    /// Until the session is lost.
    void hear(LibpqSession& session);
    bool send(LibpqSession& session);
    bool look_for_others(LibpqSession& session);
    void pass_on(LibpqSession& session);
    bool stopped_within(std::chrono::milliseconds time) const;

    const std::string m_connection;
    const std::string m_mark;
    const Notices& m_notices;
    const Beat m_beat;
    const int m_stop; ///< an eventfd
    const int m_tell; ///< an eventfd: there is something to tell
    std::mutex m_mutex;
    std::vector<Notice> m_untold;
    std::set<int> m_listening;        ///< the sessions of other processes that listen, as far as is known
    std::atomic<bool> m_others{true}; ///< false only when it is known that nobody else listens
    std::thread m_thread;
};

} // namespace kith::db

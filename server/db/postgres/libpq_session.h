// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

struct pg_conn;

namespace kith::db {

/// A session with PostgreSQL that waits for nothing longer than it is told to, which libpqxx cannot promise: a server that
/// stopped answering without closing the connection is noticed. For the thread that listens for notices; nothing throws.
class LibpqSession {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// `stop` is a file descriptor; once it is readable, nothing waits any more.
    explicit LibpqSession(int stop) : m_stop(stop) { }
    ~LibpqSession();
    LibpqSession(const LibpqSession&) = delete;
    LibpqSession& operator=(const LibpqSession&) = delete;

    bool connect(const std::string& connection, const char* application, Deadline deadline);
    /// One statement; its first cell, "" when there is none. Nothing when it failed or the answer did not come in time.
    std::optional<std::string> ask(const std::string& statement, Deadline deadline);
    /// Tells those who LISTEN on the channel.
    bool notify(const char* channel, const std::string& payload, Deadline deadline);
    /// Waits for a notification, or until the file descriptor `other` is readable. False when the session is lost or shall
    /// stop; true also when nothing came in time.
    bool wait(int other, Deadline deadline);
    struct Notification {
        std::string payload;
        int session; ///< number() of the session that sent it
    };
    /// The next one that has arrived.
    std::optional<Notification> next_notification();
    /// The server's name for this session, the pid of its backend.
    int number() const;
    /// What went wrong, one line.
    std::string problem() const;

private:
    enum class Ready { yes, late, stopped };
    Ready wait_socket(bool for_writing, Deadline deadline, int other = -1);
    std::optional<std::string> answer(Deadline deadline);

    int m_stop;
    pg_conn* m_link = nullptr;
    const char* m_problem = "";
};

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <shared_mutex>
#include <string>
#include <vector>

namespace kith::db {

struct Notice;

/// Tells this process and the others on the same database that something changed (Tx::notify says it). A lost notice costs
/// time, never data: what may have been missed is a gap, and a gap is told.
///
/// Handlers run on one of the database's threads, for what this process wrote before its answer goes back: cheap, without
/// throwing, without waiting for the database, without subscribing. On PostgreSQL notices of other processes come one by
/// one; on SQLite, where other processes are commands, any write of theirs is a gap. Nobody knows of a change more than 5 s late.
///
/// Topics: "access" ("account:ID", "token:ID": look again whether it may still do what it did; see auth/access_notices.h),
/// "jobs" (there is work; see jobs/jobs.h).
class Notices {
public:
    using Handler = std::function<void(const std::string& payload)>;

    /// For as long as the database lives; before Database::listen.
    void subscribe(std::string topic, Handler handler);
    /// Something of any topic may have been missed: forget what decides access, look again at what may wait. Told when
    /// listening begins, when it is lost (and then again every two seconds at least), and when it is back.
    void on_gap(std::function<void()> handler);

    /// For the engines. Any thread.
    void deliver(const Notice& notice) const noexcept;
    void gap() const noexcept;

private:
    mutable std::shared_mutex m_mutex;
    std::map<std::string, std::vector<Handler>, std::less<>> m_handlers;
    std::vector<std::function<void()>> m_on_gap;
};

} // namespace kith::db

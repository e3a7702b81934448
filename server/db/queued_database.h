// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/work_queue.h"

namespace kith::db {

/// What both engines share: the way of a task from a coroutine or a thread to a queue, and of its answer back.
///
/// The event loop of an awaiting coroutine must outlive this object, which answers everything that it still holds when
/// it is destroyed.
class QueuedDatabase : public Database {
public:
    void measure(metrics::Registry& registry) override;

protected:
    awaitable<bool> run_read(Task task) override;
    awaitable<bool> run_write(Task task, Lane lane) override;
    void run_read_now(const Task& task) override;
    void run_write_now(const Task& task) override;

    virtual WorkQueue& queue(Access access) = 0;

private:
    void run_now(Access access, const Task& task);
};

/// Does what a transaction left to do after its commit, first the notices. An action that throws breaks its contract; the
/// others still run.
void run_after_commit(AfterCommit& left, const Notices& notices) noexcept;

} // namespace kith::db

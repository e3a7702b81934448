// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "server/db/database.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kith::trace {
class Tracer;
}

/// Work that must happen, kept as rows: enqueued in the transaction that wants it, run after its commit, again after a
/// crash. Every handler must be safe to run twice. README.md tells the life of a job.
namespace kith::jobs {

using boost::asio::awaitable;

struct NewJob {
    std::string kind;      ///< a registered handler's name: "deliver"
    json::object payload;  ///< small; ids rather than documents
    std::string lane = {}; ///< jobs of one lane run one at a time, in order of `run_at`, and back off together: a host. Empty: no lane
    std::int64_t priority = 0; ///< smaller first; a step is worth six minutes of waiting. A lane's first job has the best of its lane
    std::optional<Timestamp> run_at = {}; ///< not before; now when empty
};

/// What a handler may say besides its result.
struct Advice {
    std::optional<std::chrono::milliseconds> retry_after; ///< with a failure that passes: not before; at most a day is granted
    bool lane_answered = false; ///< with one that does not: the lane's peer is there all the same
};

struct Job {
    JobId id;
    std::string kind;
    json::value payload;
    std::string lane;
    int attempt = 1;      ///< 1 at the first run
    int forgiven = 0;     ///< of those before, how many do not count: failed for the lane's sake, or given back at a stop
    Timestamp created_at;
    std::shared_ptr<Advice> advice = std::make_shared<Advice>(); ///< the handler's to fill; never null
};

/// The id of the request that the job was enqueued for, also by way of other jobs; for what is logged about it.
std::optional<std::string> request_of(const Job& job);

/// Puts the job into the queue with this transaction, and wakes the runner after its commit. Throws std::logic_error for
/// a payload over 64 KiB. Who enqueues into many lanes does it in the order of their names: two such transactions then
/// never wait for each other.
JobId enqueue(db::Tx& tx, NewJob job);

/// Replaces the payload of a job under way: in the transaction that did a part of its work, so that the part is not done
/// again. `conflict` when the job is no longer this process's.
Result<void> save_progress(db::Tx& tx, const Job& job, const json::object& payload);

/// The lane's peer was heard of: when the lane waits after failures, it is tried at once, and its patience begins anew.
/// Cheap when it does not; heeded once in ten minutes.
void lane_alive(db::Tx& tx, const std::string& lane);

/// Published by enqueue(); the runner's reason to look at the queue after the commit.
struct JobEnqueued {
    JobId id;
    Timestamp run_at;
};

/// How often and how far apart a job of this kind is tried. Default: about three days, 16 tries, jittered (federation-map.md, 3).
struct Retries {
    int attempts = 16;
};

/// What becomes of a job: value = done. `unavailable`, `rate_limited`, `internal` or an exception = retry with back-off,
/// dead letter after the last attempt. Any other error = dead letter at once. In a lane, `unavailable` and `rate_limited`
/// mean its peer: the lane waits, and the try does not count (for a week); `internal` means this job, which lets the next
/// one go first.
using Handler = std::function<awaitable<Result<void>>(const Job&)>;

struct RunnerOptions {
    unsigned at_once = 32;                  ///< jobs under way in this process
    std::chrono::milliseconds lease{60000}; ///< a job claimed by a process that died is run again after this
    std::chrono::milliseconds poll{1000}; ///< how often to look for jobs that another process enqueued
    const trace::Tracer* tracer = nullptr; ///< gives some jobs a span, under that of the request that enqueued them
};

/// Work that this process does again and again.
using Chore = std::function<awaitable<Result<void>>()>;

/// Claims and runs jobs. One per process with the worker role; several processes may share a database. Jobs that have
/// failed before use at most a quarter of `at_once`, so that hosts which do not answer never take all of it. Destroy it
/// after stop(), or after the executor has ended.
class Runner {
public:
    /// `events` makes it wake up after each commit that enqueued; without, it finds jobs when it polls. Call it before
    /// the bus is used (it subscribes).
    static std::unique_ptr<Runner> create(boost::asio::any_io_executor executor, db::Database& database,
                                          const Clock& clock, RunnerOptions options, core::EventBus& events);
    static std::unique_ptr<Runner> create(boost::asio::any_io_executor executor, db::Database& database,
                                          const Clock& clock, RunnerOptions options);
    virtual ~Runner() = default;
    /// Before start(). A kind without a handler is left alone (another version of the program may know it).
    virtual void handle(std::string kind, Handler handler, Retries retries = {}) = 0;
    /// Before start(). Runs `chore` now and then every `interval`, never twice at once, until stop(): purging, say. A
    /// failure is logged.
    virtual void every(std::string name, std::chrono::milliseconds interval, Chore chore) = 0;
    virtual void start() = 0;
    /// Claims no more, gives jobs under way until `grace`, returns the rest to the queue.
    virtual awaitable<void> stop(std::chrono::milliseconds grace) = 0;
    /// Looks at the queue now. Any thread; cheap. Called after commits that enqueued.
    virtual void wake() = 0;
};

} // namespace kith::jobs

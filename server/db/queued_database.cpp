// SPDX-License-Identifier: Apache-2.0
#include "server/db/queued_database.h"

#include "server/core/log.h"
#include "server/core/traced_executor.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <future>

namespace kith::db {

namespace asio = boost::asio;

namespace {

/// An awaiting coroutine, and what keeps its event loop running while no handler of it is there.
template <class Handler>
struct Waiting {
    explicit Waiting(Handler awaiting)
        : handler(std::move(awaiting)), executor(asio::get_associated_executor(handler))
        , keeps_loop_running(asio::prefer(executor, asio::execution::outstanding_work.tracked))
    {
    }

    Handler handler;
    asio::any_io_executor executor;
    asio::any_io_executor keeps_loop_running;
};

/// From the queueing to the answer, for a coroutine that is traced; else null.
std::shared_ptr<trace::OpenSpan> begin_span(const asio::any_io_executor& executor, Access access)
{
    const auto active = trace::active_of(executor);
    if (!active)
        return nullptr;
    return std::make_shared<trace::OpenSpan>(*active, access == Access::read ? "database read" : "database write",
                                             trace::Kind::client);
}

/// Puts the task into the queue and awaits its answer; the coroutine goes on on its own executor.
awaitable<bool> hop(WorkQueue& queue, Access access, std::function<bool(Tx&)> task, Lane lane)
{
    auto start = [&queue, access, lane](auto handler, std::function<bool(Tx&)> task) {
        using Handler = decltype(handler);
        auto waiting = std::make_shared<Waiting<Handler>>(std::move(handler));
        auto span = begin_span(waiting->executor, access);
        auto cause = span ? span->active() : trace::cause_of(waiting->executor);
        Work work;
        work.access = access;
        work.task = std::move(task);
        if (cause && access == Access::write)
            work.task = [task = std::move(work.task), cause = std::move(cause)](Tx& tx) {
                tx.set_cause(cause);
                return task(tx);
            };
        work.done = [waiting, span = std::move(span)](std::exception_ptr error, bool ran) mutable {
            // Destroyed last, after the loop was woken: until then the loop cannot end, and nobody destroys it.
            const auto guard = std::move(waiting->keeps_loop_running);
            const auto executor = std::move(waiting->executor);
            if (span) {
                if (error || !ran)
                    span->fail(ran ? "It failed." : "The queue is full or closed.");
                span.reset();
            }
            auto resume = [handler = std::move(waiting->handler), error = std::move(error), ran]() mutable {
                std::move(handler)(std::move(error), ran);
            };
            asio::post(executor, std::move(resume));
        };
        if (!queue.push(work, lane))
            work.done(nullptr, false);
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr, bool)>(
        std::move(start), asio::use_awaitable, std::move(task));
}

} // namespace

void QueuedDatabase::measure(metrics::Registry& registry)
{
    const auto add = [&](const std::string& name, WorkQueue& queue) {
        for (const auto& [label, lane] : {std::pair{"interactive", Lane::interactive}, {"background", Lane::background}})
            registry.gauge_from("kith_database_waiting", "Work that waits for the database.",
                                {{"queue", name}, {"lane", label}},
                                [&queue, lane = lane] { return static_cast<double>(queue.size(lane)); });
        queue.measure(registry.histogram("kith_database_wait_seconds", "Time in the database's queue.", {{"queue", name}}));
    };
    auto& reads = queue(Access::read);
    auto& writes = queue(Access::write);
    if (&reads == &writes) {
        add("all", reads);
    } else {
        add("read", reads);
        add("write", writes);
    }
}

awaitable<bool> QueuedDatabase::run_read(Task task)
{
    return hop(queue(Access::read), Access::read, std::move(task), Lane::interactive);
}

awaitable<bool> QueuedDatabase::run_write(Task task, Lane lane)
{
    return hop(queue(Access::write), Access::write, std::move(task), lane);
}

void QueuedDatabase::run_now(Access access, const Task& task)
{
    // Shared, for the other thread may still be inside set_value when this one goes on.
    const auto answer = std::make_shared<std::promise<bool>>();
    auto future = answer->get_future();
    Work work;
    work.access = access;
    work.task = std::ref(task);
    work.done = [answer](std::exception_ptr error, bool ran) {
        if (error)
            answer->set_exception(std::move(error));
        else
            answer->set_value(ran);
    };
    if (!queue(access).push(work, Lane::interactive) || !future.get())
        throw DbError(DbError::Kind::unavailable, "The database's queue is full or closed.");
}

void QueuedDatabase::run_read_now(const Task& task)
{
    run_now(Access::read, task);
}

void QueuedDatabase::run_write_now(const Task& task)
{
    run_now(Access::write, task);
}

void run_after_commit(AfterCommit& left, const Notices& notices) noexcept
{
    for (const auto& notice : left.notices)
        notices.deliver(notice);
    for (auto& action : left.actions) {
        try {
            action();
        } catch (const std::exception& error) {
            log::error("Something to do after a commit failed.", {{"cause", error.what()}});
        }
    }
    left = {};
}

} // namespace kith::db

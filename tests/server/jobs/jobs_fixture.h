// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/jobs/admin.h"
#include "tests/support/patience.h"
#include "tests/support/test_database.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <gmock/gmock.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace kith::jobs::tests {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr auto k_deadline = kith::tests::k_patience;

/// What the handlers saw, from any thread.
class Recorder {
public:
    struct Seen {
        std::int64_t number = 0; ///< the payload's "n"
        std::string lane;
        int attempt = 0;
    };
    void begin(const Job& job)
    {
        const std::lock_guard lock(m_mutex);
        m_seen.push_back({find_int(job.payload, "n").value_or(-1), job.lane, job.attempt});
        m_most_at_once = std::max(m_most_at_once, ++m_per_lane[job.lane]);
        m_changed.notify_all();
    }
    void end(const Job& job)
    {
        const std::lock_guard lock(m_mutex);
        --m_per_lane[job.lane];
        m_changed.notify_all();
    }
    std::vector<Seen> seen() const
    {
        const std::lock_guard lock(m_mutex);
        return m_seen;
    }
    std::vector<std::int64_t> numbers() const
    {
        std::vector<std::int64_t> out;
        for (const auto& one : seen())
            out.push_back(one.number);
        return out;
    }
    /// The most jobs of one lane that ever ran together.
    int most_at_once() const
    {
        const std::lock_guard lock(m_mutex);
        return m_most_at_once;
    }
    /// Waits until `done`, which is asked after every change and every few milliseconds. False after the deadline.
    bool wait(const std::function<bool()>& done) const
    {
        const auto deadline = std::chrono::steady_clock::now() + k_deadline;
        while (!done()) {
            std::unique_lock lock(m_mutex);
            m_changed.wait_for(lock, 5ms);
            if (std::chrono::steady_clock::now() > deadline)
                return false;
        }
        return true;
    }
    bool wait_for_count(std::size_t count) const
    {
        return wait([&] { return seen().size() >= count; });
    }

private:
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    std::vector<Seen> m_seen;
    std::map<std::string, int> m_per_lane;
    int m_most_at_once = 0;
};

/// Waits until the test cancels the timer or the loop ends.
inline awaitable<void> hang()
{
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    boost::system::error_code ended;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
}

/// A database of either engine, an event loop on two threads, and runners on it. Runners poll once an hour unless told
/// otherwise: what runs was woken.
class JobsTest : public kith::tests::BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        for (int index = 0; index < 2; ++index)
            m_threads.emplace_back([this] { m_context.run(); });
    }
    void TearDown() override
    {
        for (auto& runner : m_runners)
            stop(*runner, 0ms);
        m_context.stop();
        for (auto& thread : m_threads)
            thread.join();
        m_runners.clear();
        m_others.clear();
        BothEngines::TearDown();
    }

    static RunnerOptions slow()
    {
        RunnerOptions options;
        options.poll = 1h;
        options.lease = 60s;
        return options;
    }
    Runner& make_runner(RunnerOptions options = slow())
    {
        m_runners.push_back(Runner::create(m_context.get_executor(), db().database(), db().clock,
                                           options, db().events));
        return *m_runners.back();
    }
    /// As another process would have it, which hears nothing of our commits.
    Runner& make_other_runner(RunnerOptions options)
    {
        m_others.push_back(db().open_another());
        m_runners.push_back(Runner::create(m_context.get_executor(), *m_others.back(), db().clock, options));
        return *m_runners.back();
    }
    /// As another process has it, which hears the database.
    Runner& make_listening_runner(RunnerOptions options = slow())
    {
        m_others.push_back(db().open_another());
        m_runners.push_back(Runner::create(m_context.get_executor(), *m_others.back(), db().clock, options, m_other_events));
        m_others.back()->listen();
        return *m_runners.back();
    }
    void stop(Runner& runner, milliseconds grace)
    {
        asio::co_spawn(m_context, stop_runner(runner, grace), asio::use_future).get();
    }
    /// A handler that records, and then answers what `answer` says.
    Handler recording(std::function<Result<void>(const Job&)> answer = {})
    {
        return [this, answer](const Job& job) { return record(&m_recorder, answer, job); };
    }
    /// A handler that records, and never ends.
    Handler hanging()
    {
        return [this](const Job& job) { return record_and_hang(&m_recorder, job); };
    }

    JobId add(std::int64_t number, const std::string& lane = {}, const std::string& kind = "work",
              std::optional<Timestamp> run_at = {})
    {
        return db()
            .write([&](db::Tx& tx) -> Result<JobId> {
                return enqueue(tx, new_job(number, lane, kind, run_at));
            })
            .value();
    }
    static NewJob new_job(std::int64_t number, const std::string& lane = {},
                          const std::string& kind = "work", std::optional<Timestamp> run_at = {})
    {
        NewJob job;
        job.kind = kind;
        job.payload["n"] = number;
        job.lane = lane;
        job.run_at = run_at;
        return job;
    }
    Counts count()
    {
        return db().read([](db::Tx& tx) -> Result<Counts> { return counts(tx); }).value();
    }
    bool wait_until_empty()
    {
        return m_recorder.wait([this] {
            const auto now = count();
            return now.waiting == 0 && now.running == 0;
        });
    }

    Recorder m_recorder;
    asio::io_context m_context;

private:
    static awaitable<void> stop_runner(Runner& runner, milliseconds grace)
    {
        co_await runner.stop(grace);
    }
    static awaitable<Result<void>> record(Recorder* recorder,
                                          std::function<Result<void>(const Job&)> answer, Job job)
    {
        recorder->begin(job);
        // Gives others the chance to run in between, so that two of one lane would be seen together.
        asio::steady_timer timer(co_await asio::this_coro::executor, 0ms);
        co_await timer.async_wait(asio::use_awaitable);
        recorder->end(job);
        co_return answer ? answer(job) : Result<void>{};
    }
    static awaitable<Result<void>> record_and_hang(Recorder* recorder, Job job)
    {
        recorder->begin(job);
        co_await hang();
        co_return Result<void>{};
    }

    asio::executor_work_guard<asio::io_context::executor_type> m_guard{m_context.get_executor()};
    std::vector<std::thread> m_threads;
    core::EventBus m_other_events;
    std::vector<std::unique_ptr<db::Database>> m_others;
    std::vector<std::unique_ptr<Runner>> m_runners;
};

} // namespace kith::jobs::tests

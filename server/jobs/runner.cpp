// SPDX-License-Identifier: Apache-2.0
#include "server/core/log.h"
#include "server/core/spawn.h"
#include "server/core/traced_executor.h"
#include "server/jobs/job_span.h"
#include "server/jobs/verdict.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>

namespace kith::jobs {

namespace asio = boost::asio;

namespace {

using std::chrono::milliseconds;

/// Of Database::notices: there is work.
constexpr const char* k_topic = "jobs";

struct Registered {
    Handler handler;
    Retries retries;
};
struct RepeatedChore {
    std::string name;
    milliseconds interval;
    Chore work;
};

struct Running {
    std::string lane;
    int attempt = 1; ///< of the claim that is ours now
    bool failed_before = false;
};

/// What a transaction of the runner found.
struct Turn {
    std::vector<Job> claimed;
    std::optional<Timestamp> next_due;
    std::optional<Timestamp> renewed;
    std::vector<std::string> dead_lanes;
};

/// The runner's state. Everything but wake() happens on one strand, handlers run beside it. Shared by its coroutines, so
/// that one that is still under way after stop() never meets a dead object.
class Worker : public std::enable_shared_from_this<Worker> {
public:
    Worker(asio::any_io_executor executor, db::Database& database, const Clock& clock, RunnerOptions options)
        : m_executor(executor), m_strand(asio::make_strand(executor)), m_database(database),
          m_clock(clock), m_options(options), m_timer(m_strand), m_idle(m_strand)
    {
    }

    void handle(std::string kind, Handler handler, Retries retries)
    {
        m_kinds.push_back(kind);
        m_handlers[std::move(kind)] = Registered{std::move(handler), retries};
    }
    void every(std::string name, milliseconds interval, Chore work)
    {
        m_chores.push_back(RepeatedChore{std::move(name), interval, std::move(work)});
    }

    void start()
    {
        m_looping = true;
        core::spawn(m_strand, "jobs", loop(shared_from_this()));
        for (auto& chore : m_chores) {
            auto timer = std::make_shared<asio::steady_timer>(m_strand);
            m_chore_timers.push_back(timer);
            core::spawn(m_strand, chore.name, repeat(shared_from_this(), timer, chore));
        }
    }

    void wake()
    {
        if (m_wake_posted.exchange(true))
            return;
        asio::post(m_strand, [self = shared_from_this()] {
            self->m_wake_posted = false;
            self->look_again();
        });
    }

    awaitable<void> stop(milliseconds grace)
    {
        co_await asio::co_spawn(m_strand, stop_on_strand(shared_from_this(), grace), asio::use_awaitable);
    }

private:
    void look_again()
    {
        m_look = true;
        m_timer.cancel();
    }

    static awaitable<void> loop(std::shared_ptr<Worker> self)
    {
        // After a start there may be jobs of earlier, so the first turn looks without being told.
        while (!self->m_stopping) {
            auto wait = self->m_options.poll;
            const bool look = std::exchange(self->m_look, false);
            try {
                wait = co_await self->turn(look);
            } catch (const std::exception& exception) {
                log::error("The job queue cannot be read; trying again.", {{"cause", exception.what()}});
            }
            if (self->m_look || self->m_stopping)
                continue;
            boost::system::error_code cancelled;
            self->m_timer.expires_after(wait);
            co_await self->m_timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        }
        self->m_looping = false;
        self->m_idle.cancel();
    }

    /// Settles what has finished and claims what is due, in one transaction. Answers how long to wait then.
    awaitable<milliseconds> turn(bool look)
    {
        const bool idle = !look && m_finished.empty() && (m_running.empty() || !must_renew(m_clock.now()));
        if (idle && !co_await is_something_due())
            co_return m_options.poll;

        const auto finished = m_finished; // kept until the transaction is durable
        const auto free = m_options.at_once - std::min<unsigned>(m_options.at_once, m_running.size());
        const auto quarter = std::max(m_options.at_once / 4, 1U);
        const auto retries = quarter - std::min(quarter, m_retries_running);
        std::vector<JobId> mine;
        for (const auto& [id, running] : m_running)
            mine.push_back(JobId{id});
        auto work = [&](db::Tx& tx) -> Result<Turn> {
            Turn found;
            for (const auto& one : finished)
                if (settle(tx, one))
                    found.dead_lanes.push_back(one.lane);
            // Before reclaiming, and by the same moment: however late this transaction is, it never takes our own jobs.
            if (must_renew(tx.now())) {
                renew(tx, mine, tx.now() + m_options.lease);
                found.renewed = tx.now();
            }
            reclaim(tx);
            if (!m_kinds.empty() && free > 0)
                found.claimed = claim(tx, m_kinds, free, retries, tx.now() + m_options.lease);
            if (!m_kinds.empty())
                found.next_due = next_due(tx, m_kinds);
            return found;
        };
        // A lease that is not renewed in time gives the job to another process as well: that waits behind nothing.
        const bool urgent = !m_running.empty() && must_renew(m_clock.now());
        auto found = co_await m_database.write(work, urgent ? db::Lane::interactive : db::Lane::background);
        if (!found) {
            log::warning("The job queue waits for the database.", {{"cause", found.error().cause}});
            co_return m_options.poll;
        }
        m_finished.erase(m_finished.begin(),
                         m_finished.begin() + static_cast<std::ptrdiff_t>(finished.size()));
        m_renewed = found->renewed.value_or(m_renewed);
        for (const auto& lane : found->dead_lanes)
            log::warning("A lane has failed for a week: jobs that waited in it are dropped, it is tried once a day.",
                         {{"lane", lane}});
        for (const auto& job : found->claimed)
            begin(job);
        // Without room there is nothing to hurry for: whoever finishes makes room, and looks.
        if (found->claimed.size() == free || m_retries_running >= quarter)
            co_return until(std::nullopt);
        co_return until(found->next_due);
    }

    /// Also asked on the database's thread, while the strand waits for it: m_running may change there, m_renewed not.
    bool must_renew(Timestamp now) const { return now >= m_renewed + m_options.lease / 3; }

    awaitable<bool> is_something_due()
    {
        if (m_kinds.empty())
            co_return false;
        auto work = [this](db::Tx& tx) -> Result<bool> {
            const auto due = next_due(tx, m_kinds);
            return due && *due <= tx.now();
        };
        const auto due = co_await m_database.read(work);
        co_return due&&* due;
    }

    milliseconds until(std::optional<Timestamp> due) const
    {
        const auto longest = std::min(m_options.poll, m_options.lease / 3);
        if (!due)
            return longest;
        // At least a moment: what is due but could not be claimed is locked by another process right now.
        return std::clamp(milliseconds{*due - m_clock.now()}, std::min(milliseconds{50}, longest), longest);
    }

    void begin(const Job& job)
    {
        const auto [place, is_new] =
            m_running.emplace(job.id.value, Running{job.lane, job.attempt, job.attempt > 1});
        if (!is_new) { // still under way here: its lease ran out while this machine slept, and is ours again
            place->second.attempt = job.attempt;
            return;
        }
        m_retries_running += place->second.failed_before ? 1 : 0;
        auto span = begin_span(m_options.tracer, job);
        const auto cause = span ? span->active() : trace::untraced(request_of(job).value_or(""));
        auto executor = m_executor;
        if (cause)
            executor = trace::TracedExecutor{m_executor, cause};
        core::spawn(executor, "job " + job.kind, run(shared_from_this(), job, std::move(span)));
    }

    static awaitable<void> run(std::shared_ptr<Worker> self, Job job, std::shared_ptr<trace::OpenSpan> span)
    {
        const auto& registered = self->m_handlers.at(job.kind);
        Result<void> answer;
        if (is_spent(job, registered.retries)) {
            answer = fail(Errc::gone, "The process ended each time while this job ran.");
        } else {
            try {
                answer = co_await registered.handler(job);
            } catch (const std::exception& exception) {
                answer = fail(Errc::internal, "The job failed.", exception.what());
            } catch (...) {
                answer = fail(Errc::internal, "The job failed.");
            }
        }
        if (span && !answer)
            span->fail(answer.error().message);
        span.reset();
        thread_local std::minstd_rand random{std::random_device{}()};
        std::uniform_int_distribution<std::uint32_t> any;
        auto finished = judge(job, answer, registered.retries, self->m_clock.now(), any(random));
        tell(job, finished);
        asio::post(self->m_strand, [self, finished = std::move(finished)]() mutable {
            self->end(std::move(finished));
        });
    }

    static void tell(const Job& job, const Finished& finished)
    {
        if (finished.outcome == Finished::Outcome::dead)
            log::warning("A job is given up.", {{"job", job.id.value},
                                                {"kind", job.kind},
                                                {"lane", job.lane},
                                                {"attempt", job.attempt},
                                                {"cause", finished.error},
                                                log::request_id(request_of(job))});
        if (finished.outcome == Finished::Outcome::retry)
            log::info("A job failed and will be tried again.", {{"job", job.id.value},
                                                                {"kind", job.kind},
                                                                {"lane", job.lane},
                                                                {"attempt", job.attempt},
                                                                {"cause", finished.error},
                                                                log::request_id(request_of(job))});
    }

    void end(Finished finished)
    {
        const auto running = m_running.extract(finished.id.value);
        if (!running)
            return; // stop() gave it back
        finished.attempt = running.mapped().attempt;
        m_retries_running -= running.mapped().failed_before ? 1 : 0;
        m_finished.push_back(std::move(finished));
        look_again();
        if (m_running.empty())
            m_idle.cancel();
    }

    static awaitable<void> stop_on_strand(std::shared_ptr<Worker> self, milliseconds grace)
    {
        self->m_stopping = true;
        self->look_again();
        for (auto& timer : self->m_chore_timers)
            timer->cancel();
        const auto deadline = std::chrono::steady_clock::now() + grace;
        while (self->m_looping || (!self->m_running.empty() && std::chrono::steady_clock::now() < deadline)) {
            // The loop is at most in one transaction, which ends by itself.
            self->m_idle.expires_at(self->m_looping ? std::chrono::steady_clock::time_point::max() : deadline);
            boost::system::error_code cancelled;
            co_await self->m_idle.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        }
        for (const auto& [id, running] : self->m_running) {
            Finished back;
            back.id = JobId{id};
            back.lane = running.lane;
            back.attempt = running.attempt;
            back.outcome = Finished::Outcome::returned;
            self->m_finished.push_back(std::move(back));
        }
        self->m_running.clear();
        if (self->m_finished.empty())
            co_return;
        auto work = [self](db::Tx& tx) -> Result<void> {
            for (const auto& one : self->m_finished)
                settle(tx, one);
            return {};
        };
        const auto settled = co_await self->m_database.write(work);
        if (!settled)
            log::warning(
                "Jobs under way could not be given back; they run again when their lease ends.");
    }

    static awaitable<void> repeat(std::shared_ptr<Worker> self,
                                  std::shared_ptr<asio::steady_timer> timer, RepeatedChore chore)
    {
        while (!self->m_stopping) {
            try {
                const auto done = co_await chore.work();
                if (!done)
                    log::warning("A periodic task failed.",
                                 {{"task", chore.name}, {"cause", done.error().message}});
            } catch (const std::exception& exception) {
                log::warning("A periodic task failed.", {{"task", chore.name}, {"cause", exception.what()}});
            }
            if (self->m_stopping)
                break;
            boost::system::error_code cancelled;
            timer->expires_after(chore.interval);
            co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        }
    }

    asio::any_io_executor m_executor;
    asio::strand<asio::any_io_executor> m_strand;
    db::Database& m_database;
    const Clock& m_clock;
    RunnerOptions m_options;
    asio::steady_timer m_timer; ///< the pause between two turns
    asio::steady_timer m_idle;  ///< stop() waits here
    std::map<std::string, Registered> m_handlers;
    std::vector<std::string> m_kinds;
    std::vector<RepeatedChore> m_chores;
    std::vector<std::shared_ptr<asio::steady_timer>> m_chore_timers;
    std::map<std::int64_t, Running> m_running; ///< by job id
    unsigned m_retries_running = 0;
    std::vector<Finished> m_finished;
    Timestamp m_renewed; ///< when our leases were renewed last; changed by turn() only
    std::atomic<bool> m_wake_posted{false};
    bool m_look = true;
    bool m_looping = false;
    bool m_stopping = false;
};

class DatabaseRunner final : public Runner {
public:
    explicit DatabaseRunner(std::shared_ptr<Worker> worker) : m_worker(std::move(worker)) { }

    void handle(std::string kind, Handler handler, Retries retries) override
    {
        m_worker->handle(std::move(kind), std::move(handler), retries);
    }
    void every(std::string name, milliseconds interval, Chore chore) override
    {
        m_worker->every(std::move(name), interval, std::move(chore));
    }
    void start() override { m_worker->start(); }
    awaitable<void> stop(milliseconds grace) override { return m_worker->stop(grace); }
    void wake() override { m_worker->wake(); }

private:
    std::shared_ptr<Worker> m_worker;
};

} // namespace

std::unique_ptr<Runner> Runner::create(asio::any_io_executor executor, db::Database& database,
                                       const Clock& clock, RunnerOptions options)
{
    return std::make_unique<DatabaseRunner>(std::make_shared<Worker>(executor, database, clock, options));
}

std::unique_ptr<Runner> Runner::create(asio::any_io_executor executor, db::Database& database,
                                       const Clock& clock, RunnerOptions options, core::EventBus& events)
{
    auto worker = std::make_shared<Worker>(executor, database, clock, options);
    events.subscribe<JobEnqueued>(
        [](db::Tx& tx, const JobEnqueued& event) -> Result<void> {
            if (event.run_at <= tx.now())
                tx.notify(k_topic, {}); // also to workers in other processes
            return {};
        });
    const auto wake = [weak = std::weak_ptr{worker}] {
        if (const auto living = weak.lock())
            living->wake();
    };
    database.notices().subscribe(k_topic, [wake](const std::string&) { wake(); });
    database.notices().on_gap(wake);
    return std::make_unique<DatabaseRunner>(std::move(worker));
}

} // namespace kith::jobs

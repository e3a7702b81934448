// SPDX-License-Identifier: Apache-2.0
#include "server/db/process_number.h"

#include "server/core/log.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <random>

namespace kith::db {

namespace {

constexpr unsigned k_last = 63;
constexpr std::chrono::seconds k_between_renewals{10};
constexpr std::chrono::seconds k_clocks_differ_by{15};

constexpr Query k_taken{"processes.taken", "SELECT number FROM processes WHERE leased_until >= $1"};
constexpr Query k_take{"processes.take", R"sql(
    INSERT INTO processes (number, mark, leased_until) VALUES ($1, $2, $3)
    ON CONFLICT (number) DO UPDATE SET mark = excluded.mark, leased_until = excluded.leased_until
    WHERE processes.leased_until < $4)sql"};
constexpr Query k_extend{"processes.extend",
                         "UPDATE processes SET leased_until = $1 WHERE number = $2 AND mark = $3"};
constexpr Query k_give_back{"processes.give_back",
                            "DELETE FROM processes WHERE number = $1 AND mark = $2"};

std::string random_mark()
{
    std::random_device random;
    return std::to_string(random()) + '-' + std::to_string(random());
}

} // namespace

ProcessNumber::ProcessNumber(Database& database, IdGenerator& ids, const Clock& clock, Duration lease)
    : m_database(database), m_ids(ids), m_clock(clock), m_lease(lease), m_mark(random_mark())
{
}

Result<std::unique_ptr<ProcessNumber>> ProcessNumber::claim(Database& database, IdGenerator& ids,
                                                            const Clock& clock, Duration lease)
{
    std::unique_ptr<ProcessNumber> process(new ProcessNumber(database, ids, clock, lease));
    const auto now = clock.now();
    TRY(const auto number, database.write_now([&](Tx& tx) { return process->take(tx, now); }));
    process->use(number, now);
    return process;
}

ProcessNumber::~ProcessNumber()
{
    try {
        (void)m_database.write_now([&](Tx& tx) -> Result<void> {
            tx.execute(k_give_back, std::int64_t{m_number}, m_mark);
            return {};
        });
    } catch (const DbError&) {
        // The lease ends by itself.
    }
}

Result<unsigned> ProcessNumber::take(Tx& tx, Timestamp now) const
{
    std::array<bool, k_last + 1> taken{};
    for (const auto& row : tx.query(k_taken, now))
        taken.at(static_cast<std::size_t>(row.integer(0)) & k_last) = true;
    for (unsigned number = 1; number <= k_last; ++number) // another process may be taking one right now
        if (!taken.at(number) && tx.execute(k_take, std::int64_t{number}, m_mark, now + m_lease, now) == 1)
            return number;
    return fail(Errc::unavailable, "63 processes use this database, and there is no number for one "
                                   "more. One that ended without a word "
                                   "gives its number back after a minute.");
}

Result<unsigned> ProcessNumber::extend(Tx& tx, Timestamp now) const
{
    if (tx.execute(k_extend, now + m_lease, std::int64_t{m_number}, m_mark) == 1)
        return m_number;
    return take(tx, now);
}

void ProcessNumber::use(unsigned number, Timestamp since)
{
    if (m_number != 0 && m_number != number)
        log::warning("Another process has taken this one's number; ids carry a new one.",
                     {{"was", m_number}, {"is", number}});
    m_number = number;
    m_ids.set_process(number, since + m_lease - k_clocks_differ_by);
}

awaitable<Result<void>> ProcessNumber::renew()
{
    const auto now = m_clock.now(); // before the write: the lease is never believed to be longer than it is
    auto work = [this, now](Tx& tx) { return extend(tx, now); };
    CO_TRY(const auto number, co_await m_database.write(work));
    use(number, now);
    co_return Result<void>{};
}

awaitable<void> ProcessNumber::keep()
{
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
    while (true) {
        timer.expires_after(k_between_renewals);
        co_await timer.async_wait(boost::asio::use_awaitable);
        std::string problem;
        try {
            const auto renewed = co_await renew();
            if (!renewed)
                problem = renewed.error().message;
        } catch (const DbError& error) {
            problem = error.what();
        }
        if (!problem.empty())
            log::warning("This process's number could not be renewed; trying again.",
                         {{"number", m_number}, {"cause", problem}});
    }
}

} // namespace kith::db

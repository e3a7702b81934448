// SPDX-License-Identifier: Apache-2.0
#include "server/db/sqlite/sqlite_writer.h"

#include "server/core/log.h"
#include "server/db/queued_database.h"

namespace kith::db {

namespace {

// A group waits for its slowest member, so it is bounded in both.
constexpr std::size_t k_group_works = 128;
constexpr std::chrono::milliseconds k_group_time{5};
constexpr std::chrono::milliseconds k_between_looks{500};
// A work that runs wild costs its group, but not the server.
constexpr std::chrono::seconds k_longest_work{30};

std::exception_ptr lost_group(const sqlite::SqliteError& error)
{
    log::error("The database could not write.", {{"cause", error.what()}, {"result", error.code()}});
    return std::make_exception_ptr(DbError(DbError::Kind::unavailable, std::string("cannot write: ") + error.what()));
}

} // namespace

SqliteWriter::SqliteWriter(const TxContext& context, sqlite::Connection& connection, SqliteCheckpointer& checkpointer,
                           const Notices& notices)
    : m_context(context), m_connection(connection), m_checkpointer(checkpointer), m_notices(notices), m_thread([this] { serve(); })
{
}

SqliteWriter::~SqliteWriter()
{
    m_queue.close();
    m_thread.join();
}

void SqliteWriter::serve()
{
    while (true) {
        auto work = m_queue.pop_until(std::chrono::steady_clock::now() + k_between_looks);
        if (!work && m_queue.closed())
            return;
        look_for_others();
        if (work)
            run_group(std::move(*work));
    }
}

/// The number does not count what this connection itself commits, and nobody else in this process writes.
void SqliteWriter::look_for_others()
{
    const auto now = std::chrono::steady_clock::now();
    if (!m_listening || now < m_next_look)
        return;
    m_next_look = now + k_between_looks;
    std::optional<std::int64_t> version;
    try {
        version = m_connection.data_version();
    } catch (const sqlite::SqliteError& error) {
        log::warning("The database does not say whether another process has written.", {{"cause", error.what()}});
    }
    if (!version || version != m_data_version)
        m_notices.gap();
    m_data_version = version;
}

void SqliteWriter::statement(const char* sql)
{
    m_connection.prepare(sql).run();
}

void SqliteWriter::run_group(Work first)
{
    std::vector<Ran> group;
    auto under_way = m_checkpointer.begin_group();
    std::exception_ptr lost = begin();
    if (lost) {
        // Whoever holds the lock held it for the whole busy timeout: let nobody else here wait for it in turn.
        group.push_back(Ran{std::move(first)});
        while (auto next = m_queue.try_pop())
            group.push_back(Ran{std::move(*next)});
    } else {
        group = run_works(std::move(first));
        lost = commit();
    }
    under_way.unlock();
    for (auto& ran : group) {
        ran.work.task = nullptr;
        if (!lost)
            run_after_commit(ran.after_commit, m_notices);
        ran.work.done(ran.error ? ran.error : lost, true);
    }
}

std::exception_ptr SqliteWriter::begin()
{
    try {
        statement("BEGIN IMMEDIATE");
        return nullptr;
    } catch (const sqlite::SqliteError& error) {
        return lost_group(error);
    }
}

std::exception_ptr SqliteWriter::commit()
{
    if (!m_connection.in_transaction()) // a full disk makes SQLite roll the whole transaction back by itself
        return std::make_exception_ptr(DbError(DbError::Kind::unavailable, "SQLite rolled the group back"));
    try {
        statement("COMMIT");
        ++m_commits;
        return nullptr;
    } catch (const sqlite::SqliteError& error) {
        roll_back_all();
        return lost_group(error);
    }
}

void SqliteWriter::roll_back_all()
{
    try {
        if (m_connection.in_transaction())
            m_connection.execute("ROLLBACK");
    } catch (const sqlite::SqliteError& error) {
        log::error("The database could not roll back.", {{"cause", error.what()}});
    }
}

std::vector<SqliteWriter::Ran> SqliteWriter::run_works(Work first)
{
    const auto deadline = std::chrono::steady_clock::now() + k_group_time;
    std::vector<Ran> group;
    group.push_back(run_one(std::move(first)));
    while (group.size() < k_group_works && m_connection.in_transaction() && std::chrono::steady_clock::now() < deadline) {
        auto next = m_queue.try_pop();
        if (!next)
            break;
        group.push_back(run_one(std::move(*next)));
    }
    return group;
}

SqliteWriter::Ran SqliteWriter::run_one(Work work)
{
    Ran ran{std::move(work)};
    SqliteTx tx(m_context, m_connection, Access::write);
    try {
        statement("SAVEPOINT work");
        m_connection.set_deadline(std::chrono::steady_clock::now() + k_longest_work);
        const bool keep = ran.work.task(tx);
        m_connection.set_deadline(std::nullopt);
        if (keep && tx.failed())
            throw DbError(DbError::Kind::bug, "the work went on after a statement had failed");
        if (keep) {
            statement("RELEASE work");
            ran.after_commit = tx.take_after_commit();
        } else {
            roll_back_one();
        }
    } catch (const sqlite::SqliteError& error) {
        ran.error = std::make_exception_ptr(db_error(error, "savepoint"));
        roll_back_one();
    } catch (...) {
        ran.error = std::current_exception();
        roll_back_one();
    }
    return ran;
}

void SqliteWriter::roll_back_one()
{
    m_connection.set_deadline(std::nullopt);
    if (!m_connection.in_transaction())
        return;
    try {
        statement("ROLLBACK TO work");
        statement("RELEASE work");
    } catch (const sqlite::SqliteError& error) {
        // Whatever is left of this work must not be kept with the others: give the whole group up.
        log::error("The database could not undo a failed write.", {{"cause", error.what()}});
        roll_back_all();
    }
}

} // namespace kith::db

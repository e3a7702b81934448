// SPDX-License-Identifier: Apache-2.0
#include "server/db/postgres/postgres_database.h"

#include "server/core/log.h"
#include "server/db/notice_text.h"

#include <algorithm>
#include <random>

namespace kith::db {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int k_attempts = 10;
constexpr std::chrono::milliseconds k_first_backoff{100};
constexpr std::chrono::milliseconds k_longest_backoff{5000};

// The server ends what takes too long (statement_timeout); these are for one that is gone without a word.
constexpr std::chrono::seconds k_grace{4};          // beyond what a read may take
constexpr std::chrono::seconds k_longest_write{90};
constexpr std::chrono::seconds k_patience{3};       // when the listening session has no answer either

constexpr Query k_database{"db.check", R"sql(
    SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database())sql"};

Result<void> check_database(PostgresConnection& connection)
{
    const auto answer = connection.run(k_database, {});
    const auto& row = answer.rows.at(0);
    if (row.text(0) != "UTF8")
        return fail(Errc::invalid, "The PostgreSQL database has the encoding " + row.text(0) + "; Kith needs UTF8.");
    const auto& collation = row.text(1);
    if (collation != "C" && collation != "POSIX" && collation != "C.UTF-8" && collation != "C.utf8")
        log::warning("The PostgreSQL database should be made with the collation C, so that lists sort as on SQLite.",
                     {{"collation", collation}});
    return {};
}

constexpr Query k_notify{"db.notify", "SELECT pg_notify($1, $2)"};

std::string random_mark()
{
    std::random_device random;
    return std::to_string(random()) + '-' + std::to_string(random());
}

/// Two transactions that stood in each other's way should not meet again at once.
void step_aside(int attempt)
{
    thread_local std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<int> distance(1, 10 * attempt);
    std::this_thread::sleep_for(std::chrono::milliseconds(distance(random)));
}

} // namespace

Result<std::unique_ptr<Database>> Database::open(PostgresOptions options, const TxContext& context)
{
    TRY(auto database, PostgresDatabase::open(std::move(options), context));
    return std::unique_ptr<Database>(std::move(database));
}

Result<std::unique_ptr<PostgresDatabase>> PostgresDatabase::open(PostgresOptions options, const TxContext& context)
{
    try {
        PostgresConnection first(options.connection, {});
        TRY_VOID(check_database(first));
    } catch (const DbError& error) {
        return fail(Errc::unavailable, "Cannot connect to the PostgreSQL database.", error.what());
    }
    return std::unique_ptr<PostgresDatabase>(new PostgresDatabase(std::move(options), context));
}

PostgresDatabase::PostgresDatabase(PostgresOptions options, const TxContext& context)
    : m_options(std::move(options)), m_context(context), m_mark(random_mark())
{
    for (unsigned count = 0; count < std::max(1U, m_options.connections); ++count)
        m_workers.push_back(std::make_unique<Worker>(*this));
}

PostgresDatabase::~PostgresDatabase()
{
    m_queue.close();
    for (auto& worker : m_workers)
        worker->join();
    m_listener.reset();
}

void PostgresDatabase::listen()
{
    const auto beat = [this](bool answers) {
        for (auto& worker : m_workers)
            worker->cut_if_stuck(answers);
    };
    m_listener = std::make_unique<PostgresListener>(m_options.connection, m_mark, m_notices, beat);
    m_listening = m_listener.get();
}

Result<int> PostgresDatabase::migrate()
{
    const auto before = [this](const std::string& migration) -> Result<void> {
        return m_options.before_migration ? m_options.before_migration(*this, migration) : Result<void>{};
    };
    return migrate_postgres(m_options.connection, m_context.clock.now(), before);
}

void PostgresDatabase::Worker::serve()
{
    while (true) {
        if (m_backoff.count() > 0 && !wait_for_server())
            return;
        auto work = m_database.m_queue.pop();
        if (!work)
            return;
        perform(*work);
    }
}

bool PostgresDatabase::Worker::wait_for_server()
{
    while (m_backoff.count() > 0) {
        if (m_database.m_queue.wait_closed_until(Clock::now()))
            return false;
        if (Clock::now() >= m_next_try) {
            try {
                connect();
            } catch (const DbError&) {
                // connect() has set the time of the next try.
            }
        } else if (m_database.m_connected > 0) {
            // The others serve the queue; what this worker took from it could only fail.
            m_database.m_queue.wait_closed_until(m_next_try);
        } else if (auto work = m_database.m_queue.pop_until(m_next_try)) {
            work->done(std::make_exception_ptr(DbError(DbError::Kind::unavailable, "PostgreSQL does not answer")), true);
        }
    }
    return true;
}

void PostgresDatabase::Worker::connect()
{
    try {
        auto connection = std::make_unique<PostgresConnection>(m_database.m_options.connection, PostgresConnection::Limits{});
        {
            const std::lock_guard lock{m_mutex};
            m_connection = std::move(connection);
        }
        ++m_database.m_connected;
        m_backoff = std::chrono::milliseconds{0};
    } catch (const DbError& error) {
        m_backoff = std::clamp(m_backoff * 2, k_first_backoff, k_longest_backoff);
        m_next_try = Clock::now() + m_backoff;
        log::warning("Cannot connect to PostgreSQL.", {{"cause", error.what()}, {"again_in_ms", m_backoff.count()}});
        throw DbError(DbError::Kind::unavailable, error.what());
    }
}

void PostgresDatabase::Worker::drop()
{
    if (m_connection)
        --m_database.m_connected;
    const std::lock_guard lock{m_mutex};
    m_connection.reset();
}

void PostgresDatabase::Worker::set_at_work(std::optional<Access> access)
{
    const std::lock_guard lock{m_mutex};
    m_at_work = access;
    m_began = Clock::now();
}

void PostgresDatabase::Worker::cut_if_stuck(bool server_answers)
{
    const std::lock_guard lock{m_mutex};
    if (!m_connection || !m_at_work)
        return;
    const auto usual = *m_at_work == Access::read ? m_database.m_options.longest_read + k_grace : k_longest_write;
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - m_began);
    if (taken < (server_answers ? usual : std::min<std::chrono::milliseconds>(usual, k_patience)))
        return;
    log::error("A PostgreSQL session does not answer and is given up.", {{"ms", taken.count()}});
    m_connection->cut();
}

void PostgresDatabase::Worker::begin(Access access)
{
    if (m_connection) {
        try {
            m_connection->begin(access, m_database.m_options.longest_read);
            return;
        } catch (const DbError&) {
            drop(); // lost while idle; nothing of the work was sent yet, so a new session may do it
        }
    }
    connect();
    m_connection->begin(access, m_database.m_options.longest_read);
}

void PostgresDatabase::Worker::perform(Work& work)
{
    std::exception_ptr error;
    AfterCommit after_commit;
    for (int count = 1;; ++count) {
        error = nullptr;
        bool again = false;
        set_at_work(work.access);
        try {
            attempt(work, after_commit);
        } catch (const DbError& failed) {
            error = std::current_exception();
            again = failed.kind() == DbError::Kind::retry && count < k_attempts;
            if (failed.kind() == DbError::Kind::retry && !again)
                error = std::make_exception_ptr(DbError(DbError::Kind::unavailable, failed.what()));
        } catch (...) {
            error = std::current_exception();
        }
        if (error && m_connection && !m_connection->roll_back())
            drop();
        set_at_work(std::nullopt);
        if (!again)
            break;
        step_aside(count);
    }
    work.task = nullptr;
    if (!error)
        run_after_commit(after_commit, m_database.m_notices);
    work.done(std::move(error), true);
}

void PostgresDatabase::Worker::attempt(Work& work, AfterCommit& after_commit)
{
    begin(work.access);
    const auto deadline = work.access == Access::read ? Clock::now() + m_database.m_options.longest_read : WorkQueue::Deadline::max();
    PostgresTx tx(m_database.m_context, *m_connection, deadline);
    const bool keep = work.task(tx);
    if (keep && tx.failed())
        throw DbError(DbError::Kind::bug, "the work went on after a statement had failed");
    if (!keep) {
        if (!m_connection->roll_back())
            drop();
        return;
    }
    auto left = tx.take_after_commit();
    if (work.access == Access::read) {
        m_connection->commit();
        return;
    }
    auto* listener = m_database.m_listening.load();
    if (!listener && !left.notices.empty()) { // a command, which is gone in a moment
        for (const auto& text : encode_notices(m_database.m_mark, left.notices)) {
            const std::array<Param, 2> params{to_param(k_notice_channel), to_param(text)};
            m_connection->run(k_notify, params);
        }
    }
    m_connection->commit();
    if (listener)
        listener->tell(left.notices);
    after_commit = std::move(left);
}

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#include "server/db/sqlite/sqlite_database.h"

namespace kith::db {

namespace {

// A log that has to start over waits for readers while it keeps writers out: rather tried again later than for long.
constexpr std::chrono::milliseconds k_checkpoint_patience{200};

} // namespace

Result<std::unique_ptr<Database>> Database::open(SqliteOptions options, const TxContext& context)
{
    TRY(auto database, SqliteDatabase::open(std::move(options), context));
    return std::unique_ptr<Database>(std::move(database));
}

Result<std::unique_ptr<sqlite::Connection>> open_sqlite(const std::filesystem::path& file, sqlite::Mode mode,
                                                        std::chrono::milliseconds busy_timeout)
{
    sqlite::OpenOptions options;
    options.file = file;
    options.mode = mode;
    options.busy_timeout = busy_timeout;
    TRY(auto connection, sqlite::Connection::open(options));
    try {
        if (connection->text("PRAGMA journal_mode = WAL") != "wal")
            return fail(Errc::unavailable, "The database " + file.string() + " cannot use a write-ahead log; is it on a network file system?");
        connection->execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0;"
                            "PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;"
                            // Else each group that outgrows 64 KiB of savepoint makes and deletes a file.
                            "PRAGMA temp_store = MEMORY");
    } catch (const sqlite::SqliteError& error) {
        return fail(Errc::unavailable, "Cannot open the database " + file.string() + ".", error.what());
    }
    return connection;
}

SqliteDatabase::SqliteDatabase(SqliteOptions options, const TxContext& context) : m_options(std::move(options)), m_context(context)
{
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(SqliteOptions options, const TxContext& context)
{
    std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(std::move(options), context));
    TRY_VOID(database->start());
    return database;
}

Result<void> SqliteDatabase::start()
{
    TRY_VOID(check_owner(m_options.file));
    TRY(m_connection, open_sqlite(m_options.file, sqlite::Mode::create));
    TRY(auto for_checkpoints, open_sqlite(m_options.file, sqlite::Mode::read_write, k_checkpoint_patience));
    for (unsigned count = 0; count < std::max(1U, m_options.readers); ++count) {
        TRY(auto connection, open_sqlite(m_options.file, sqlite::Mode::read_write));
        connection->execute("PRAGMA query_only = ON");
        m_reader_connections.push_back(std::move(connection));
    }
    m_checkpointer = std::make_unique<SqliteCheckpointer>(std::move(for_checkpoints));
    m_connection->on_commit([this](int frames) { m_checkpointer->log_has(frames); });
    m_writer = std::make_unique<SqliteWriter>(m_context, *m_connection, *m_checkpointer, m_notices);
    for (auto& connection : m_reader_connections)
        m_readers.emplace_back([this, &connection = *connection] { serve_reads(connection); });
    return {};
}

SqliteDatabase::~SqliteDatabase()
{
    m_reads.close();
    for (auto& reader : m_readers)
        reader.join();
    m_writer.reset();
    m_checkpointer.reset();
    m_reader_connections.clear();
    try {
        if (m_connection)
            m_connection->checkpoint(sqlite::Checkpoint::truncate);
    } catch (const sqlite::SqliteError&) {
        // Another process reads. The log stays, and who opens the file next goes on with it.
    }
}

void SqliteDatabase::serve_reads(sqlite::Connection& connection)
{
    while (auto work = m_reads.pop()) {
        std::exception_ptr error;
        try {
            connection.set_deadline(std::chrono::steady_clock::now() + m_options.longest_read);
            // The snapshot is taken by the first statement after this, so it has every write acknowledged until now.
            connection.prepare("BEGIN").run();
            SqliteTx tx(m_context, connection, Access::read);
            work->task(tx);
        } catch (const sqlite::SqliteError& failed) {
            error = std::make_exception_ptr(db_error(failed, "begin"));
        } catch (...) {
            error = std::current_exception();
        }
        connection.set_deadline(std::nullopt);
        try {
            if (connection.in_transaction())
                connection.prepare("ROLLBACK").run();
        } catch (const sqlite::SqliteError& failed) {
            if (!error)
                error = std::make_exception_ptr(db_error(failed, "end of reading"));
        }
        work->task = nullptr;
        work->done(std::move(error), true);
    }
}

Result<int> SqliteDatabase::migrate()
{
    const auto copy_first = m_options.copy_before_migration ? CopyFirst::Yes : CopyFirst::No;
    return migrate_sqlite(m_options.file, m_context.clock.now(), copy_first);
}

} // namespace kith::db

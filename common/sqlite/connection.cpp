// SPDX-License-Identifier: Apache-2.0
#include "common/sqlite/connection.h"

#include "common/sqlite/engine.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace kith::sqlite {

namespace {

using Kind = SqliteError::Kind;

Kind kind_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return Kind::busy;
    case SQLITE_FULL:
        return Kind::full;
    case SQLITE_INTERRUPT:
        return Kind::interrupted;
    case SQLITE_CONSTRAINT:
        return Kind::constraint;
    case SQLITE_READONLY:
        return Kind::read_only;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return Kind::corrupt;
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return Kind::machine;
    default:
        return Kind::bug;
    }
}

int flags_of(Mode mode)
{
    // Each connection is used by one thread at a time, so SQLite needs no mutex of its own.
    return SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
           (mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
}

/// Makes the file with mode 0600 whatever the umask; SQLite gives its -wal and -shm the same mode.
Result<void> make_private_file(const std::filesystem::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno != EEXIST)
        return fail(Errc::unavailable, "Cannot make the file " + file.string() + ": " + std::strerror(errno) + ".");
    if (descriptor >= 0)
        ::close(descriptor);
    return {};
}

/// VACUUM INTO leaves the copy in the page cache; a backup must outlive a power cut.
void flush(const std::filesystem::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool flushed = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0)
        ::close(descriptor);
    if (!flushed)
        throw SqliteError(Kind::machine, SQLITE_IOERR_FSYNC, "cannot flush " + file.string());
}

#ifdef KITH_SQLCIPHER
Result<void> unlock(sqlite3* handle, std::span<const std::byte> key)
{
    if (key.size() != 32)
        return fail(Errc::invalid, "A store needs a key of 32 bytes.");
    static constexpr char digits[] = "0123456789abcdef";
    // A wrong key is an answer of ours, not a line that SQLCipher writes to standard error.
    sqlite3_exec(handle, "PRAGMA cipher_log_level = NONE", nullptr, nullptr, nullptr);
    std::string pragma = "PRAGMA key = \"x'";
    pragma.reserve(128);
    for (const auto byte : key) {
        pragma += digits[std::to_integer<unsigned>(byte) >> 4];
        pragma += digits[std::to_integer<unsigned>(byte) & 15];
    }
    pragma += "'\"";
    const int code = sqlite3_exec(handle, pragma.c_str(), nullptr, nullptr, nullptr);
    explicit_bzero(pragma.data(), pragma.size());
    if (code != SQLITE_OK)
        return fail(Errc::internal, "The store's key could not be set.", sqlite3_errmsg(handle));
    return {};
}

/// A plain SQLite takes `PRAGMA key` for a comment and would write everything readable, so ask who answers.
Result<void> check_cipher(Connection& connection)
{
    const auto version = connection.text("PRAGMA cipher_version");
    if (std::atoi(version.c_str()) < 4)
        return fail(Errc::internal, "This program needs SQLCipher 4 or newer.", "cipher_version is '" + version + "'");
    connection.execute("PRAGMA temp_store = MEMORY");
    return {};
}
#endif

Error open_error(const std::filesystem::path& file, const SqliteError& error)
{
    if (error.kind() == Kind::corrupt) {
#ifdef KITH_SQLCIPHER
        return fail(Errc::unauthorized, "The key does not open " + file.string() + ", or the file is damaged.", error.what());
#else
        if ((error.code() & 0xff) == SQLITE_CORRUPT)
            return fail(Errc::invalid, "The database " + file.string() + " is damaged. Restore it from a backup.", error.what());
        return fail(Errc::invalid, "The file " + file.string() + " is not a database.", error.what());
#endif
    }
    return fail(Errc::unavailable, "Cannot open the database " + file.string() + ".", error.what());
}

} // namespace

Result<std::unique_ptr<Connection>> Connection::open(const OpenOptions& options)
{
    if (options.mode == Mode::create)
        TRY_VOID(make_private_file(options.file));
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(options.file.c_str(), &handle, flags_of(options.mode), nullptr);
    if (code != SQLITE_OK) {
        const std::string cause = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
        sqlite3_close_v2(handle);
        return fail(Errc::unavailable, "Cannot open the database " + options.file.string() + ".", cause);
    }
    std::unique_ptr<Connection> connection(new Connection(handle, options.cached_statements));
    sqlite3_busy_timeout(handle, static_cast<int>(options.busy_timeout.count()));
    try {
#ifdef KITH_SQLCIPHER
        TRY_VOID(unlock(handle, options.key));
        TRY_VOID(check_cipher(*connection));
#else
        if (!options.key.empty())
            return fail(Errc::internal, "This program was built without encryption of databases.");
#endif
        connection->integer("SELECT count(*) FROM sqlite_master"); // reads the header, and with it tries the key
    } catch (const SqliteError& error) {
        return open_error(options.file, error);
    }
    // SQLite opens for reading what it cannot open for writing, and says so only at the first write.
    if (options.mode != Mode::read_only && sqlite3_db_readonly(handle, "main") == 1)
        return fail(Errc::unavailable, "The database " + options.file.string() + " can be read but not written.");
    return connection;
}

Connection::Connection(sqlite3* handle, std::size_t cached_statements)
    : m_handle(handle), m_cached_statements(cached_statements)
{
}

Connection::~Connection()
{
    m_by_sql.clear();
    m_idle.clear();
    sqlite3_close_v2(m_handle);
}

void Connection::check(int code) const
{
    if (code == SQLITE_OK)
        return;
    throw SqliteError(kind_of(code), code, sqlite3_errmsg(m_handle));
}

Statement Connection::prepare(std::string_view sql)
{
    if (const auto found = m_by_sql.find(sql); found != m_by_sql.end()) {
        auto prepared = std::move(*found->second);
        m_idle.erase(found->second);
        m_by_sql.erase(found);
        return Statement(*this, std::move(prepared));
    }
    sqlite3_stmt* handle = nullptr;
    const char* rest = nullptr;
    const unsigned flags = m_cached_statements > 0 ? SQLITE_PREPARE_PERSISTENT : 0;
    check(sqlite3_prepare_v3(m_handle, sql.data(), static_cast<int>(sql.size()), flags, &handle, &rest));
    if (!handle)
        throw SqliteError(Kind::bug, SQLITE_MISUSE, "no statement in: " + std::string{sql});
    auto prepared = std::make_unique<Prepared>(handle, std::string{sql});
    const std::string_view tail = sql.substr(static_cast<std::size_t>(rest - sql.data()));
    if (tail.find_first_not_of(" \t\r\n;") != std::string_view::npos)
        throw SqliteError(Kind::bug, SQLITE_MISUSE, "more than one statement in: " + std::string{sql});
    return Statement(*this, std::move(prepared));
}

void Connection::give_back(std::unique_ptr<Prepared> prepared) noexcept
{
    sqlite3_reset(prepared->handle);
    sqlite3_clear_bindings(prepared->handle);
    try {
        if (m_cached_statements == 0 || m_by_sql.contains(prepared->sql))
            return;
        m_idle.push_front(std::move(prepared));
        m_by_sql.emplace(m_idle.front()->sql, m_idle.begin());
        if (m_idle.size() > m_cached_statements) {
            m_by_sql.erase(m_idle.back()->sql);
            m_idle.pop_back();
        }
    } catch (const std::bad_alloc&) {
        // A statement outside the cache is prepared again.
    }
}

void Connection::execute(const char* sql)
{
    check(sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr));
}

std::int64_t Connection::integer(std::string_view sql)
{
    auto statement = prepare(sql);
    return statement.step() ? statement.integer(0) : 0;
}

std::string Connection::text(std::string_view sql)
{
    auto statement = prepare(sql);
    return statement.step() ? std::string{statement.text(0)} : std::string{};
}

bool Connection::in_transaction() const
{
    return sqlite3_get_autocommit(m_handle) == 0;
}

std::int64_t Connection::changes() const
{
    return sqlite3_changes64(m_handle);
}

void Connection::interrupt()
{
    sqlite3_interrupt(m_handle);
}

void Connection::set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline)
{
    constexpr int k_instructions = 10000; // about a millisecond
    const auto is_over = [](void* self) { return static_cast<Connection*>(self)->past_deadline() ? 1 : 0; };
    if (deadline.has_value() != m_deadline.has_value())
        sqlite3_progress_handler(m_handle, deadline ? k_instructions : 0, is_over, this);
    m_deadline = deadline;
}

void Connection::on_commit(std::function<void(int)> action)
{
    m_on_commit = std::move(action);
    const auto hook = [](void* self, sqlite3*, const char*, int frames) {
        static_cast<Connection*>(self)->m_on_commit(frames);
        return SQLITE_OK;
    };
    sqlite3_wal_hook(m_handle, hook, this);
}

CheckpointState Connection::checkpoint(Checkpoint mode)
{
    const int how = mode == Checkpoint::passive   ? SQLITE_CHECKPOINT_PASSIVE
                    : mode == Checkpoint::restart ? SQLITE_CHECKPOINT_RESTART
                                                  : SQLITE_CHECKPOINT_TRUNCATE;
    CheckpointState state;
    check(sqlite3_wal_checkpoint_v2(m_handle, nullptr, how, &state.frames, &state.checkpointed));
    return state;
}

std::vector<std::string> Connection::integrity_check()
{
    std::vector<std::string> problems;
    auto statement = prepare("PRAGMA integrity_check(100)");
    while (statement.step()) {
        if (statement.text(0) != "ok")
            problems.emplace_back(statement.text(0));
    }
    return problems;
}

void Connection::back_up(const std::filesystem::path& file)
{
    auto partial = file;
    partial += ".partial";
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    if (const auto made = make_private_file(partial); !made)
        throw SqliteError(Kind::machine, SQLITE_CANTOPEN, made.error().message);
    auto copy = prepare("VACUUM INTO $1"); // takes an empty file for a new one
    copy.bind(1, std::string_view{partial.native()});
    copy.run();
    flush(partial);
    std::error_code failed;
    std::filesystem::rename(partial, file, failed);
    if (failed)
        throw SqliteError(Kind::machine, SQLITE_IOERR, "cannot rename " + partial.string() + ": " + failed.message());
}

} // namespace kith::sqlite

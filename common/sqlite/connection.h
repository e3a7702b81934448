// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"
#include "common/sqlite/statement.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <list>
#include <optional>
#include <unordered_map>

struct sqlite3;

namespace kith::sqlite {

enum class Mode {
    read_only,
    read_write, ///< the file must exist
    create      ///< made with mode 0600 when it does not exist
};

struct OpenOptions {
    std::filesystem::path file;
    Mode mode = Mode::create;
    /// SQLCipher only, and needed there: the raw key of 32 bytes. Copied no longer than open() runs.
    std::span<const std::byte> key = {};
    std::chrono::milliseconds busy_timeout{5000};
    std::size_t cached_statements = 128;
};

enum class Checkpoint { passive, restart, truncate };

struct CheckpointState {
    int frames = 0;       ///< pages in the write-ahead log
    int checkpointed = 0; ///< of these, copied into the database file
    bool complete() const { return frames == checkpointed; }
};

/// One connection to one file. One thread at a time, except interrupt().
class Connection {
public:
    /// Opens the file and reads its header. `unauthorized` when the key does not open it, `invalid` when it is not a
    /// database or damaged, `unavailable` when it cannot be opened or, unless that is wanted, only be read. The message
    /// names the file.
    static Result<std::unique_ptr<Connection>> open(const OpenOptions& options);

    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The statement for this text, from the cache where it can be. One statement only. Throws SqliteError.
    Statement prepare(std::string_view sql);
    /// Runs every statement of the text, ignoring rows: PRAGMAs, BEGIN, migrations.
    void execute(const char* sql);
    void execute(const std::string& sql) { execute(sql.c_str()); }
    /// The first column of the first row; 0 or "" when there is none.
    std::int64_t integer(std::string_view sql);
    std::string text(std::string_view sql);

    /// False also after an error that made SQLite roll back by itself (disk full, I/O).
    bool in_transaction() const;
    /// Rows changed by the last INSERT, UPDATE or DELETE.
    std::int64_t changes() const;
    /// Makes the statement under way throw `interrupted`. Any thread.
    void interrupt();
    /// Statements that are under way then throw `interrupted`; nothing: they may take as long as they want.
    void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline);
    bool past_deadline() const { return m_deadline && std::chrono::steady_clock::now() > *m_deadline; }

    /// Called after each commit of this connection with the number of pages in the write-ahead log; turns the
    /// automatic checkpoint off. Must not throw and must not use the connection.
    void on_commit(std::function<void(int frames)> action);
    CheckpointState checkpoint(Checkpoint mode);
    /// Changes when another connection has committed.
    std::int64_t data_version() { return integer("PRAGMA data_version"); }
    /// Reads the whole file; what is wrong with it, one sentence each.
    std::vector<std::string> integrity_check();
    /// A compact copy in a new file of mode 0600; a file of that name is replaced once the copy is whole.
    void back_up(const std::filesystem::path& file);

private:
    friend class Statement;
    Connection(sqlite3* handle, std::size_t cached_statements);
    void give_back(std::unique_ptr<Prepared> prepared) noexcept;
    void check(int code) const;

    sqlite3* m_handle;
    std::size_t m_cached_statements;
    std::function<void(int)> m_on_commit;
    std::optional<std::chrono::steady_clock::time_point> m_deadline;
    std::list<std::unique_ptr<Prepared>> m_idle; // most recently used first
    std::unordered_map<std::string_view, std::list<std::unique_ptr<Prepared>>::iterator> m_by_sql;
};

} // namespace kith::sqlite

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/sqlite/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3_stmt;

namespace kith::sqlite {

class Connection;

/// What the cache keeps of a prepared statement.
struct Prepared {
    explicit Prepared(sqlite3_stmt* statement, std::string text);
    ~Prepared();
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;

    sqlite3_stmt* handle;
    std::string sql;
    std::vector<int> positions; ///< of $1, $2, …; 0 where the text skips a number
};

enum class Type { null, integer, real, text, bytes };

/// Whether a bound value is copied, or stays in place until the statement is reset or gone.
enum class Lifetime { copied, borrowed };

/// A prepared statement, borrowed from its connection's cache and given back by the destructor. Must not outlive the
/// connection. Positions count from 1, columns from 0. Every function may throw SqliteError.
class Statement {
public:
    Statement(Connection& connection, std::unique_ptr<Prepared> prepared);
    Statement(Statement&&) noexcept = default;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    /// The position of a parameter such as "$1" or ":name"; 0 when there is none.
    int position(const char* name) const;
    /// The positions of $1, $2, …: SQLite takes these for names and numbers them by their first appearance.
    const std::vector<int>& numbered_positions() const { return m_prepared->positions; }
    /// How many different parameters the text has.
    int parameters() const;

    Statement& bind_null(int position);
    Statement& bind(int position, std::int64_t number);
    Statement& bind(int position, std::string_view text, Lifetime lifetime = Lifetime::copied);
    Statement& bind(int position, std::span<const std::byte> bytes, Lifetime lifetime = Lifetime::copied);
    template <class T>
    Statement& bind(const char* name, const T& value)
    {
        return bind(known_position(name), value);
    }
    Statement& bind_null(const char* name) { return bind_null(known_position(name)); }

    /// Goes to the next row: true; or to the end: false.
    bool step();
    /// Steps to the end.
    void run();
    /// Back to the start, to be bound and run again. Bindings are forgotten.
    void reset();

    int columns() const;
    Type type(int column) const;
    bool is_null(int column) const { return type(column) == Type::null; }
    std::int64_t integer(int column) const;
    /// Valid until the next step or reset.
    std::string_view text(int column) const;
    std::span<const std::byte> bytes(int column) const;

    /// Whether it cannot change the database.
    bool read_only() const;

private:
    int known_position(const char* name) const;
    void check(int code) const;

    Connection* m_connection;
    std::unique_ptr<Prepared> m_prepared;
};

} // namespace kith::sqlite

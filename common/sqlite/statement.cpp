// SPDX-License-Identifier: Apache-2.0
#include "common/sqlite/statement.h"

#include "common/sqlite/connection.h"
#include "common/sqlite/engine.h"

#include <charconv>
#include <cstring>

namespace kith::sqlite {

Prepared::Prepared(sqlite3_stmt* statement, std::string text) : handle(statement), sql(std::move(text))
{
    const int count = sqlite3_bind_parameter_count(handle);
    for (int position = 1; position <= count; ++position) {
        const char* name = sqlite3_bind_parameter_name(handle, position);
        if (!name || name[0] != '$')
            continue;
        std::size_t number = 0;
        const char* end = name + std::strlen(name);
        const auto [rest, error] = std::from_chars(name + 1, end, number);
        if (error != std::errc{} || rest != end || number == 0 || number > 32766)
            continue;
        if (positions.size() < number)
            positions.resize(number);
        positions[number - 1] = position;
    }
}

Prepared::~Prepared()
{
    sqlite3_finalize(handle);
}

Statement::Statement(Connection& connection, std::unique_ptr<Prepared> prepared)
    : m_connection(&connection), m_prepared(std::move(prepared))
{
}

Statement::~Statement()
{
    if (m_prepared)
        m_connection->give_back(std::move(m_prepared));
}

void Statement::check(int code) const
{
    m_connection->check(code);
}

int Statement::position(const char* name) const
{
    return sqlite3_bind_parameter_index(m_prepared->handle, name);
}

int Statement::known_position(const char* name) const
{
    const int found = position(name);
    if (found == 0)
        throw SqliteError(SqliteError::Kind::bug, SQLITE_RANGE, std::string("no parameter ") + name + " in: " + m_prepared->sql);
    return found;
}

int Statement::parameters() const
{
    return sqlite3_bind_parameter_count(m_prepared->handle);
}

Statement& Statement::bind_null(int position)
{
    check(sqlite3_bind_null(m_prepared->handle, position));
    return *this;
}

Statement& Statement::bind(int position, std::int64_t number)
{
    check(sqlite3_bind_int64(m_prepared->handle, position, number));
    return *this;
}

Statement& Statement::bind(int position, std::string_view text, Lifetime lifetime)
{
    // SQLite takes a null pointer for NULL; an empty view may hold one.
    const char* data = text.data() ? text.data() : "";
    check(sqlite3_bind_text64(m_prepared->handle, position, data, text.size(),
                              lifetime == Lifetime::borrowed ? SQLITE_STATIC : SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(int position, std::span<const std::byte> bytes, Lifetime lifetime)
{
    if (bytes.empty())
        check(sqlite3_bind_zeroblob(m_prepared->handle, position, 0));
    else
        check(sqlite3_bind_blob64(m_prepared->handle, position, bytes.data(), bytes.size(),
                                  lifetime == Lifetime::borrowed ? SQLITE_STATIC : SQLITE_TRANSIENT));
    return *this;
}

bool Statement::step()
{
    const int code = sqlite3_step(m_prepared->handle);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        check(code);
    return false;
}

void Statement::run()
{
    while (step()) { }
}

void Statement::reset()
{
    sqlite3_reset(m_prepared->handle); // answers the error of the last step again, which was thrown already
    sqlite3_clear_bindings(m_prepared->handle);
}

int Statement::columns() const
{
    return sqlite3_column_count(m_prepared->handle);
}

Type Statement::type(int column) const
{
    switch (sqlite3_column_type(m_prepared->handle, column)) {
    case SQLITE_INTEGER:
        return Type::integer;
    case SQLITE_FLOAT:
        return Type::real;
    case SQLITE_TEXT:
        return Type::text;
    case SQLITE_BLOB:
        return Type::bytes;
    default:
        return Type::null;
    }
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_prepared->handle, column);
}

std::string_view Statement::text(int column) const
{
    const auto* data = sqlite3_column_text(m_prepared->handle, column);
    if (!data)
        return {};
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(m_prepared->handle, column))};
}

std::span<const std::byte> Statement::bytes(int column) const
{
    const void* data = sqlite3_column_blob(m_prepared->handle, column);
    if (!data)
        return {};
    return {static_cast<const std::byte*>(data), static_cast<std::size_t>(sqlite3_column_bytes(m_prepared->handle, column))};
}

bool Statement::read_only() const
{
    return sqlite3_stmt_readonly(m_prepared->handle) != 0;
}

} // namespace kith::sqlite

// SPDX-License-Identifier: Apache-2.0
#include "server/db/sqlite/sqlite_tx.h"

namespace kith::db {

namespace {

using Kind = DbError::Kind;

Kind kind_of(sqlite::SqliteError::Kind kind)
{
    switch (kind) {
    case sqlite::SqliteError::Kind::constraint:
        return Kind::constraint;
    case sqlite::SqliteError::Kind::bug:
        return Kind::bug;
    default:
        return Kind::unavailable;
    }
}

void bind(sqlite::Statement& statement, int position, const Param& param)
{
    constexpr auto borrowed = sqlite::Lifetime::borrowed;
    if (const auto* number = std::get_if<std::int64_t>(&param))
        statement.bind(position, *number);
    else if (const auto* flag = std::get_if<bool>(&param))
        statement.bind(position, std::int64_t{*flag});
    else if (const auto* text = std::get_if<std::string_view>(&param))
        statement.bind(position, *text, borrowed);
    else if (const auto* bytes = std::get_if<std::span<const std::byte>>(&param))
        statement.bind(position, *bytes, borrowed);
    else
        statement.bind_null(position);
}

void bind_all(sqlite::Statement& statement, const Query& query, std::span<const Param> params)
{
    const auto& positions = statement.numbered_positions();
    if (positions.size() != params.size() || statement.parameters() != static_cast<int>(params.size()))
        throw DbError(Kind::bug, std::string(query.name) + " has " + std::to_string(positions.size()) + " parameters and was given "
                          + std::to_string(params.size()));
    for (std::size_t index = 0; index < params.size(); ++index) {
        // PostgreSQL cannot hold it, so neither engine takes it.
        const auto* text = std::get_if<std::string_view>(&params[index]);
        if (text && text->find('\0') != std::string_view::npos)
            throw DbError(Kind::bug, std::string(query.name) + ": text with a NUL character");
        bind(statement, positions[index], params[index]);
    }
}

Value value_of(const sqlite::Statement& statement, int column, const Query& query)
{
    switch (statement.type(column)) {
    case sqlite::Type::null:
        return {};
    case sqlite::Type::integer:
        return statement.integer(column);
    case sqlite::Type::text:
        return std::string{statement.text(column)};
    case sqlite::Type::bytes: {
        const auto bytes = statement.bytes(column);
        return Bytes(bytes.begin(), bytes.end());
    }
    case sqlite::Type::real:
        break;
    }
    throw DbError(Kind::bug, std::string(query.name) + ": a column is a floating-point number");
}

} // namespace

DbError db_error(const sqlite::SqliteError& error, const char* doing)
{
    return DbError(kind_of(error.kind()), std::string(doing) + ": " + error.what());
}

Tx::Outcome SqliteTx::run(const Query& query, std::span<const Param> params)
{
    if (m_failed)
        throw DbError(Kind::bug, std::string(query.name) + ": a statement before it has failed");
    try {
        return run_checked(query, params);
    } catch (const sqlite::SqliteError& error) {
        m_failed = true;
        throw db_error(error, query.name);
    } catch (const DbError&) {
        m_failed = true;
        throw;
    }
}

Tx::Outcome SqliteTx::run_checked(const Query& query, std::span<const Param> params)
{
    if (m_connection.past_deadline())
        throw DbError(Kind::unavailable, std::string(query.name) + ": the transaction has taken too long");
    auto statement = m_connection.prepare(query.sql);
    if (m_access == Access::read && !statement.read_only())
        throw DbError(Kind::bug, std::string(query.name) + " writes in a read-only transaction");
    bind_all(statement, query, params);
    Outcome outcome;
    const int columns = statement.columns();
    while (statement.step()) {
        std::vector<Value> cells;
        cells.reserve(static_cast<std::size_t>(columns));
        for (int column = 0; column < columns; ++column)
            cells.push_back(value_of(statement, column, query));
        outcome.rows.emplace_back(std::move(cells));
    }
    if (!statement.read_only())
        outcome.changed = m_connection.changes();
    return outcome;
}

} // namespace kith::db

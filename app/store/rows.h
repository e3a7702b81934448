// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/mapping.h"
#include "common/sqlite/connection.h"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace kith::store {

using sqlite::Connection;
using sqlite::Statement;

/// Binds values in the order in which the parameters first appear in the SQL.
class Binder {
public:
    explicit Binder(Statement& statement) : m_statement(statement) { }
    void add(std::string_view text) { m_statement.bind(++m_position, text); }
    void add(std::integral auto number)
    {
        m_statement.bind(++m_position, static_cast<std::int64_t>(number));
    }
    template <class T>
    void add(const std::optional<T>& maybe)
    {
        if (maybe)
            add(*maybe);
        else
            m_statement.bind_null(++m_position);
    }

private:
    Statement& m_statement;
    int m_position = 0;
};

template <class... Args>
Statement prepare(Connection& connection, std::string_view sql, const Args&... args)
{
    auto statement = connection.prepare(sql);
    Binder binder(statement);
    (binder.add(args), ...);
    return statement;
}

template <class... Args>
void run(Connection& connection, std::string_view sql, const Args&... args)
{
    prepare(connection, sql, args...).run();
}

/// An entity as it stands in a json column; nothing when a damaged or foreign row does not parse.
template <class T>
std::optional<T> read_entity(std::string_view text)
{
    const auto document = parse_json(text, {.max_bytes = 4 << 20, .max_depth = 64});
    if (!document)
        return std::nullopt;
    auto entity = api::from_json<T>(*document);
    if (!entity)
        return std::nullopt;
    return std::move(*entity);
}

template <class T>
std::string write_entity(const T& entity)
{
    return to_text(api::to_json(entity));
}

/// Small values by name: the colour scheme, the kept place. Survive signing out only when they begin with "look.".
std::optional<std::string> read_setting(Connection& connection, std::string_view key);
void write_setting(Connection& connection, std::string_view key, std::string_view value);

} // namespace kith::store

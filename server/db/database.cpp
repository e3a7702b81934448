// SPDX-License-Identifier: Apache-2.0
#include "server/db/database.h"

#include "server/db/db_metrics.h"

#include <algorithm>

namespace kith::db {

namespace {

template <class T>
const T& cell(const std::vector<Value>& cells, std::size_t column, const char* type)
{
    if (column >= cells.size())
        throw DbError(DbError::Kind::bug, "The row has no column " + std::to_string(column) + ".");
    if (const auto* value = std::get_if<T>(&cells[column]))
        return *value;
    const bool null = std::holds_alternative<std::monostate>(cells[column]);
    throw DbError(DbError::Kind::bug, "Column " + std::to_string(column) + (null ? " is NULL, not " : " is not ") + type + ".");
}

} // namespace

bool Row::is_null(std::size_t column) const
{
    if (column >= m_cells.size())
        throw DbError(DbError::Kind::bug, "The row has no column " + std::to_string(column) + ".");
    return std::holds_alternative<std::monostate>(m_cells[column]);
}

std::int64_t Row::integer(std::size_t column) const
{
    return cell<std::int64_t>(m_cells, column, "an integer");
}

const std::string& Row::text(std::size_t column) const
{
    return cell<std::string>(m_cells, column, "text");
}

const Bytes& Row::bytes(std::size_t column) const
{
    return cell<Bytes>(m_cells, column, "bytes");
}

std::optional<std::int64_t> Row::maybe_integer(std::size_t column) const
{
    if (is_null(column))
        return std::nullopt;
    return integer(column);
}

std::optional<std::string> Row::maybe_text(std::size_t column) const
{
    if (is_null(column))
        return std::nullopt;
    return text(column);
}

std::optional<Timestamp> Row::maybe_time(std::size_t column) const
{
    if (is_null(column))
        return std::nullopt;
    return time(column);
}

void Tx::notify(std::string topic, std::string payload)
{
    constexpr std::string_view k_word = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
    const bool is_word = !topic.empty() && topic.size() <= 40 && topic.find_first_not_of(k_word) == std::string::npos;
    if (!is_word || payload.size() > 1000 || payload.find('\0') != std::string::npos)
        throw DbError(DbError::Kind::bug, "a notice that cannot be told: topic '" + topic + "'");
    Notice notice{std::move(topic), std::move(payload)};
    auto& notices = m_after_commit.notices;
    if (std::find(notices.begin(), notices.end(), notice) == notices.end())
        notices.push_back(std::move(notice));
}

Tx::Outcome Tx::measured(const Query& query, std::span<const Param> params)
{
    const auto start = std::chrono::steady_clock::now();
    auto outcome = run(query, params);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    m_context.metrics->queries.of(query.name).observe(took.count());
    return outcome;
}

IdGenerator& Tx::ids()
{
    if (!m_context.ids.may_give(m_now))
        throw DbError(DbError::Kind::unavailable, "this process has not been able to renew its number for ids");
    return m_context.ids;
}

std::string in_list(std::size_t first, std::size_t count)
{
    if (count < 1 || count > 500)
        throw DbError(DbError::Kind::bug, "A list of " + std::to_string(count) + " values; cut it in slices of 1 to 500.");
    std::string list = "(";
    for (std::size_t number = first; number < first + count; ++number) {
        if (number != first)
            list += ", ";
        list += '$' + std::to_string(number);
    }
    return list + ')';
}

Error Database::busy()
{
    return fail(Errc::unavailable, "The server is busy. Please try again in a moment.", "the database's queue is full or closed");
}

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/id.h"
#include "common/base/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace kith::db {

using Bytes = std::vector<std::byte>;

/// What a cell of the database holds, on both engines: NULL, BIGINT/SMALLINT/BOOLEAN, TEXT, BYTEA.
using Value = std::variant<std::monostate, std::int64_t, std::string, Bytes>;

/// A parameter, borrowed for the length of one query.
using Param = std::variant<std::monostate, std::int64_t, bool, std::string_view, std::span<const std::byte>>;

inline Param to_param(std::monostate) { return {}; }
inline Param to_param(std::nullopt_t) { return {}; }
inline Param to_param(bool flag) { return flag; }
template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
Param to_param(T number)
{
    return static_cast<std::int64_t>(number);
}
template <class T>
    requires std::is_enum_v<T>
Param to_param(T value)
{
    return static_cast<std::int64_t>(value);
}
inline Param to_param(Timestamp at) { return to_ms(at); }
template <class Tag>
Param to_param(Id<Tag> id)
{
    return id.value;
}
inline Param to_param(std::string_view text) { return text; }
inline Param to_param(const std::string& text) { return std::string_view{text}; }
inline Param to_param(const char* text) { return std::string_view{text}; }
inline Param to_param(const Bytes& bytes) { return std::span<const std::byte>{bytes}; }
inline Param to_param(std::span<const std::byte> bytes) { return bytes; }
inline Param to_param(const Value& value)
{
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return *number;
    if (const auto* text = std::get_if<std::string>(&value))
        return std::string_view{*text};
    if (const auto* bytes = std::get_if<Bytes>(&value))
        return std::span<const std::byte>{*bytes};
    return {};
}
template <class T>
Param to_param(const std::optional<T>& maybe)
{
    return maybe ? to_param(*maybe) : Param{};
}

/// One row of an answer. A column of another type than asked for is a bug: throws DbError.
class Row {
public:
    explicit Row(std::vector<Value> cells) : m_cells(std::move(cells)) { }

    bool is_null(std::size_t column) const;
    std::int64_t integer(std::size_t column) const;
    bool boolean(std::size_t column) const { return integer(column) != 0; }
    const std::string& text(std::size_t column) const;
    const Bytes& bytes(std::size_t column) const;
    Timestamp time(std::size_t column) const { return from_ms(integer(column)); }
    template <class IdType>
    IdType id(std::size_t column) const
    {
        return IdType{integer(column)};
    }
    template <class Enum>
    Enum as(std::size_t column) const
    {
        return static_cast<Enum>(integer(column));
    }
    std::optional<std::int64_t> maybe_integer(std::size_t column) const;
    std::optional<std::string> maybe_text(std::size_t column) const;
    std::optional<Timestamp> maybe_time(std::size_t column) const;
    template <class IdType>
    std::optional<IdType> maybe_id(std::size_t column) const
    {
        if (is_null(column))
            return std::nullopt;
        return IdType{integer(column)};
    }
    std::size_t size() const { return m_cells.size(); }

private:
    std::vector<Value> m_cells;
};

using Rows = std::vector<Row>;

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#include "server/db/postgres/postgres_values.h"

#include <charconv>

namespace kith::db {

namespace {

using Kind = DbError::Kind;

// From pg_type.dat: the numbers of built-in types never change.
constexpr unsigned k_bool = 16;
constexpr unsigned k_bytea = 17;
constexpr unsigned k_name = 19;
constexpr unsigned k_int8 = 20;
constexpr unsigned k_int2 = 21;
constexpr unsigned k_int4 = 23;
constexpr unsigned k_text = 25;
constexpr unsigned k_oid = 26;
constexpr unsigned k_unknown = 705;
constexpr unsigned k_bpchar = 1042;
constexpr unsigned k_varchar = 1043;
constexpr unsigned k_numeric = 1700;
constexpr unsigned k_void = 2278;

const char* cast_of(const Param& param)
{
    static constexpr const char* casts[] = {"", "::bigint", "::boolean", "::text", "::bytea"};
    static_assert(std::variant_size_v<Param> == std::size(casts));
    return casts[param.index()];
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Where the quoted text or comment that starts at `at` ends; `at` itself when none starts there.
std::size_t skip_quoted(std::string_view sql, std::size_t at)
{
    if (sql[at] == '\'' || sql[at] == '"') {
        const auto end = sql.find(sql[at], at + 1); // a doubled quote starts the next one at once
        return end == std::string_view::npos ? sql.size() : end + 1;
    }
    if (sql.substr(at, 2) == "--") {
        const auto end = sql.find('\n', at);
        return end == std::string_view::npos ? sql.size() : end;
    }
    return at;
}

std::string hex(std::span<const std::byte> bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text = "\\x";
    text.reserve(2 + bytes.size() * 2);
    for (const auto byte : bytes) {
        text += digits[std::to_integer<unsigned>(byte) >> 4];
        text += digits[std::to_integer<unsigned>(byte) & 15];
    }
    return text;
}

Bytes from_hex(const Query& query, std::string_view text)
{
    if (!text.starts_with("\\x") || text.size() % 2 != 0)
        throw DbError(Kind::bug, std::string(query.name) + ": bytes that are not in hex");
    Bytes bytes;
    bytes.reserve(text.size() / 2 - 1);
    for (std::size_t at = 2; at < text.size(); at += 2) {
        unsigned byte = 0;
        std::from_chars(text.data() + at, text.data() + at + 2, byte, 16);
        bytes.push_back(static_cast<std::byte>(byte));
    }
    return bytes;
}

std::int64_t to_integer(const Query& query, std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        throw DbError(Kind::bug, std::string(query.name) + ": a number that is no 64-bit integer");
    return number;
}

} // namespace

std::string signature(std::span<const Param> params)
{
    std::string letters;
    for (const auto& param : params)
        letters += "nibty"[param.index()];
    return letters;
}

std::string typed_sql(const Query& query, std::span<const Param> params)
{
    const std::string_view sql = query.sql;
    std::string typed;
    typed.reserve(sql.size() + params.size() * 8);
    std::vector<bool> used(params.size());
    for (std::size_t at = 0; at < sql.size();) {
        std::size_t end = skip_quoted(sql, at);
        if (end == at)
            end = at + 1;
        const bool parameter = sql[at] == '$' && end < sql.size() && is_digit(sql[end]);
        while (parameter && end < sql.size() && is_digit(sql[end]))
            ++end;
        typed += sql.substr(at, end - at);
        if (parameter) {
            const auto number = static_cast<std::size_t>(to_integer(query, sql.substr(at + 1, end - at - 1)));
            if (number < 1 || number > params.size())
                throw DbError(Kind::bug, std::string(query.name) + " has more parameters than it was given");
            used[number - 1] = true;
            typed += cast_of(params[number - 1]);
        }
        at = end;
    }
    for (const bool one : used) {
        if (!one)
            throw DbError(Kind::bug, std::string(query.name) + " has fewer parameters than it was given");
    }
    return typed;
}

std::optional<std::string> text_form(const Query& query, const Param& param)
{
    if (const auto* number = std::get_if<std::int64_t>(&param))
        return std::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&param))
        return *flag ? "t" : "f";
    if (const auto* bytes = std::get_if<std::span<const std::byte>>(&param))
        return hex(*bytes);
    if (const auto* text = std::get_if<std::string_view>(&param)) {
        if (text->find('\0') != std::string_view::npos)
            throw DbError(Kind::bug, std::string(query.name) + ": text with a NUL character");
        return std::string{*text};
    }
    return std::nullopt;
}

Value value_from(const Query& query, unsigned type, std::string_view text)
{
    switch (type) {
    case k_int2:
    case k_int4:
    case k_int8:
    case k_oid:
    case k_numeric: // what sum() of BIGINT answers
        return to_integer(query, text);
    case k_bool:
        return std::int64_t{text == "t"};
    case k_text:
    case k_varchar:
    case k_bpchar:
    case k_name:
    case k_unknown:
    case k_void:
        return std::string{text};
    case k_bytea:
        return from_hex(query, text);
    default:
        throw DbError(Kind::bug, std::string(query.name) + ": a column of the type with OID " + std::to_string(type));
    }
}

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// Structured log lines on standard error: a sentence and named values.
///
///     log::info("A delivery failed.", {{"host", host}, {"attempt", job.attempt}});
///
/// Any thread. Never log a secret; as a second line of defence, a value whose name contains token, password, secret,
/// authorization, cookie or is `code` is written as (hidden). Control characters are escaped, a value is cut after
/// 2,000 bytes and a line after 16,000, so that nobody forges or floods lines.
namespace kith::log {

enum class Level { debug, info, warning, error, off };
enum class Format { text, json };

class Value {
public:
    Value(std::string_view text) : m_value(text) { }
    Value(const std::string& text) : m_value(std::string_view{text}) { }
    Value(const char* text) : m_value(std::string_view{text}) { }
    Value(bool flag) : m_value(flag) { }
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    Value(T number) : m_value(static_cast<std::int64_t>(number)) { }
    Value(double number) : m_value(number) { }
    /// Nothing: the line goes without the field.
    Value(const std::optional<std::string>& text)
    {
        if (text)
            m_value = std::string_view{*text};
    }

    using Held = std::variant<std::monostate, std::string_view, std::int64_t, double, bool>;
    const Held& get() const { return m_value; }

private:
    Held m_value; // borrowed for the length of one call
};

struct Field {
    std::string_view key;
    Value value;
};
using Fields = std::initializer_list<Field>;

/// The field that ties the lines of one request together.
inline Field request_id(Value id)
{
    return Field{"request_id", id};
}

struct Options {
    Level level = Level::info;
    Format format = Format::text;
    std::function<void(std::string_view line)> sink = {}; ///< instead of standard error, for tests; one call at a time
};
/// At start. Before it, lines from `info` on go to standard error as text.
void configure(Options options);
/// "debug", "info", "warning", "error" or "off"; anything else is `info`.
Level level_from(std::string_view name);
bool enabled(Level level);

void debug(std::string_view text, Fields fields = {});
void info(std::string_view text, Fields fields = {});
void warning(std::string_view text, Fields fields = {});
void error(std::string_view text, Fields fields = {});

} // namespace kith::log

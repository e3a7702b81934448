// SPDX-License-Identifier: Apache-2.0
#include "server/core/log.h"

#include "common/base/time.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <memory>
#include <mutex>

namespace kith::log {

namespace {

constexpr std::size_t k_max_value = 2000;
constexpr std::size_t k_max_line = 16000;

class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit FunctionSink(std::function<void(std::string_view)> sink) : m_sink(std::move(sink)) { }

private:
    void sink_it_(const spdlog::details::log_msg& message) override
    {
        m_sink(std::string_view{message.payload.data(), message.payload.size()});
    }
    void flush_() override { }

    std::function<void(std::string_view)> m_sink;
};

struct State {
    std::shared_ptr<spdlog::logger> logger;
    Format format = Format::text;
};

std::shared_ptr<const State> make_state(Options options)
{
    spdlog::sink_ptr sink;
    if (options.sink)
        sink = std::make_shared<FunctionSink>(std::move(options.sink));
    else
        sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto state = std::make_shared<State>();
    state->logger = std::make_shared<spdlog::logger>("kithd", std::move(sink));
    state->logger->set_level(spdlog::level::trace); // we choose by level ourselves, before a line is put together
    state->logger->set_pattern("%v");
    state->logger->flush_on(spdlog::level::trace);
    state->format = options.format;
    return state;
}

std::atomic<Level> g_level{Level::info};

/// The logger in use. A mutex rather than std::atomic<std::shared_ptr>: ThreadSanitizer does not understand that of GCC 12,
/// and beside writing a line it costs nothing.
class Current {
public:
    std::shared_ptr<const State> load() const
    {
        const std::lock_guard lock(m_mutex);
        return m_state;
    }
    void store(std::shared_ptr<const State> state)
    {
        const std::lock_guard lock(m_mutex);
        m_state = std::move(state);
    }

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<const State> m_state = make_state({});
};

Current& current()
{
    static Current instance;
    return instance;
}

/// The length of the well-formed UTF-8 character at the start of `text`, its code point in `code`; 0 when malformed.
std::size_t decode(std::string_view text, char32_t& code)
{
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xc2 && first < 0xe0 ? 2
                               : first >= 0xe0 && first < 0xf0 ? 3
                               : first >= 0xf0 && first < 0xf5 ? 4
                                                               : 0;
    if (length == 0 || text.size() < length)
        return 0;
    code = length == 1 ? first : first & (0x7f >> length);
    for (std::size_t index = 1; index < length; ++index) {
        const auto next = static_cast<unsigned char>(text[index]);
        if ((next & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (next & 0x3f);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    return overlong || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff ? 0 : length;
}

/// Line breaks, terminal sequences and what turns the direction of text around: none of it belongs into a log.
bool is_control(char32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2028 && code <= 0x2029) || (code >= 0x2066 && code <= 0x2069);
}

/// Appends `text` so that it stays within one JSON string: also what the text format quotes with.
void append_escaped(std::string& out, std::string_view text)
{
    const auto limit = out.size() + k_max_value;
    while (!text.empty()) {
        if (out.size() >= limit) {
            out += "…";
            return;
        }
        char32_t code = 0;
        const auto length = decode(text, code);
        std::array<char, 16> escape{};
        if (length == 0) {
            out += "\xef\xbf\xbd"; // U+FFFD
        } else if (code == '"' || code == '\\') {
            out += '\\';
            out += static_cast<char>(code);
        } else if (is_control(code)) {
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(code));
            out += escape.data();
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
}

bool is_secret(std::string_view key)
{
    std::string lower{key};
    for (auto& character : lower) {
        if (character >= 'A' && character <= 'Z')
            character += 'a' - 'A';
    }
    for (const auto* part : {"token", "password", "passwd", "secret", "authorization", "cookie"}) {
        if (lower.find(part) != std::string::npos)
            return true;
    }
    return lower == "code" || lower.ends_with("_code");
}

void append_value(std::string& out, const Value& value, Format format)
{
    const auto& held = value.get();
    if (const auto* number = std::get_if<std::int64_t>(&held)) {
        out += std::to_string(*number);
    } else if (const auto* real = std::get_if<double>(&held)) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.6g", *real);
        out += std::isfinite(*real) ? text.data() : "null";
    } else if (const auto* flag = std::get_if<bool>(&held)) {
        out += *flag ? "true" : "false";
    } else {
        const auto text = std::get<std::string_view>(held);
        const auto plain = [](char character) {
            return (character >= '0' && character <= '9') ||
                   (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
                   std::string_view{"-._:/@"}.find(character) != std::string_view::npos;
        };
        bool quote = format == Format::json || text.empty();
        for (const char character : text)
            quote = quote || !plain(character);
        out += quote ? "\"" : "";
        append_escaped(out, text);
        out += quote ? "\"" : "";
    }
}

std::string_view name_of(Level level)
{
    switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
    case Level::off: break;
    }
    return "off";
}

std::string make_line(Format format, Level level, std::string_view text, Fields fields)
{
    std::string line;
    line.reserve(200);
    const auto now = to_iso8601(SystemClock{}.now());
    const bool as_json = format == Format::json;
    if (as_json)
        line.append(R"({"time":")").append(now).append(R"(","level":")").append(name_of(level)).append(R"(","message":")");
    else
        line.append(now).append(" ").append(name_of(level)).append(level == Level::info ? "    " : " ");
    append_escaped(line, text);
    line += as_json ? "\"" : "";
    for (const auto& field : fields) {
        if (line.size() > k_max_line)
            break;
        if (std::holds_alternative<std::monostate>(field.value.get()))
            continue;
        line += as_json ? ",\"" : " ";
        append_escaped(line, field.key);
        line += as_json ? "\":" : "=";
        append_value(line, is_secret(field.key) ? Value{"(hidden)"} : field.value, format);
    }
    return line += as_json ? "}" : "";
}

void write(Level level, std::string_view text, Fields fields)
{
    if (!enabled(level))
        return;
    const auto state = current().load();
    const auto line = make_line(state->format, level, text, fields);
    state->logger->log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()});
}

} // namespace

void configure(Options options)
{
    g_level = options.level;
    current().store(make_state(std::move(options)));
}

Level level_from(std::string_view name)
{
    for (const auto level : {Level::debug, Level::warning, Level::error, Level::off}) {
        if (name_of(level) == name)
            return level;
    }
    return Level::info;
}

bool enabled(Level level)
{
    return level >= g_level.load(std::memory_order_relaxed) && level != Level::off;
}

void debug(std::string_view text, Fields fields)
{
    write(Level::debug, text, fields);
}

void info(std::string_view text, Fields fields)
{
    write(Level::info, text, fields);
}

void warning(std::string_view text, Fields fields)
{
    write(Level::warning, text, fields);
}

void error(std::string_view text, Fields fields)
{
    write(Level::error, text, fields);
}

} // namespace kith::log

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// W3C trace context (https://www.w3.org/TR/trace-context/) and the spans that are sent to a collector. What is under way
/// travels with the coroutine's executor (traced_executor.h), never in a thread.
namespace kith::trace {

/// Where in which trace something happens.
struct Context {
    std::array<std::uint8_t, 16> trace_id{};
    std::array<std::uint8_t, 8> span_id{};
    bool sampled = false;
    std::string state; ///< tracestate, handed on as it came; checked, at most 512 bytes
    std::string request_id; ///< of the request that all of it is for, "" when there is none: for our logs alone
};

/// Nothing unless the value is well formed: version 00, or what of a later one can be read as 00.
std::optional<Context> parse_traceparent(std::string_view value);
std::string to_traceparent(const Context& context);
/// The values of all tracestate fields as one, or "" when they are not well formed or too long.
std::string join_tracestate(const std::vector<std::string_view>& values);
std::string to_hex(const std::uint8_t* bytes, std::size_t count);

/// OTLP's numbers.
enum class Kind { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };
using AttributeValue = std::variant<std::string, std::int64_t>;

/// Something that took time, when it is over. Holds no secret: names, numbers, hosts.
struct Span {
    Context context;
    std::optional<std::array<std::uint8_t, 8>> parent;
    std::string name;
    Kind kind = Kind::internal;
    std::chrono::system_clock::time_point start;
    std::chrono::nanoseconds duration{0};
    std::vector<std::pair<const char*, AttributeValue>> attributes;
    std::string error; ///< empty: none
};

/// Takes finished spans. Any thread; never waits, never throws.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void take(Span span) noexcept = 0;
};

/// What is under way: children get their parent from it. Without a sink it is not traced, and only the request is known.
struct Active {
    Sink* sink;
    Context context;
};
using ActivePointer = std::shared_ptr<const Active>;
/// Of a request, or of what is done for it, that is not traced. Null when `request_id` is empty.
ActivePointer untraced(std::string request_id);

/// A span that has begun, and ends with this object.
class OpenSpan {
public:
    OpenSpan(Sink& sink, Context context, std::optional<std::array<std::uint8_t, 8>> parent, std::string name, Kind kind);
    /// A child of what is under way.
    OpenSpan(const Active& active, std::string name, Kind kind);
    ~OpenSpan();
    OpenSpan(const OpenSpan&) = delete;
    OpenSpan& operator=(const OpenSpan&) = delete;

    void rename(std::string name) { m_span.name = std::move(name); }
    /// `key`: a literal.
    void set(const char* key, AttributeValue value) { m_span.attributes.emplace_back(key, std::move(value)); }
    void fail(std::string sentence) { m_span.error = std::move(sentence); }
    const ActivePointer& active() const { return m_active; }

private:
    ActivePointer m_active;
    Span m_span;
    std::chrono::steady_clock::time_point m_start;
};

/// Decides which requests and jobs are traced. Any thread.
class Tracer {
public:
    /// `sink` outlives it. `per_mille`: how many of 1,000 when nobody else has decided.
    Tracer(Sink& sink, unsigned per_mille) : m_sink(sink), m_per_mille(per_mille) { }

    /// The span of a request or job; null when it is not traced. `incoming`: the caller's. Its trace goes on; whether it
    /// is sampled, only a caller that we trust decides.
    std::unique_ptr<OpenSpan> begin(std::string name, Kind kind, const std::optional<Context>& incoming = {},
                                    bool trusted = false, std::string request_id = {}) const;

private:
    Sink& m_sink;
    unsigned m_per_mille;
};

} // namespace kith::trace

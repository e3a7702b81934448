// SPDX-License-Identifier: Apache-2.0
#include "tests/server/tracing/collector.h"

#include "tests/support/patience.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace kith::tests {

namespace {

bool is_hex(const std::string& text, std::size_t length)
{
    return text.size() == length && text.find_first_not_of("0123456789abcdef") == text.npos &&
           text.find_first_not_of('0') != text.npos;
}

std::int64_t number_in_text(const json::value& value)
{
    const auto& text = value.as_string();
    std::size_t end = 0;
    const auto number = std::stoll(std::string{text}, &end);
    if (end != text.size())
        throw std::runtime_error("not a number in text");
    return number;
}

/// https://github.com/open-telemetry/opentelemetry-proto: AnyValue has exactly one of these.
std::string value_of(const json::value& value)
{
    const auto& object = value.as_object();
    if (object.size() != 1)
        throw std::runtime_error("a value with several types");
    if (const auto* text = object.if_contains("stringValue"))
        return std::string{text->as_string()};
    return std::to_string(number_in_text(object.at("intValue")));
}

std::map<std::string, std::string> attributes_of(const json::object& object)
{
    std::map<std::string, std::string> out;
    for (const auto& item : object.at("attributes").as_array()) {
        if (item.as_object().size() != 2 ||
            !out.emplace(item.at("key").as_string(), value_of(item.at("value"))).second)
            throw std::runtime_error("an attribute twice, or with something else");
    }
    return out;
}

void only(const json::object& object, const std::set<std::string>& names)
{
    for (const auto& member : object)
        if (!names.contains(std::string{member.key()}))
            throw std::runtime_error("there is no field " + std::string{member.key()});
}

} // namespace

Collector::Collector()
{
    m_router.add(http::Method::post, "/v1/traces", http::Access::anyone(),
                 [this](http::Request& request) { return take(request); });
    http::ListenerOptions options;
    options.port = 0;
    options.limits.stop_timeout = std::chrono::milliseconds{100};
    m_listener = http::Listener::start(m_io.get_executor(), options, m_router).value();
    m_thread = std::thread([this] { m_io.run(); });
}

Collector::~Collector()
{
    m_io.stop();
    m_thread.join();
    m_listener.reset();
}

http::awaitable<Result<http::Response>> Collector::take(http::Request& request)
{
    ++m_exports;
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
    while (hold) {
        timer.expires_after(std::chrono::milliseconds{2});
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
    if (answer == 200) {
        const std::lock_guard lock{m_mutex};
        try {
            if (request.headers.find("Content-Type") != "application/json")
                throw std::runtime_error("not sent as JSON");
            read(parse_json(request.body).value());
        } catch (const std::exception& exception) {
            m_problems.push_back(std::string{exception.what()} + " in " + request.body);
        }
    }
    co_return http::Response{answer, "application/json", "{}"};
}

void Collector::read(const json::value& body)
{
    only(body.as_object(), {"resourceSpans"});
    for (const auto& resource : body.at("resourceSpans").as_array()) {
        only(resource.as_object(), {"resource", "scopeSpans"});
        if (!attributes_of(resource.at("resource").as_object()).contains("service.name"))
            throw std::runtime_error("a service without a name");
        for (const auto& scope : resource.at("scopeSpans").as_array()) {
            only(scope.as_object(), {"scope", "spans"});
            only(scope.at("scope").as_object(), {"name", "version"});
            for (const auto& span : scope.at("spans").as_array())
                read_span(span.as_object());
        }
    }
}

void Collector::read_span(const json::object& span)
{
    only(span, {"traceId", "spanId", "parentSpanId", "traceState", "flags", "name", "kind", "startTimeUnixNano",
                "endTimeUnixNano", "attributes", "status"});
    const auto text = [&](const char* name) {
        const auto* value = span.if_contains(name);
        return value ? std::string{value->as_string()} : std::string{};
    };
    CollectedSpan read;
    read.trace_id = text("traceId");
    read.span_id = text("spanId");
    read.parent_id = text("parentSpanId");
    read.state = text("traceState");
    read.name = text("name");
    read.kind = span.at("kind").to_number<int>();
    read.start = number_in_text(span.at("startTimeUnixNano"));
    read.end = number_in_text(span.at("endTimeUnixNano"));
    read.attributes = attributes_of(span);
    const auto& status = span.at("status").as_object();
    only(status, {"code", "message"});
    if (const auto* code = status.if_contains("code"); code && code->to_number<int>() == 2)
        read.error = std::string{status.at("message").as_string()};
    const bool good = is_hex(read.trace_id, 32) && is_hex(read.span_id, 16) && !read.name.empty() && read.kind >= 1 &&
                      read.kind <= 5 && read.start > 1'700'000'000'000'000'000 && read.end >= read.start &&
                      (read.parent_id.empty() || is_hex(read.parent_id, 16));
    if (!good)
        throw std::runtime_error("a bad span " + read.name);
    m_spans.push_back(std::move(read));
}

std::vector<CollectedSpan> Collector::spans() const
{
    const std::lock_guard lock{m_mutex};
    return m_spans;
}

std::vector<std::string> Collector::problems() const
{
    const std::lock_guard lock{m_mutex};
    return m_problems;
}

bool Collector::wait_for(std::size_t count, const std::function<bool(const CollectedSpan&)>& wanted) const
{
    const auto deadline = std::chrono::steady_clock::now() + k_patience;
    while (std::chrono::steady_clock::now() < deadline) {
        const auto all = spans();
        if (static_cast<std::size_t>(std::count_if(all.begin(), all.end(), wanted)) >= count)
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return false;
}

} // namespace kith::tests

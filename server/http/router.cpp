// SPDX-License-Identifier: Apache-2.0
#include "server/http/router.h"

#include "server/core/traced_executor.h"
#include "server/http/cors.h"
#include "server/http/response_head.h"
#include "server/http/syntax.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <chrono>
#include <stdexcept>

namespace kith::http {

namespace {

constexpr std::size_t k_max_segments = 16;
const std::string k_none = "none";

/// The segments of a path, without memory of their own; a path with more than fit matches nothing.
struct Segments {
    std::array<std::string_view, k_max_segments> at;
    std::size_t count = 0;
    bool fits = true;

    explicit Segments(std::string_view path)
    {
        while (path.starts_with('/')) {
            path.remove_prefix(1);
            if (count == k_max_segments) {
                fits = false;
                return;
            }
            at[count] = path.substr(0, path.find('/'));
            path.remove_prefix(at[count++].size());
        }
        fits = path.empty();
    }
};

/// Who is told to come back is told when, as well as we know; also on a page that a handler made.
void add_retry_after(Response& response, const Request& request)
{
    if (response.status != 429 && response.status != 503)
        return;
    if (request.retry_after.count() > 0)
        response.headers.set("Retry-After", std::to_string(request.retry_after.count()));
    else if (!response.headers.find("Retry-After"))
        response.headers.add("Retry-After", response.status == 429 ? "60" : "5");
}

double seconds_since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// By its method alone: most requests do not, and go without what this would cost.
bool may_write(Method method)
{
    return method != Method::get && method != Method::head && method != Method::options;
}

} // namespace

struct Router::Search {
    Method method;
    bool websocket;
    Segments segments;
    std::array<bool, 7> methods{}; ///< those that the path has

    Search(const Request& request, bool for_websocket)
        : method(request.method), websocket(for_websocket), segments(request.path)
    {
    }

    bool found_any() const
    {
        for (const bool has : methods)
            if (has)
                return true;
        return false;
    }
    std::string allowed() const
    {
        std::string list = "OPTIONS";
        for (const auto m : {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del})
            if (methods[static_cast<std::size_t>(m)] || (m == Method::head && methods[0]))
                list += std::string{", "} + to_string(m);
        return list;
    }
};

Router::Router() : m_nodes(1) { }

void Router::add(Method method, std::string pattern, Access access, Handler handler, RouteClass route_class)
{
    Entry entry;
    entry.method = method;
    entry.pattern = std::move(pattern);
    entry.access = std::move(access);
    entry.handler = std::move(handler);
    entry.route_class = route_class;
    insert(std::move(entry));
}

void Router::add_websocket(std::string pattern, Access access, WebSocketAccept accept, RouteClass route_class)
{
    Entry entry;
    entry.pattern = std::move(pattern);
    entry.access = std::move(access);
    entry.websocket = std::move(accept);
    entry.route_class = route_class;
    insert(std::move(entry));
}

void Router::insert(Entry entry)
{
    if (m_passes && !m_passes(entry.pattern))
        return;
    const Segments segments{entry.pattern};
    if (!entry.pattern.starts_with('/') || !segments.fits)
        throw std::logic_error("not a pattern: " + entry.pattern);
    if (entry.route_class == RouteClass::standard)
        entry.route_class = standard_class(entry.pattern, static_cast<bool>(entry.websocket));
    std::size_t node = 0;
    for (std::size_t i = 0; i < segments.count; ++i) {
        const auto segment = segments.at[i];
        entry.segments.emplace_back(segment);
        const auto known = m_nodes[node].literals.find(segment);
        const bool is_parameter = segment.starts_with(':');
        std::size_t next = is_parameter                            ? m_nodes[node].parameter
                           : known == m_nodes[node].literals.end() ? 0
                                                                   : known->second;
        if (next == 0) {
            next = m_nodes.size();
            m_nodes.emplace_back();
            if (is_parameter)
                m_nodes[node].parameter = next;
            else
                m_nodes[node].literals.emplace(segment, next);
        }
        node = next;
    }
    for (const auto other : m_nodes[node].entries)
        if (m_entries[other].method == entry.method &&
            static_cast<bool>(m_entries[other].websocket) == static_cast<bool>(entry.websocket))
            throw std::logic_error("the route exists: " + entry.pattern);
    m_nodes[node].entries.push_back(m_entries.size());
    m_entries.push_back(std::move(entry));
}

const Router::Entry* Router::find(Search& search, std::size_t node, std::size_t depth) const
{
    const auto& here = m_nodes[node];
    if (depth == search.segments.count) {
        const Entry* through_get = nullptr;
        for (const auto index : here.entries) {
            const auto& entry = m_entries[index];
            if (search.websocket != static_cast<bool>(entry.websocket))
                continue;
            if (entry.method == search.method || search.websocket)
                return &entry;
            search.methods[static_cast<std::size_t>(entry.method)] = true;
            if (entry.method == Method::get && search.method == Method::head)
                through_get = &entry;
        }
        return through_get;
    }
    const auto segment = search.segments.at[depth];
    if (const auto literal = here.literals.find(segment); literal != here.literals.end())
        if (const auto* entry = find(search, literal->second, depth + 1))
            return entry;
    if (here.parameter != 0 && !segment.empty())
        return find(search, here.parameter, depth + 1);
    return nullptr;
}

awaitable<Result<void>> Router::admit(const Entry& entry, Request& request, RateStatus& rate) const
{
    if (!arrives(entry.route_class, request, rate))
        co_return too_many_requests(request, rate.retry_in);
    request.path_params.clear();
    const Segments segments{request.path};
    for (std::size_t i = 0; i < entry.segments.size(); ++i)
        if (entry.segments[i].starts_with(':'))
            request.path_params.emplace_back(entry.segments[i].substr(1), segments.at[i]);
    if (entry.access.kind == Access::Kind::anyone)
        co_return Result<void>{};
    if (m_authenticate) {
        auto admitted = co_await m_authenticate(entry.access, request);
        if (admitted && m_gate && !m_gate->admit(entry.route_class, request, rate))
            co_return too_many_requests(request, rate.retry_in);
        co_return admitted;
    }
    if (entry.access.kind == Access::Kind::optional_user)
        co_return Result<void>{};
    co_return fail(Errc::unauthorized, "The access token is invalid.", "the router has no authenticator");
}

awaitable<Result<Response>> Router::run(const Entry& entry, Request& request, RateStatus& rate) const
{
    std::exception_ptr thrown;
    try {
        auto admitted = co_await admit(entry, request, rate);
        if (!admitted)
            co_return std::move(admitted).error();
        co_return co_await entry.handler(request);
    } catch (...) {
        thrown = std::current_exception();
    }
    co_return error_of(thrown);
}

Response Router::unrouted(Request& request, const Search& search, RateStatus& rate) const
{
    if (request.method == Method::options &&
        (search.found_any() || request.path == "*" || is_cross_origin(request.path)))
        return options_response(request, search.found_any() ? search.allowed() : "OPTIONS, GET, HEAD, POST, PUT, PATCH, DELETE");
    if (!arrives(RouteClass::page, request, rate))
        return error_response(too_many_requests(request, rate.retry_in));
    if (!search.found_any())
        return error_response(fail(Errc::not_found, "Record not found"));
    auto response = error_response(fail(Errc::not_found, "This address does not answer this method."));
    response.status = 405;
    response.headers.add("Allow", search.allowed());
    return response;
}

std::unique_ptr<trace::OpenSpan> Router::begin_span(const Request& request, const Entry* entry) const
{
    if (!m_tracer || (entry && entry->route_class == RouteClass::none))
        return nullptr;
    std::optional<trace::Context> incoming;
    if (request.headers.count("traceparent") == 1) // 3.2: more than one is none
        incoming = trace::parse_traceparent(*request.headers.find("traceparent"));
    if (incoming) {
        std::vector<std::string_view> states;
        for (const auto& [name, value] : request.headers.all())
            if (iequals(name, "tracestate"))
                states.push_back(value);
        incoming->state = trace::join_tracestate(states);
    }
    const auto& route = entry ? entry->pattern : k_none;
    auto span = m_tracer->begin(std::string{to_string(request.method)} + " " + route, trace::Kind::server, incoming,
                                request.via_proxy, request.id);
    if (span) {
        span->set("http.request.method", std::string{to_string(request.method)});
        span->set("http.route", route);
        span->set("kith.request_id", request.id);
    }
    return span;
}

awaitable<Response> Router::handle(Request& request) const
{
    return m_tracer || may_write(request.method) ? answer_with_cause(request) : answer(request);
}

awaitable<Response> Router::answer_with_cause(Request& request) const
{
    std::unique_ptr<trace::OpenSpan> span;
    if (m_tracer) {
        Search search{request, false};
        span = begin_span(request, search.segments.fits ? find(search, 0, 0) : nullptr);
    }
    trace::ActivePointer cause;
    if (span)
        cause = span->active();
    else if (may_write(request.method))
        cause = trace::untraced(request.id);
    if (!cause)
        co_return co_await answer(request);
    const auto executor = co_await boost::asio::this_coro::executor;
    const boost::asio::any_io_executor with_cause{trace::TracedExecutor{executor, cause}};
    auto response = co_await boost::asio::co_spawn(with_cause, answer(request), boost::asio::use_awaitable);
    if (!span)
        co_return response;
    span->set("http.response.status_code", std::int64_t{response.status});
    if (response.status >= 500)
        span->fail(reason_of(response.status));
    co_return response;
}

awaitable<Response> Router::answer(Request& request) const
{
    const auto start = std::chrono::steady_clock::now();
    Search search{request, false};
    const auto* entry = search.segments.fits ? find(search, 0, 0) : nullptr;
    RateStatus rate;
    Response response;
    request.retry_after = {};
    if (entry) {
        auto outcome = co_await run(*entry, request, rate);
        if (outcome) {
            response = std::move(outcome).value();
        } else {
            if (status_of(outcome.error().code) >= 500)
                report(request, outcome.error());
            response = error_response(outcome.error());
        }
    } else {
        response = unrouted(request, search, rate);
    }
    add_retry_after(response, request);
    add_rate_headers(response, rate);
    if (is_cross_origin(request.path))
        add_cors(response);
    const Observation seen{request,         &response, index_of(entry), entry ? entry->pattern : k_none,
                           response.status, seconds_since(start)};
    observe(seen);
    co_return response;
}

awaitable<Result<WebSocketHandlers>> Router::handle_websocket(Request& request) const
{
    const auto start = std::chrono::steady_clock::now();
    Search search{request, true};
    const auto* entry = search.segments.fits ? find(search, 0, 0) : nullptr;
    const auto span = begin_span(request, entry);
    RateStatus rate;
    request.retry_after = {};
    std::optional<Result<WebSocketHandlers>> outcome;
    std::exception_ptr thrown;
    if (entry) {
        try {
            auto admitted = co_await admit(*entry, request, rate);
            if (admitted)
                outcome.emplace(co_await entry->websocket(request));
            else
                outcome.emplace(std::move(admitted).error());
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown)
            outcome.emplace(error_of(thrown));
        if (!*outcome && status_of(outcome->error().code) >= 500)
            report(request, outcome->error());
    } else if (!arrives(RouteClass::page, request, rate)) {
        outcome.emplace(too_many_requests(request, rate.retry_in));
    } else {
        outcome.emplace(fail(Errc::not_found, "Record not found"));
    }
    const Observation seen{request,
                           nullptr,
                           index_of(entry),
                           entry ? entry->pattern : k_none,
                           *outcome ? 101 : status_of(outcome->error().code),
                           seconds_since(start)};
    observe(seen);
    co_return std::move(*outcome);
}

Response Router::refusal(const Request& request, const Error& error) const
{
    auto response = error_response(error);
    add_retry_after(response, request);
    if (is_cross_origin(request.path))
        add_cors(response);
    return response;
}

std::size_t Router::index_of(const Entry* entry) const
{
    return entry ? static_cast<std::size_t>(entry - m_entries.data()) : k_no_route;
}

Error Router::error_of(std::exception_ptr thrown) const noexcept
{
    std::string cause = "an exception of unknown type";
    try {
        if (m_map_exception)
            return m_map_exception(thrown);
        std::rethrow_exception(thrown);
    } catch (const std::exception& exception) {
        cause = exception.what();
    } catch (...) {
        cause += ", twice";
    }
    return fail(Errc::internal, "Something went wrong on this server.", std::move(cause));
}

void Router::note_refused(const Request& request, int status) const
{
    observe(Observation{request, nullptr, k_no_route, k_none, status, 0});
}

void Router::observe(const Observation& observation) const noexcept
{
    try {
        if (m_observe)
            m_observe(observation);
    } catch (const std::exception&) {
        // An observer that fails must not take the answer with it.
        report(observation.request, fail(Errc::internal, "The observer of requests failed."));
    }
}

void Router::report(const Request& request, const Error& error) const noexcept
{
    try {
        if (m_error_sink)
            m_error_sink(request, error);
    } catch (const std::exception&) {
        // Nothing is left to tell it to.
        return;
    }
}

std::vector<Router::Route> Router::routes() const
{
    std::vector<Route> list;
    for (const auto& entry : m_entries)
        list.push_back(Route{entry.method, entry.pattern, entry.access, entry.route_class,
                             static_cast<bool>(entry.websocket)});
    return list;
}

} // namespace kith::http

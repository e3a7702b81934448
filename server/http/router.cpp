// SPDX-License-Identifier: Apache-2.0
#include "server/http/router.h"

#include "server/http/cors.h"

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

double seconds_since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
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

void Router::add(Method method, std::string pattern, Access access, Handler handler)
{
    Entry entry;
    entry.method = method;
    entry.pattern = std::move(pattern);
    entry.access = std::move(access);
    entry.handler = std::move(handler);
    insert(std::move(entry));
}

void Router::add_websocket(std::string pattern, Access access, WebSocketAccept accept)
{
    Entry entry;
    entry.pattern = std::move(pattern);
    entry.access = std::move(access);
    entry.websocket = std::move(accept);
    insert(std::move(entry));
}

void Router::insert(Entry entry)
{
    const Segments segments{entry.pattern};
    if (!entry.pattern.starts_with('/') || !segments.fits)
        throw std::logic_error("not a pattern: " + entry.pattern);
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

awaitable<Result<void>> Router::admit(const Entry& entry, Request& request) const
{
    request.path_params.clear();
    const Segments segments{request.path};
    for (std::size_t i = 0; i < entry.segments.size(); ++i)
        if (entry.segments[i].starts_with(':'))
            request.path_params.emplace_back(entry.segments[i].substr(1), segments.at[i]);
    if (entry.access.kind == Access::Kind::anyone)
        co_return Result<void>{};
    if (m_authenticate)
        co_return co_await m_authenticate(entry.access, request);
    if (entry.access.kind == Access::Kind::optional_user)
        co_return Result<void>{};
    co_return fail(Errc::unauthorized, "The access token is invalid.", "the router has no authenticator");
}

awaitable<Result<Response>> Router::run(const Entry& entry, Request& request) const
{
    std::exception_ptr thrown;
    try {
        auto admitted = co_await admit(entry, request);
        if (!admitted)
            co_return std::move(admitted).error();
        co_return co_await entry.handler(request);
    } catch (...) {
        thrown = std::current_exception();
    }
    co_return error_of(thrown);
}

awaitable<Response> Router::handle(Request& request) const
{
    const auto start = std::chrono::steady_clock::now();
    Search search{request, false};
    const auto* entry = search.segments.fits ? find(search, 0, 0) : nullptr;
    Response response;
    if (entry) {
        auto outcome = co_await run(*entry, request);
        if (outcome) {
            response = std::move(outcome).value();
        } else {
            if (status_of(outcome.error().code) >= 500)
                report(request, outcome.error());
            response = error_response(outcome.error());
        }
    } else if (request.method == Method::options &&
               (search.found_any() || request.path == "*" || is_cross_origin(request.path))) {
        response = options_response(request, search.found_any() ? search.allowed() : "OPTIONS, GET, HEAD, POST, PUT, PATCH, DELETE");
    } else if (search.found_any()) {
        const auto error = fail(Errc::not_found, "This address does not answer this method.");
        response = error_response(error);
        response.status = 405;
        response.headers.add("Allow", search.allowed());
    } else {
        const auto error = fail(Errc::not_found, "Record not found");
        response = error_response(error);
    }
    if (is_cross_origin(request.path))
        add_cors(response);
    observe(request, entry ? entry->pattern : k_none, response.status, seconds_since(start));
    co_return response;
}

awaitable<Result<WebSocketHandlers>> Router::handle_websocket(Request& request) const
{
    const auto start = std::chrono::steady_clock::now();
    Search search{request, true};
    const auto* entry = search.segments.fits ? find(search, 0, 0) : nullptr;
    std::optional<Result<WebSocketHandlers>> outcome;
    std::exception_ptr thrown;
    if (entry) {
        try {
            auto admitted = co_await admit(*entry, request);
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
    } else {
        outcome.emplace(fail(Errc::not_found, "Record not found"));
    }
    observe(request, entry ? entry->pattern : k_none,
            *outcome ? 101 : status_of(outcome->error().code), seconds_since(start));
    co_return std::move(*outcome);
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
    observe(request, k_none, status, 0);
}

void Router::observe(const Request& request, const std::string& pattern, int status, double seconds) const noexcept
{
    try {
        if (m_observe)
            m_observe(request, pattern, status, seconds);
    } catch (const std::exception&) {
        // An observer that fails must not take the answer with it.
        report(request, fail(Errc::internal, "The observer of requests failed."));
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
        list.push_back(Route{entry.method, entry.pattern, entry.access});
    return list;
}

} // namespace kith::http

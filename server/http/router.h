// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"
#include "server/http/rate_gate.h"

#include <atomic>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace kith::trace {
class OpenSpan;
class Tracer;
}

namespace kith::http {

/// Who may call a route; the authenticator checks it before the handler runs.
struct Access {
    enum class Kind {
        anyone,        ///< no token is looked at
        optional_user, ///< a token widens the answer; a bad token is refused
        app,           ///< any valid token, also one without a user
        user           ///< a token of a user
    };
    Kind kind = Kind::anyone;
    std::string scope; ///< for instance "write:statuses"; empty: none needed

    static Access anyone() { return {}; }
    static Access optional_user(std::string scope = {})
    {
        return {Kind::optional_user, std::move(scope)};
    }
    static Access app(std::string scope = {}) { return {Kind::app, std::move(scope)}; }
    static Access user(std::string scope) { return {Kind::user, std::move(scope)}; }
};

/// Handlers are named coroutines or lambdas *returning* one; a handler outlives the request.
using Handler = std::function<awaitable<Result<Response>>(Request&)>;
using WebSocketAccept = std::function<awaitable<Result<WebSocketHandlers>>(Request&)>;
/// Checks the token of the request against the route's access and fills Request::identity.
using Authenticator = std::function<awaitable<Result<void>>(const Access&, Request&)>;

/// Finds the handler of a request. Filled at start, read-only afterwards.
class Router {
public:
    Router();

    /// `pattern`: "/api/v1/statuses/:id/context"; a literal segment wins over a parameter. Adding the same method and
    /// pattern twice throws std::logic_error. `route_class`: what its requests are counted as.
    void add(Method method, std::string pattern, Access access, Handler handler,
             RouteClass route_class = RouteClass::standard);
    void add_websocket(std::string pattern, Access access, WebSocketAccept accept,
                       RouteClass route_class = RouteClass::standard);
    /// Before routes are added: those whose pattern does not pass are left out, for another process serves them.
    void serve_only(std::function<bool(std::string_view pattern)> passes) { m_passes = std::move(passes); }
    void set_authenticator(Authenticator authenticator)
    {
        m_authenticate = std::move(authenticator);
    }
    /// Traces some of the requests; null: none, and at no cost. Outlives them.
    void set_tracer(const trace::Tracer* tracer) { m_tracer = tracer; }
    /// Limits rates; null: nothing does. Outlives the router's requests.
    void set_rate_gate(RateGate* gate) { m_gate = gate; }

    static constexpr std::size_t k_no_route = static_cast<std::size_t>(-1);
    /// A request that has its answer.
    struct Observation {
        const Request& request;
        const Response* response;   ///< null for a WebSocket, and for what was refused before it could be routed
        std::size_t route;          ///< its place in routes(); k_no_route: none matched
        const std::string& pattern; ///< of the route, or "none"
        int status;
        double seconds; ///< until the answer was made, without writing it
    };
    /// Called after every request, for metrics and the access log.
    using Observer = std::function<void(const Observation&)>;
    void set_observer(Observer observer) { m_observe = std::move(observer); }
    /// Called with every error that is answered with 500 or 503, for the log: its cause is not shown to the client.
    using ErrorSink = std::function<void(const Request&, const Error&)>;
    void set_error_sink(ErrorSink sink) { m_error_sink = std::move(sink); }
    /// Says what an exception of a handler means; without one each is `internal`.
    using ExceptionMapper = std::function<Error(std::exception_ptr)>;
    void set_exception_mapper(ExceptionMapper mapper) { m_map_exception = std::move(mapper); }

    /// Never throws: turns errors and exceptions into responses; 404, 405 with Allow; HEAD through GET; OPTIONS and
    /// CORS for what other web sites may call (/api, /oauth, /.well-known, /nodeinfo).
    awaitable<Response> handle(Request& request) const;
    /// The handlers for an upgrade request, or an error to answer instead.
    awaitable<Result<WebSocketHandlers>> handle_websocket(Request& request) const;
    /// The answer to a WebSocket's request that ended in this error.
    Response refusal(const Request& request, const Error& error) const;

    /// For the listener: observes a request that was refused before it could be routed.
    void note_refused(const Request& request, int status) const;
    /// For the listener: what an exception means, and the error sink. A sink that throws is ignored.
    Error error_of(std::exception_ptr thrown) const noexcept;
    void report(const Request& request, const Error& error) const noexcept;

    /// From now on the server takes leave: /health/ready says so to load balancers. Any thread.
    void begin_stop() { m_stopping = true; }
    bool stopping() const { return m_stopping; }

    struct Route {
        Method method;
        std::string pattern;
        Access access;
        RouteClass route_class; ///< never `standard`
        bool websocket;
    };
    /// Every route, for the tables in the tests.
    std::vector<Route> routes() const;

private:
    struct Entry {
        Method method = Method::get;
        std::string pattern;
        std::vector<std::string> segments;
        Access access;
        RouteClass route_class = RouteClass::standard;
        Handler handler;
        WebSocketAccept websocket;
    };
    /// One segment in the tree of patterns.
    struct Node {
        std::map<std::string, std::size_t, std::less<>> literals; ///< to the next node
        std::size_t parameter = 0;        ///< the node behind `:name`; 0: none
        std::vector<std::size_t> entries; ///< the patterns that end here
    };
    struct Search;

    void insert(Entry entry);
    /// Null when nothing matches; `search.allowed` then tells which methods the path has.
    const Entry* find(Search& search, std::size_t node, std::size_t depth) const;
    awaitable<Response> answer(Request& request) const;
    /// The same on an executor that carries the span when this request is traced, and its id when it may write.
    awaitable<Response> answer_with_cause(Request& request) const;
    std::unique_ptr<trace::OpenSpan> begin_span(const Request& request, const Entry* entry) const;
    /// Rates, token, rates again; `rate` is where the request stands then.
    awaitable<Result<void>> admit(const Entry& entry, Request& request, RateStatus& rate) const;
    awaitable<Result<Response>> run(const Entry& entry, Request& request, RateStatus& rate) const;
    /// What a request for which there is no route is told.
    Response unrouted(Request& request, const Search& search, RateStatus& rate) const;
    bool arrives(RouteClass route_class, const Request& request, RateStatus& rate) const
    {
        return !m_gate || m_gate->arrive(route_class, request, rate);
    }
    std::size_t index_of(const Entry* entry) const;
    void observe(const Observation& observation) const noexcept;

    std::vector<Entry> m_entries;
    std::vector<Node> m_nodes; ///< the first is the root
    std::atomic<bool> m_stopping{false};
    std::function<bool(std::string_view)> m_passes;
    Authenticator m_authenticate;
    RateGate* m_gate = nullptr;
    const trace::Tracer* m_tracer = nullptr;
    Observer m_observe;
    ErrorSink m_error_sink;
    ExceptionMapper m_map_exception;
};

} // namespace kith::http

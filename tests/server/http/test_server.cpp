// SPDX-License-Identifier: Apache-2.0
#include "tests/server/http/test_server.h"

#include "tests/support/patience.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

namespace kith::tests {

namespace asio = boost::asio;
using http::awaitable;
using http::Request;
using http::Response;

namespace {

awaitable<Result<Response>> hello(Request&)
{
    co_return http::text_response(200, "hello");
}
awaitable<Result<Response>> echo(Request& request)
{
    co_return http::text_response(200, request.body);
}
awaitable<Result<Response>> big(Request&)
{
    co_return http::text_response(200, std::string(1 << 20, 'x'));
}
awaitable<Result<Response>> page(Request&)
{
    co_return http::text_response(200, std::string(15000, 'x'));
}
awaitable<Result<Response>> thing(Request& request)
{
    co_return http::text_response(200, request.param("id"));
}
awaitable<Result<Response>> who(Request& request)
{
    co_return http::text_response(200, request.peer_address + (request.secure ? " https" : " http"));
}
awaitable<Result<Response>> throw_up(Request&)
{
    throw std::runtime_error("a secret of the machine room");
    co_return http::text_response(200, "never");
}
awaitable<Result<Response>> gate(TestServer& server)
{
    ++server.at_gate;
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (!server.gate_open) {
        timer.expires_after(std::chrono::milliseconds{1});
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return http::text_response(200, "through");
}
awaitable<Result<http::WebSocketHandlers>> echo_socket(Request&)
{
    auto socket = std::make_shared<std::weak_ptr<http::WebSocket>>();
    http::WebSocketHandlers handlers;
    handlers.on_open = [socket](std::shared_ptr<http::WebSocket> opened) { *socket = opened; };
    handlers.on_text = [socket](std::string_view text) {
        if (const auto open = socket->lock())
            open->send(std::make_shared<const std::string>(text));
    };
    co_return handlers;
}

} // namespace

bool eventually(const std::function<bool()>& condition)
{
    const auto end = std::chrono::steady_clock::now() + k_patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return true;
}

http::ListenerOptions on_loopback()
{
    http::ListenerOptions options;
    options.port = 0;
    return options;
}

TestServer::TestServer(http::ListenerOptions options, const std::function<void(http::Router&)>& add_routes)
{
    using http::Access;
    using http::Method;
    options.port = 0;
    m_router.add(Method::get, "/hello", Access::anyone(), hello);
    m_router.add(Method::post, "/echo", Access::anyone(), echo);
    m_router.add(Method::get, "/big", Access::anyone(), big);
    m_router.add(Method::get, "/page", Access::anyone(), page);
    m_router.add(Method::get, "/things/:id", Access::anyone(), thing);
    m_router.add(Method::get, "/who", Access::anyone(), who);
    m_router.add(Method::get, "/throw", Access::anyone(), throw_up);
    m_router.add(Method::get, "/gate", Access::anyone(), [this](Request&) { return gate(*this); });
    m_router.add_websocket("/echo-socket", Access::anyone(), echo_socket);
    m_router.set_observer([this](const http::Router::Observation&) { ++observed; });
    m_router.set_error_sink([this](const Request&, const Error&) { ++reported; });
    if (add_routes)
        add_routes(m_router);
    auto listener = http::Listener::start(m_context.get_executor(), std::move(options), m_router);
    if (!listener)
        throw std::runtime_error(listener.error().message);
    m_listener = std::move(listener).value();
    for (int i = 0; i < 2; ++i)
        m_threads.emplace_back([this] { m_context.run(); });
}

TestServer::~TestServer()
{
    gate_open = true;
    stop();
    m_context.stop();
    for (auto& thread : m_threads)
        thread.join();
}

void TestServer::begin_stop()
{
    if (std::exchange(m_stop_begun, true))
        return;
    asio::co_spawn(m_context, m_listener->stop(), [this](std::exception_ptr) { stopped = true; });
}

void TestServer::stop()
{
    begin_stop();
    if (!eventually([this] { return stopped.load(); }))
        std::terminate(); // nothing can be joined any more
}

} // namespace kith::tests

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/listener.h"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace kith::tests {

/// Waits up to 10 s for something that another thread does.
bool eventually(const std::function<bool()>& condition);

/// A listener on a free port of 127.0.0.1 with two threads, and a few routes:
/// GET /hello; POST /echo (the body comes back); GET /big (1 MiB); GET /page (15 kB); GET /things/:id (the id comes back);
/// GET /gate (waits until `gate_open`); GET /who (address and scheme); GET /throw; WebSocket /echo-socket.
class TestServer {
public:
    explicit TestServer(http::ListenerOptions options = {},
                        const std::function<void(http::Router&)>& add_routes = {});
    ~TestServer();

    std::uint16_t port() const { return m_listener->port(); }
    http::Listener& listener() { return *m_listener; }
    boost::asio::io_context& context() { return m_context; }
    /// Runs Listener::stop() on the server's threads and waits for its end.
    void stop();
    /// The same without waiting; `stopped` tells.
    void begin_stop();

    std::atomic<bool> gate_open{false};
    std::atomic<int> at_gate{0};
    std::atomic<bool> stopped{false};
    std::atomic<int> observed{0};
    std::atomic<int> reported{0};

private:
    boost::asio::io_context m_context{2};
    http::Router m_router;
    std::unique_ptr<http::Listener> m_listener;
    std::vector<std::thread> m_threads;
    bool m_stop_begun = false;
};

/// On a free port of loopback, whatever else it says.
http::ListenerOptions on_loopback();

} // namespace kith::tests

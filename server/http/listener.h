// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/proxies.h"
#include "server/http/router.h"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace kith::http {

struct Limits {
    std::size_t header_bytes = 16 << 10;
    std::size_t body_bytes = 1 << 20;
    std::size_t body_memory = 256 << 20; ///< in heads and bodies, arriving or being answered, of all connections; more gets 503
    std::size_t connections = 20000;
    std::size_t connections_per_address = 0; ///< of one client (client_key); 0: any number
    std::size_t compress_bytes = 0;          ///< the smallest body that is compressed on request; 0: none is
    std::chrono::milliseconds header_timeout{10000}; ///< first byte to end of header
    std::chrono::milliseconds body_timeout{30000};
    std::size_t body_rate = 16 << 10; ///< bytes; each lot of them that has arrived gives the body a second more
    std::chrono::milliseconds idle_timeout{60000}; ///< keep-alive, between requests
    std::chrono::milliseconds write_timeout{30000}; ///< and a second more for each 16 KiB of the response, or of a WebSocket's frame
    std::chrono::milliseconds stop_timeout{10000};  ///< requests under way at stop
    std::size_t websocket_message_bytes = 64 << 10; ///< inbound; more closes with 1009
    std::size_t websocket_queue_frames = 256;       ///< outbound, waiting for a slow reader
    std::size_t websocket_queue_bytes = 1 << 20;
    std::size_t websocket_messages = 256;           ///< inbound in 10 s, pings too; more closes with 1008
    std::chrono::milliseconds websocket_idle{60000}; ///< a ping goes after half of it; silence to its end closes
    std::chrono::milliseconds event_heartbeat{15000}; ///< a comment goes on each event stream as often
};

struct ListenerOptions {
    std::string address = "127.0.0.1"; ///< numeric IPv4 or IPv6
    std::uint16_t port = 8080;         ///< 0: any free one, see Listener::port()
    std::filesystem::path unix_path;   ///< where set, a Unix socket instead of address and port
    int descriptor = -1; ///< where set, a listening socket that was handed over, instead of all these; the listener's now
    std::filesystem::path certificate; ///< PEM chain; empty: plain HTTP
    std::filesystem::path private_key;
    std::vector<std::string> trusted_proxies; ///< addresses or CIDR ranges that may say for whom they ask
    ProxyHeader proxy_header = ProxyHeader::x_forwarded; ///< where they say it
    std::vector<std::string> uncounted; ///< likewise, for whom connections_per_address does not hold; proxies are among them
    Limits limits;
};

/// Accepts connections, over TCP or a Unix socket, and gives their requests to the router: HTTP/1.1 with keep-alive, TLS,
/// WebSocket. One strand per connection.
class Listener {
public:
    /// Binds and starts to accept. `unavailable` with a sentence when the port is in use or not allowed; `invalid` when
    /// certificate or key cannot be read or do not match. `router` outlives the listener.
    static Result<std::unique_ptr<Listener>> start(boost::asio::any_io_executor executor,
                                                   ListenerOptions options, const Router& router);
    virtual ~Listener() = default;
    virtual std::uint16_t port() const = 0; ///< 0 on a Unix socket
    virtual std::size_t connections() const = 0;
    /// No new connections, 1001 to WebSockets, `stop_timeout` for requests under way; then all is closed.
    virtual awaitable<void> stop() = 0;
    /// Reads certificate and key again, for connections from now on. On an error the old ones stay. Any thread.
    virtual Result<void> reload() = 0;
};

} // namespace kith::http

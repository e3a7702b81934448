// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/patience.h"

#include "common/base/json.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kith::tests {

class TlsSocket;

struct HttpAnswer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The first field of that name, in any case; "" when there is none.
    std::string header(std::string_view name) const;
    /// The body as JSON. Throws std::runtime_error, with the body, when it is none.
    json::value json() const;
    /// The member "error" of a JSON body; "" when there is none.
    std::string error() const;
};

/// Where a client connects to, and what it says it wants there.
struct HttpTarget {
    std::string host; ///< in Host, SNI and the certificate, without a port
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::filesystem::path ca_file; ///< TLS with this authority; empty: plain HTTP
    std::string host_header;       ///< when it is not `host`
    std::vector<std::uint16_t> other_ports = {}; ///< connections go to these and `port` in turn
};

/// A blocking HTTP/1.1 client for tests, written on sockets and OpenSSL so that it shares nothing with what it tests. A connection
/// for each request. Throws std::runtime_error when the peer cannot be reached, is silent for k_patience, or is no HTTP server.
class HttpClient {
public:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    explicit HttpClient(HttpTarget target) : m_target(std::move(target)) { }
    /// The same, with `Authorization: Bearer TOKEN`.
    HttpClient with_token(std::string token) const;

    HttpAnswer get(const std::string& path) const { return send("GET", path, {}, {}); }
    HttpAnswer post(const std::string& path, const json::value& body = json::object{}) const;
    HttpAnswer del(const std::string& path) const { return send("DELETE", path, {}, {}); }
    /// Host, Connection, Authorization and Content-Length are added where `headers` do not have them.
    HttpAnswer send(const std::string& method, const std::string& path, Headers headers,
                    const std::string& body) const;

    const HttpTarget& target() const { return m_target; }
    const std::string& token() const { return m_token; }

private:
    HttpTarget m_target;
    std::string m_token;
};

/// What a stream of the client API carries in one frame.
struct StreamEvent {
    std::string event;   ///< "update", "delete", "notification"
    std::string payload; ///< JSON as text, or an id
    json::value json() const;
};

/// A blocking WebSocket client. Answers pings while it waits.
class WebSocketClient {
public:
    /// Connects with the client's token. Throws std::runtime_error unless the answer is 101.
    WebSocketClient(const HttpClient& client, const std::string& path);
    /// The user stream of the client's account.
    explicit WebSocketClient(const HttpClient& client)
        : WebSocketClient(client, "/api/v1/streaming?stream=user")
    {
    }
    ~WebSocketClient();
    WebSocketClient(WebSocketClient&&) noexcept;

    void send(std::string_view text);
    /// The next text; nothing when there is none in time or the connection is closed.
    std::optional<std::string> receive(std::chrono::milliseconds within = k_patience);
    /// The first event for which the condition holds; what comes before it is dropped.
    std::optional<StreamEvent> wait_for(const std::function<bool(const StreamEvent&)>& wanted,
                                        std::chrono::milliseconds within = k_patience);
    /// The first of that name.
    std::optional<StreamEvent> wait_for(const std::string& event,
                                        std::chrono::milliseconds within = k_patience);
    /// The code with which the server closed; 0 while it has not.
    int close_code() const { return m_close_code; }

private:
    struct Frame {
        bool final = true;
        int opcode = 0;
        std::string data;
    };
    void send_frame(int opcode, std::string_view data);
    std::optional<Frame> read_frame(std::chrono::steady_clock::time_point deadline);
    bool fill(std::size_t bytes, std::chrono::steady_clock::time_point deadline);

    std::unique_ptr<TlsSocket> m_socket;
    std::string m_buffer;
    std::string m_message;
    int m_close_code = 0;
    bool m_ended = false;
};

/// Asks until the condition holds, with a short pause in between. False when it did not in time.
bool eventually(const std::function<bool()>& condition,
                std::chrono::milliseconds within = k_patience);

} // namespace kith::tests

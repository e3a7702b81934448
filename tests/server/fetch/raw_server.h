// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct ssl_ctx_st;

namespace kith::fetch::tests {

/// A server of a few lines that sends whatever bytes a test wants: threads and blocking sockets on 127.0.0.1.
class RawServer {
public:
    struct Asked {
        std::string head; ///< request line and headers
        std::string body;
        int connection = 0; ///< 0 for the first accepted
    };
    /// The bytes to answer with; empty: hang until the client goes or the server ends.
    using Respond = std::function<std::string(const Asked&)>;

    explicit RawServer(Respond respond);
    /// With TLS.
    RawServer(Respond respond, const std::filesystem::path& certificate, const std::filesystem::path& key);
    ~RawServer();

    std::uint16_t port() const { return m_port; }
    std::string url(const std::string& path) const
    {
        return "http://127.0.0.1:" + std::to_string(m_port) + path;
    }
    std::vector<Asked> asked() const;
    int connections() const { return m_connections; }

private:
    void start();
    void accept_loop();
    void serve(int socket, int connection);

    Respond m_respond;
    std::shared_ptr<ssl_ctx_st> m_tls;
    int m_listener = -1;
    std::uint16_t m_port = 0;
    std::atomic<int> m_connections{0};
    std::atomic<bool> m_stopping{false};
    mutable std::mutex m_mutex;
    std::vector<Asked> m_asked;
    std::vector<int> m_sockets;
    std::vector<std::thread> m_threads;
    std::thread m_acceptor;
};

/// A whole answer with its length.
std::string answer(int status, const std::string& body, const std::string& headers = {});

} // namespace kith::fetch::tests

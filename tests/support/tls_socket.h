// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace kith::tests {

struct HttpTarget;

/// A blocking connection, plain or TLS, for test clients. Throws std::runtime_error when it cannot be made.
class TlsSocket {
public:
    explicit TlsSocket(const HttpTarget& target);
    ~TlsSocket();
    TlsSocket(const TlsSocket&) = delete;
    TlsSocket& operator=(const TlsSocket&) = delete;

    /// A peer that has closed is no error: what it sent before tells.
    void write(std::string_view bytes);
    enum class Read { data, end, late };
    /// Appends what there is.
    Read read(std::string& to, std::chrono::steady_clock::time_point deadline);

private:
    void start_tls(const HttpTarget& target);

    int m_socket = -1;
    std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> m_context;
    std::unique_ptr<ssl_st, void (*)(ssl_st*)> m_tls;
};

} // namespace kith::tests

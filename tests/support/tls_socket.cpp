// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tls_socket.h"

#include "tests/support/http_client.h"
#include "tests/support/patience.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kith::tests {

namespace {

std::uint16_t next_port(const HttpTarget& target)
{
    static std::atomic<std::size_t> connections{0};
    const auto turn = connections++ % (target.other_ports.size() + 1);
    return turn == 0 ? target.port : target.other_ports.at(turn - 1);
}

int connect_to(const HttpTarget& target)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    const auto port = next_port(target);
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, target.address.c_str(), &address.sin_addr) != 1)
        throw std::runtime_error(target.address + " is not an IPv4 address.");
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        throw std::runtime_error("There is no socket left.");
    const timeval patience{k_patience.count(), 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const std::string why = std::strerror(errno);
        ::close(socket);
        throw std::runtime_error("Cannot connect to port " + std::to_string(port) + ": " + why + ".");
    }
    return socket;
}

} // namespace

TlsSocket::TlsSocket(const HttpTarget& target)
    : m_context(nullptr, SSL_CTX_free), m_tls(nullptr, SSL_free)
{
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes with write(2)
    m_socket = connect_to(target);
    if (target.ca_file.empty())
        return;
    try {
        start_tls(target);
    } catch (...) {
        ::close(m_socket);
        throw;
    }
}

TlsSocket::~TlsSocket()
{
    if (m_tls)
        SSL_shutdown(m_tls.get());
    ::close(m_socket);
}

void TlsSocket::start_tls(const HttpTarget& target)
{
    m_context.reset(SSL_CTX_new(TLS_client_method()));
    if (!m_context || SSL_CTX_load_verify_locations(m_context.get(), target.ca_file.c_str(), nullptr) != 1)
        throw std::runtime_error("The authority " + target.ca_file.string() + " cannot be read.");
    SSL_CTX_set_verify(m_context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_options(m_context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    m_tls.reset(SSL_new(m_context.get()));
    if (!m_tls || SSL_set1_host(m_tls.get(), target.host.c_str()) != 1 ||
        SSL_ctrl(m_tls.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(target.host.c_str())) != 1 ||
        SSL_set_fd(m_tls.get(), m_socket) != 1)
        throw std::runtime_error("TLS cannot be set up.");
    if (SSL_connect(m_tls.get()) != 1) {
        char why[256] = "the connection ended";
        if (const auto code = ERR_get_error(); code != 0)
            ERR_error_string_n(code, why, sizeof why);
        throw std::runtime_error("TLS with " + target.host + " failed: " + why + ".");
    }
}

void TlsSocket::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto count =
            m_tls ? SSL_write(m_tls.get(), bytes.data(),
                              static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20)))
                  : static_cast<int>(::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL));
        if (count <= 0)
            return;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

TlsSocket::Read TlsSocket::read(std::string& to, std::chrono::steady_clock::time_point deadline)
{
    if (!m_tls || SSL_pending(m_tls.get()) == 0) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                              deadline - std::chrono::steady_clock::now())
                              .count();
        pollfd waiting{m_socket, POLLIN, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<long>(left, 0)));
        if (ready == 0 || (ready < 0 && errno == EINTR))
            return Read::late;
    }
    char buffer[16384];
    const auto count = m_tls ? static_cast<long>(SSL_read(m_tls.get(), buffer, sizeof buffer))
                             : ::recv(m_socket, buffer, sizeof buffer, 0);
    if (count <= 0)
        return Read::end;
    to.append(buffer, static_cast<std::size_t>(count));
    return Read::data;
}

} // namespace kith::tests

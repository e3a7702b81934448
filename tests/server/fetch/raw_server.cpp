// SPDX-License-Identifier: Apache-2.0
#include "tests/server/fetch/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>
#include <stdexcept>

namespace kith::fetch::tests {

namespace {

/// One connection, with or without TLS.
class Stream {
public:
    Stream(int socket, ssl_ctx_st* context) : m_socket(socket)
    {
        if (context == nullptr)
            return;
        m_tls.reset(SSL_new(context), SSL_free);
        SSL_set_fd(m_tls.get(), socket);
        m_open = SSL_accept(m_tls.get()) == 1;
    }
    bool open() const { return m_open; }
    long read(char* data, std::size_t size)
    {
        return m_tls ? SSL_read(m_tls.get(), data, static_cast<int>(size)) : ::recv(m_socket, data, size, 0);
    }
    bool write(const std::string& text)
    {
        std::size_t done = 0;
        while (done < text.size()) {
            const auto* data = text.data() + done;
            const auto left = std::min<std::size_t>(text.size() - done, 1 << 20);
            const long count = m_tls ? SSL_write(m_tls.get(), data, static_cast<int>(left))
                                     : ::send(m_socket, data, left, MSG_NOSIGNAL);
            if (count <= 0)
                return false;
            done += static_cast<std::size_t>(count);
        }
        return true;
    }

private:
    int m_socket;
    std::shared_ptr<SSL> m_tls;
    bool m_open = true;
};

std::size_t content_length(const std::string& head)
{
    std::string lower = head;
    std::transform(lower.begin(), lower.end(), lower.begin(), ::tolower);
    const auto at = lower.find("content-length:");
    return at == std::string::npos ? 0 : std::stoul(lower.substr(at + 15));
}

/// The next request on this connection, or nothing when the client has gone.
std::optional<RawServer::Asked> read_request(Stream& stream, std::string& buffer)
{
    std::array<char, 16384> chunk{};
    RawServer::Asked asked;
    while (true) {
        const auto end = buffer.find("\r\n\r\n");
        if (end != std::string::npos) {
            const auto length = content_length(buffer.substr(0, end));
            if (buffer.size() >= end + 4 + length) {
                asked.head = buffer.substr(0, end);
                asked.body = buffer.substr(end + 4, length);
                buffer.erase(0, end + 4 + length);
                return asked;
            }
        }
        const auto count = stream.read(chunk.data(), chunk.size());
        if (count <= 0)
            return std::nullopt;
        buffer.append(chunk.data(), static_cast<std::size_t>(count));
    }
}

} // namespace

std::string answer(int status, const std::string& body, const std::string& headers)
{
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

RawServer::RawServer(Respond respond) : m_respond(std::move(respond))
{
    start();
}

RawServer::RawServer(Respond respond, const std::filesystem::path& certificate, const std::filesystem::path& key)
    : m_respond(std::move(respond)), m_tls(SSL_CTX_new(TLS_server_method()), SSL_CTX_free)
{
    if (SSL_CTX_use_certificate_chain_file(m_tls.get(), certificate.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(m_tls.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
        throw std::runtime_error("the test's certificate cannot be used");
    std::signal(SIGPIPE, SIG_IGN); // SSL_write has no MSG_NOSIGNAL
    start();
}

void RawServer::start()
{
    m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(m_listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(m_listener, 128) != 0 ||
        ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("the test server cannot listen");
    m_port = ntohs(address.sin_port);
    m_acceptor = std::thread{[this] { accept_loop(); }};
}

RawServer::~RawServer()
{
    m_stopping = true;
    ::shutdown(m_listener, SHUT_RDWR);
    m_acceptor.join();
    {
        const std::lock_guard lock(m_mutex);
        for (const int socket : m_sockets)
            ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : m_threads)
        thread.join();
    for (const int socket : m_sockets)
        ::close(socket);
    ::close(m_listener);
}

std::vector<RawServer::Asked> RawServer::asked() const
{
    const std::lock_guard lock(m_mutex);
    return m_asked;
}

void RawServer::accept_loop()
{
    while (!m_stopping) {
        const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0)
            continue;
        const std::lock_guard lock(m_mutex);
        m_sockets.push_back(socket);
        m_threads.emplace_back([this, socket, number = m_connections++] { serve(socket, number); });
    }
}

void RawServer::serve(int socket, int connection)
{
    Stream stream(socket, m_tls.get());
    std::string buffer;
    while (stream.open() && !m_stopping) {
        auto request = read_request(stream, buffer);
        if (!request)
            break;
        request->connection = connection;
        {
            const std::lock_guard lock(m_mutex);
            m_asked.push_back(*request);
        }
        const auto bytes = m_respond(*request);
        if (bytes.empty()) {
            read_request(stream, buffer); // ends when the client or the test does
            break;
        }
        if (!stream.write(bytes) || bytes.find("Connection: close") != std::string::npos)
            break;
    }
    ::shutdown(socket, SHUT_RDWR);
}

} // namespace kith::fetch::tests

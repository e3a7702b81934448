// SPDX-License-Identifier: Apache-2.0
#include "tests/server/http/raw_client.h"

#include "tests/support/patience.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace kith::tests {

RawClient::RawClient(std::uint16_t port, const char* source, Window window)
    : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in from{}, to{};
    from.sin_family = to.sin_family = AF_INET;
    ::inet_pton(AF_INET, source, &from.sin_addr);
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(m_socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on); // ports may run short otherwise
    if (window == Window::narrow) {
        const int bytes = 2048, segment = 536;
        ::setsockopt(m_socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
        ::setsockopt(m_socket, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    }
    if (m_socket < 0 || ::bind(m_socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
        ::connect(m_socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        ::close(m_socket);
        throw std::runtime_error("cannot connect to the server under test");
    }
}

RawClient::RawClient(const std::filesystem::path& path) : m_socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.native().copy(to.sun_path, sizeof to.sun_path - 1);
    if (m_socket < 0 || ::connect(m_socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        ::close(m_socket);
        throw std::runtime_error("cannot connect to the server under test");
    }
}

RawClient::~RawClient()
{
    ::close(m_socket);
}

void RawClient::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto count = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0)
            return;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void RawClient::shutdown_send()
{
    ::shutdown(m_socket, SHUT_WR);
}

bool RawClient::fill()
{
    pollfd wait{};
    wait.fd = m_socket;
    wait.events = POLLIN;
    if (::poll(&wait, 1, k_patience_ms) <= 0)
        throw std::runtime_error("the server said nothing");
    std::array<char, 16384> block;
    const auto count = ::recv(m_socket, block.data(), block.size(), 0);
    if (count <= 0)
        return false;
    m_buffer.append(block.data(), static_cast<std::size_t>(count));
    return true;
}

http::Response RawClient::read_answer(bool to_head)
{
    http::Response answer;
    answer.status = 0;
    std::size_t end = 0;
    while ((end = m_buffer.find("\r\n\r\n")) == std::string::npos)
        if (!fill())
            return answer;
    const auto head = m_buffer.substr(0, end + 2);
    m_buffer.erase(0, end + 4);
    answer.status = std::stoi(head.substr(9, 3));
    for (auto at = head.find("\r\n") + 2; at < head.size();) {
        const auto line_end = head.find("\r\n", at);
        const auto colon = head.find(": ", at);
        answer.headers.add(head.substr(at, colon - at), head.substr(colon + 2, line_end - colon - 2));
        at = line_end + 2;
    }
    const auto length = answer.headers.find("Content-Length");
    if (to_head || !length)
        return answer;
    const auto size = std::stoul(std::string{*length});
    answer.body = read_bytes(size).substr(0, size);
    m_buffer.erase(0, answer.body.size());
    return answer;
}

int RawClient::status_of(std::string_view request)
{
    send(request);
    return read_answer().status;
}

std::string RawClient::read_to_end()
{
    while (fill()) { }
    return m_buffer;
}

std::string RawClient::read_bytes(std::size_t count)
{
    while (m_buffer.size() < count && fill()) { }
    return m_buffer;
}

} // namespace kith::tests

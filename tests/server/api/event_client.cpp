// SPDX-License-Identifier: Apache-2.0
#include "tests/server/api/event_client.h"

#include <stdexcept>

namespace kith::tests {

using std::chrono::steady_clock;

EventClient::EventClient(const HttpClient& client, const std::string& path)
    : m_socket(client.target())
{
    m_socket.write("GET " + path + " HTTP/1.1\r\nHost: " + client.target().host +
                   "\r\nAccept: text/event-stream\r\n" + "Authorization: Bearer " + client.token() + "\r\n\r\n");
    const auto deadline = steady_clock::now() + k_patience;
    while (m_raw.find("\r\n\r\n") == std::string::npos)
        if (m_socket.read(m_raw, deadline) != TlsSocket::Read::data)
            throw std::runtime_error("There is no answer to " + path + ".");
    const auto end = m_raw.find("\r\n\r\n") + 4;
    m_head = m_raw.substr(0, end);
    m_raw.erase(0, end);
    if (!m_head.starts_with("HTTP/1.1 200 "))
        throw std::runtime_error("The stream was refused: " + m_head + m_raw);
}

std::optional<std::string> EventClient::read_line(steady_clock::time_point deadline)
{
    while (true) {
        if (const auto end = m_text.find('\n'); end != std::string::npos) {
            auto line = m_text.substr(0, end);
            m_text.erase(0, end + 1);
            return line;
        }
        const auto head = m_raw.find("\r\n");
        const auto size = head == std::string::npos ? 0 : std::stoul(m_raw.substr(0, head), nullptr, 16);
        if (head != std::string::npos && m_raw.size() >= head + 2 + size + 2) {
            m_text += m_raw.substr(head + 2, size);
            m_raw.erase(0, head + 2 + size + 2);
            if (size == 0) {
                m_ended = true;
                return std::nullopt;
            }
        } else if (m_ended || m_socket.read(m_raw, deadline) != TlsSocket::Read::data) {
            return std::nullopt;
        }
    }
}

std::optional<StreamEvent> EventClient::receive(std::chrono::milliseconds within)
{
    const auto deadline = steady_clock::now() + within;
    StreamEvent event;
    while (const auto line = read_line(deadline)) {
        if (line->starts_with(':'))
            ++m_comments;
        else if (line->starts_with("event: "))
            event.event = line->substr(7);
        else if (line->starts_with("data: "))
            event.payload = line->substr(6);
        else if (line->empty())
            return event;
    }
    return std::nullopt;
}

} // namespace kith::tests

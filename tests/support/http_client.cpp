// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_client.h"

#include "tests/support/tls_socket.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <thread>

namespace kith::tests {

namespace {

using std::chrono::steady_clock;

bool same_name(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

std::string take_line(std::string& text)
{
    const auto end = text.find("\r\n");
    if (end == std::string::npos)
        throw std::runtime_error("The answer is no HTTP: " + text.substr(0, 200));
    auto line = text.substr(0, end);
    text.erase(0, end + 2);
    return line;
}

/// Of a body that has come whole, since the connection ended after it.
std::string join_chunks(std::string text)
{
    std::string body;
    while (true) {
        const auto size = std::stoul(take_line(text), nullptr, 16);
        if (size == 0)
            return body;
        if (text.size() < size + 2)
            throw std::runtime_error("The answer ends in the middle of a chunk.");
        body += text.substr(0, size);
        text.erase(0, size + 2);
    }
}

HttpAnswer parse_head(std::string head)
{
    HttpAnswer answer;
    const auto status_line = take_line(head);
    if (!status_line.starts_with("HTTP/1.1 ") || status_line.size() < 12)
        throw std::runtime_error("The answer is no HTTP/1.1: " + status_line);
    answer.status = std::stoi(status_line.substr(9, 3));
    for (auto line = take_line(head); !line.empty(); line = take_line(head)) {
        const auto colon = line.find(':');
        const auto value =
            colon == std::string::npos ? std::string::npos : line.find_first_not_of(' ', colon + 1);
        answer.headers.emplace_back(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
    }
    return answer;
}

/// The head, and what came after it stays in the buffer.
HttpAnswer read_head(TlsSocket& socket, std::string& buffer)
{
    const auto deadline = steady_clock::now() + k_patience;
    auto end = buffer.find("\r\n\r\n");
    for (; end == std::string::npos; end = buffer.find("\r\n\r\n"))
        if (const auto read = socket.read(buffer, deadline); read != TlsSocket::Read::data)
            throw std::runtime_error(read == TlsSocket::Read::late
                                         ? "No answer came."
                                         : "The connection ended before an answer.");
    auto answer = parse_head(buffer.substr(0, end + 4));
    buffer.erase(0, end + 4);
    return answer;
}

bool has(const HttpClient::Headers& headers, std::string_view name)
{
    return std::any_of(headers.begin(), headers.end(),
                       [&](const auto& header) { return same_name(header.first, name); });
}

std::string request_text(const HttpClient& client, const std::string& method, const std::string& path,
                         HttpClient::Headers headers, const std::string& body)
{
    const auto& target = client.target();
    const auto add = [&](const char* name, std::string value) {
        if (!has(headers, name))
            headers.emplace_back(name, std::move(value));
    };
    add("Host", target.host_header.empty() ? target.host : target.host_header);
    add("Connection", "close");
    if (!client.token().empty())
        add("Authorization", "Bearer " + client.token());
    if (!body.empty() || method == "POST")
        add("Content-Length", std::to_string(body.size()));
    auto text = method + " " + path + " HTTP/1.1\r\n";
    for (const auto& [name, value] : headers)
        text += name + ": " + value + "\r\n";
    return text + "\r\n" + body;
}

} // namespace

std::string HttpAnswer::header(std::string_view name) const
{
    for (const auto& [key, value] : headers)
        if (same_name(key, name))
            return value;
    return "";
}

json::value HttpAnswer::json() const
{
    auto parsed = parse_json(body, {8 << 20, 64});
    if (!parsed)
        throw std::runtime_error("The answer (" + std::to_string(status) +
                                 ") is no JSON: " + body.substr(0, 500));
    return std::move(*parsed);
}

std::string HttpAnswer::error() const
{
    const auto parsed = parse_json(body);
    return parsed ? find_string(*parsed, "error").value_or("") : "";
}

HttpClient HttpClient::with_token(std::string token) const
{
    auto client = *this;
    client.m_token = std::move(token);
    return client;
}

HttpAnswer HttpClient::post(const std::string& path, const json::value& body) const
{
    return send("POST", path, {{"Content-Type", "application/json"}}, to_text(body));
}

HttpAnswer HttpClient::send(const std::string& method, const std::string& path, Headers headers,
                            const std::string& body) const
{
    TlsSocket socket(m_target);
    socket.write(request_text(*this, method, path, std::move(headers), body));
    std::string rest;
    auto answer = read_head(socket, rest);
    const auto deadline = steady_clock::now() + k_patience;
    const auto length = answer.header("Content-Length");
    const auto wanted = length.empty() ? std::string::npos : std::stoul(length);
    while (rest.size() < wanted) {
        const auto read = socket.read(rest, deadline);
        if (read == TlsSocket::Read::end)
            break;
        if (read == TlsSocket::Read::late)
            throw std::runtime_error("The answer did not end.");
    }
    answer.body = same_name(answer.header("Transfer-Encoding"), "chunked") ? join_chunks(std::move(rest))
                                                                           : std::move(rest);
    return answer;
}

json::value StreamEvent::json() const
{
    auto parsed = parse_json(payload);
    if (!parsed)
        throw std::runtime_error("The payload of \"" + event + "\" is no JSON: " + payload.substr(0, 500));
    return std::move(*parsed);
}

WebSocketClient::WebSocketClient(const HttpClient& client, const std::string& path)
    : m_socket(std::make_unique<TlsSocket>(client.target()))
{
    // RFC 6455, 1.3: any 16 bytes will do for a client that trusts its server.
    m_socket->write(request_text(client, "GET", path,
                                 {{"Connection", "Upgrade"},
                                  {"Upgrade", "websocket"},
                                  {"Sec-WebSocket-Version", "13"},
                                  {"Sec-WebSocket-Key", "AAECAwQFBgcICQoLDA0ODw=="}},
                                 {}));
    const auto answer = read_head(*m_socket, m_buffer);
    if (answer.status != 101)
        throw std::runtime_error("The WebSocket was refused with " + std::to_string(answer.status) + ".");
}

WebSocketClient::~WebSocketClient() = default;
WebSocketClient::WebSocketClient(WebSocketClient&&) noexcept = default;

void WebSocketClient::send(std::string_view text)
{
    send_frame(1, text);
}

/// RFC 6455, 5.2. The mask is of zeroes: it protects proxies from scripts in browsers, which are not here.
void WebSocketClient::send_frame(int opcode, std::string_view data)
{
    std::string frame{static_cast<char>(0x80 | opcode)};
    if (data.size() < 126) {
        frame += static_cast<char>(0x80 | data.size());
    } else {
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(data.size() >> 8);
        frame += static_cast<char>(data.size() & 0xff);
    }
    if (m_socket)
        m_socket->write(frame + std::string(4, '\0') + std::string{data});
}

bool WebSocketClient::fill(std::size_t bytes, steady_clock::time_point deadline)
{
    while (m_buffer.size() < bytes) {
        const auto read = m_socket->read(m_buffer, deadline);
        m_ended = m_ended || read == TlsSocket::Read::end;
        if (read != TlsSocket::Read::data)
            return false;
    }
    return true;
}

std::optional<WebSocketClient::Frame> WebSocketClient::read_frame(steady_clock::time_point deadline)
{
    if (!fill(2, deadline))
        return std::nullopt;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(m_buffer[at]); };
    const int short_length = byte(1) & 0x7f; // a server does not mask
    const std::size_t head = short_length == 126 ? 4 : short_length == 127 ? 10 : 2;
    if (!fill(head, deadline))
        return std::nullopt;
    std::size_t length = head == 2 ? static_cast<std::size_t>(short_length) : 0;
    for (std::size_t at = 2; at < head; ++at)
        length = length << 8 | byte(at);
    if (!fill(head + length, deadline))
        return std::nullopt;
    Frame frame{(byte(0) & 0x80) != 0, byte(0) & 0x0f, m_buffer.substr(head, length)};
    m_buffer.erase(0, head + length);
    return frame;
}

std::optional<std::string> WebSocketClient::receive(std::chrono::milliseconds within)
{
    const auto deadline = steady_clock::now() + within;
    while (!m_ended) {
        auto frame = read_frame(deadline);
        if (!frame) {
            if (steady_clock::now() >= deadline)
                return std::nullopt;
            continue;
        }
        if (frame->opcode == 9) {
            send_frame(10, frame->data);
        } else if (frame->opcode == 8) {
            m_ended = true;
            if (frame->data.size() >= 2)
                m_close_code = static_cast<unsigned char>(frame->data[0]) << 8 |
                               static_cast<unsigned char>(frame->data[1]);
            send_frame(8, frame->data);
            m_socket.reset(); // RFC 6455, 7.1.1: the server closes first, and it has
        } else if (frame->opcode <= 2) {
            m_message += frame->data;
            if (frame->final)
                return std::exchange(m_message, {});
        }
    }
    return std::nullopt;
}

std::optional<StreamEvent> WebSocketClient::wait_for(const std::function<bool(const StreamEvent&)>& wanted,
                                                     std::chrono::milliseconds within)
{
    const auto deadline = steady_clock::now() + within;
    while (true) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
        const auto text = receive(std::max(left, std::chrono::milliseconds{0}));
        if (!text)
            return std::nullopt;
        const auto message = parse_json(*text);
        if (!message)
            throw std::runtime_error("A frame is no JSON: " + *text);
        StreamEvent event{find_string(*message, "event").value_or(""),
                          find_string(*message, "payload").value_or("")};
        if (wanted(event))
            return event;
    }
}

std::optional<StreamEvent> WebSocketClient::wait_for(const std::string& event, std::chrono::milliseconds within)
{
    return wait_for([&](const StreamEvent& candidate) { return candidate.event == event; }, within);
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds within)
{
    const auto end = steady_clock::now() + within;
    while (!condition()) {
        if (steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return true;
}

} // namespace kith::tests

// SPDX-License-Identifier: Apache-2.0
#include "server/features/streaming/stream_socket.h"

#include "common/base/json.h"

namespace kith::streaming {

namespace {

constexpr std::size_t k_longest_message = 4096;

void refuse(http::FrameSink& sink, const Error& error)
{
    json::object answer;
    answer["error"] = error.message;
    answer["status"] = http::status_of(error.code);
    sink.send(std::make_shared<const std::string>(to_text(answer)));
}

/// A text, or the first of a list of texts; a number as text, for ids.
std::string first_text(const json::value& message, const char* name)
{
    const auto* value = message.as_object().if_contains(name);
    if (value && value->is_array() && !value->as_array().empty())
        value = &value->as_array().front();
    if (value && value->is_string())
        return std::string{value->as_string()};
    if (value && value->is_int64())
        return std::to_string(value->as_int64());
    return {};
}

/// One connection's conversation. Called on its strand.
class Socket {
public:
    Socket(Clients& clients, ClientPointer client, StreamName first)
        : m_clients(clients), m_client(std::move(client)), m_first(std::move(first))
    {
    }

    void open(std::shared_ptr<http::FrameSink> sink)
    {
        m_sink = std::move(sink);
        m_clients.open(m_client, m_sink);
        if (!m_first.stream.empty())
            subscribe(m_first);
        m_first = {};
    }

    void receive(std::string_view text)
    {
        JsonLimits limits;
        limits.max_bytes = k_longest_message;
        limits.max_depth = 4;
        const auto message = parse_json(text, limits);
        const auto type = message && message->is_object() ? first_text(*message, "type") : "";
        if (type != "subscribe" && type != "unsubscribe")
            return refuse(*m_sink, fail(Errc::malformed, "This message is not understood"));
        const StreamName name{first_text(*message, "stream"), first_text(*message, "tag"),
                              first_text(*message, "list")};
        if (type == "subscribe")
            return subscribe(name);
        const auto unwanted = find_subscription(m_client->listener, name);
        if (unwanted)
            m_clients.unsubscribe(m_client, *unwanted);
        else
            refuse(*m_sink, fail(Errc::malformed, "Error unsubscribing from channel"));
    }

    void close()
    {
        m_clients.close(m_client);
        m_sink.reset();
    }

private:
    void subscribe(const StreamName& name)
    {
        auto wanted = find_subscription(m_client->listener, name);
        if (!wanted)
            return refuse(*m_sink, wanted.error());
        if (const auto done = m_clients.subscribe(m_client, std::move(*wanted)); !done)
            refuse(*m_sink, done.error());
    }

    Clients& m_clients;
    ClientPointer m_client;
    StreamName m_first;
    std::shared_ptr<http::FrameSink> m_sink;
};

} // namespace

http::WebSocketHandlers handlers_for(Clients& clients, ClientPointer client, StreamName first,
                                     std::function<void()> opened)
{
    auto socket = std::make_shared<Socket>(clients, std::move(client), std::move(first));
    http::WebSocketHandlers handlers;
    handlers.on_open = [socket, opened = std::move(opened)](std::shared_ptr<http::WebSocket> sink) {
        socket->open(std::move(sink));
        opened();
    };
    handlers.on_text = [socket](std::string_view text) { socket->receive(text); };
    handlers.on_close = [socket] { socket->close(); };
    return handlers;
}

http::Response events_for(Clients& clients, ClientPointer client, Subscription subscription,
                          std::function<void()> opened)
{
    http::EventStream stream;
    stream.on_open = [&clients, client, subscription,
                      opened = std::move(opened)](std::shared_ptr<http::FrameSink> sink) {
        clients.open(client, std::move(sink));
        (void)clients.subscribe(client, subscription); // the first of a client is within every bound
        opened();
    };
    stream.on_close = [&clients, client] { clients.close(client); };
    return http::event_response(std::move(stream));
}

} // namespace kith::streaming

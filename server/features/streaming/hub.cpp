// SPDX-License-Identifier: Apache-2.0
#include "server/features/streaming/hub.h"

#include "common/base/json.h"
#include "server/core/log.h"
#include "server/core/spawn.h"

namespace kith::streaming {

using boost::asio::awaitable;

namespace {

/// Events that may wait for the database while it is busy; clients read the gap when more are lost.
constexpr std::size_t k_max_events = 10000;

} // namespace

Hub::Hub(boost::asio::any_io_executor executor) : m_executor(std::move(executor)) { }

bool Hub::knows(std::string_view stream)
{
    return stream == "user" || stream == "user:notification";
}

http::WebSocketHandlers Hub::accept(AccountId account, const std::string& stream)
{
    auto client = std::make_shared<Client>();
    client->account = account;
    if (!stream.empty())
        client->streams.insert(stream);
    http::WebSocketHandlers handlers;
    handlers.on_open = [this, client](std::shared_ptr<http::WebSocket> socket) {
        const std::lock_guard lock{m_mutex};
        client->socket = std::move(socket);
        m_clients.emplace(client->account, client);
    };
    handlers.on_text = [this, client](std::string_view text) { receive(client, text); };
    handlers.on_close = [this, client] {
        const std::lock_guard lock{m_mutex};
        client->socket.reset();
        for (auto [it, end] = m_clients.equal_range(client->account); it != end; ++it)
            if (it->second == client) {
                m_clients.erase(it);
                return;
            }
    };
    return handlers;
}

void Hub::receive(const ClientPointer& client, std::string_view text)
{
    JsonLimits limits;
    limits.max_depth = 4;
    const auto message = parse_json(text, limits);
    const auto type = message ? find_string(*message, "type").value_or("") : "";
    const auto stream = message ? find_string(*message, "stream").value_or("") : "";
    std::shared_ptr<http::WebSocket> socket;
    {
        const std::lock_guard lock{m_mutex};
        socket = client->socket;
        if (type == "subscribe" && knows(stream)) {
            client->streams.insert(stream);
            return;
        }
        if (type == "unsubscribe") {
            client->streams.erase(stream);
            return;
        }
    }
    if (socket)
        socket->send(std::make_shared<const std::string>(R"({"error":"Unknown stream type","status":400})"));
}

void Hub::post(Event event)
{
    {
        const std::lock_guard lock{m_mutex};
        if (m_clients.empty() || m_events.size() >= k_max_events)
            return;
        m_events.push_back(std::move(event));
        if (m_pumping)
            return;
        m_pumping = true;
    }
    core::spawn(m_executor, "streaming", pump());
}

awaitable<void> Hub::pump()
{
    while (true) {
        Event event;
        {
            const std::lock_guard lock{m_mutex};
            if (m_events.empty()) {
                m_pumping = false;
                co_return;
            }
            event = std::move(m_events.front());
            m_events.pop_front();
        }
        try {
            co_await event(*this);
        } catch (const std::exception& error) {
            log::warning("An event did not reach the streams.", {{"cause", error.what()}});
        }
    }
}

std::size_t Hub::sockets() const
{
    const std::lock_guard lock{m_mutex};
    return m_clients.size();
}

std::set<AccountId> Hub::connected() const
{
    const std::lock_guard lock{m_mutex};
    std::set<AccountId> accounts;
    for (const auto& [account, client] : m_clients)
        accounts.insert(account);
    return accounts;
}

void Hub::send(AccountId account, const std::string& stream, const char* event, const std::string& payload)
{
    std::vector<std::shared_ptr<http::WebSocket>> sockets;
    {
        const std::lock_guard lock{m_mutex};
        for (auto [it, end] = m_clients.equal_range(account); it != end; ++it)
            if (it->second->streams.contains(stream) && it->second->socket)
                sockets.push_back(it->second->socket);
    }
    if (sockets.empty())
        return;
    json::object frame;
    frame["stream"] = json::array{json::value(stream)};
    frame["event"] = event;
    frame["payload"] = payload; // JSON in a string, as Mastodon sends it
    const auto text = std::make_shared<const std::string>(to_text(frame));
    for (const auto& socket : sockets)
        socket->send(text);
}

} // namespace kith::streaming

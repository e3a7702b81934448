// SPDX-License-Identifier: Apache-2.0
#include "server/features/streaming/stream_clients.h"

#include "common/base/json.h"

#include <algorithm>

namespace kith::streaming {

namespace {

std::shared_ptr<const std::string> frame_for(Transport transport, const std::string& shown,
                                             const std::string& event, const std::string& payload,
                                             const std::string& quoted)
{
    if (transport == Transport::events)
        return http::event_frame(event, payload);
    std::string text = R"({"stream":)";
    text.reserve(shown.size() + event.size() + quoted.size() + 40);
    text.append(shown)
        .append(R"(,"event":")")
        .append(event)
        .append(R"(","payload":)")
        .append(quoted)
        .append("}");
    return std::make_shared<const std::string>(std::move(text));
}

} // namespace

Result<ClientPointer> Clients::admit(const Listener& listener, const std::string& address, Transport transport)
{
    TRY(auto place, m_places->take(listener.account, address));
    return std::make_shared<Client>(listener, transport, std::move(place));
}

void Clients::open(const ClientPointer& client, std::shared_ptr<http::FrameSink> sink)
{
    const std::lock_guard lock{m_mutex};
    client->sink = std::move(sink);
    m_clients.insert(client);
    m_count = m_clients.size();
}

void Clients::close(const ClientPointer& client)
{
    const std::lock_guard lock{m_mutex};
    for (const auto& subscription : client->subscriptions)
        leave(*client, subscription);
    client->subscriptions.clear();
    client->sink.reset();
    m_clients.erase(client);
    m_count = m_clients.size();
}

Result<void> Clients::subscribe(const ClientPointer& client, Subscription wanted)
{
    const std::lock_guard lock{m_mutex};
    const auto& have = client->subscriptions;
    const auto same = [&](const Subscription& other) {
        return other.channels.front() == wanted.channels.front();
    };
    if (!client->sink || std::any_of(have.begin(), have.end(), same))
        return {};
    if (have.size() >= m_limits.subscriptions)
        return fail(Errc::rate_limited, "Too many subscriptions on one connection");
    join(*client, wanted);
    client->subscriptions.push_back(std::move(wanted));
    return {};
}

void Clients::unsubscribe(const ClientPointer& client, const Subscription& unwanted)
{
    const std::lock_guard lock{m_mutex};
    auto& have = client->subscriptions;
    const auto found = std::find_if(have.begin(), have.end(), [&](const Subscription& other) {
        return other.channels.front() == unwanted.channels.front();
    });
    if (found == have.end())
        return;
    leave(*client, *found);
    have.erase(found);
}

void Clients::join(Client& client, const Subscription& subscription)
{
    // An event stream does not say which stream it is: all of them get the same bytes.
    const auto shown = client.transport == Transport::events ? std::string{} : subscription.shown;
    for (const auto& channel : subscription.channels) {
        auto& groups = m_channels[channel];
        auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& other) {
            return other.transport == client.transport && other.shown == shown;
        });
        if (group == groups.end())
            group = groups.insert(groups.end(), Group{client.transport, shown, {}});
        group->members.push_back(&client);
    }
}

void Clients::leave(Client& client, const Subscription& subscription)
{
    for (const auto& channel : subscription.channels) {
        const auto found = m_channels.find(channel);
        if (found == m_channels.end())
            continue;
        for (auto& group : found->second)
            if (const auto at = std::find(group.members.begin(), group.members.end(), &client);
                at != group.members.end()) {
                *at = group.members.back();
                group.members.pop_back();
                break;
            }
        std::erase_if(found->second, [](const Group& group) { return group.members.empty(); });
        if (found->second.empty())
            m_channels.erase(found);
    }
}

void Clients::send(const std::vector<Channel>& to, const std::string& event, const std::string& payload)
{
    std::map<std::pair<Transport, std::string>, Sinks> batches;
    {
        const std::lock_guard lock{m_mutex};
        for (const auto& channel : to) {
            const auto found = m_channels.find(channel);
            if (found == m_channels.end())
                continue;
            for (const auto& group : found->second) {
                auto& sinks = batches[{group.transport, group.shown}];
                for (const auto* client : group.members)
                    sinks.push_back(client->sink);
            }
        }
    }
    if (batches.empty())
        return;
    const auto quoted = to_text(json::value(payload)); // JSON in a string, as Mastodon sends it
    for (const auto& [key, sinks] : batches) {
        const auto frame = frame_for(key.first, key.second, event, payload, quoted);
        for (const auto& sink : sinks)
            sink->send(frame);
    }
}

template <class Condition>
void Clients::close_where(Condition condition, std::uint16_t code, const char* reason)
{
    Sinks sinks;
    {
        const std::lock_guard lock{m_mutex};
        for (const auto& client : m_clients)
            if (condition(client->listener))
                sinks.push_back(client->sink);
    }
    for (const auto& sink : sinks)
        sink->close(code, reason);
}

std::set<TokenId> Clients::tokens(std::optional<AccountId> account) const
{
    const std::lock_guard lock{m_mutex};
    std::set<TokenId> tokens;
    for (const auto& client : m_clients)
        if (!account || client->listener.account == *account)
            tokens.insert(client->listener.token);
    return tokens;
}

void Clients::close_tokens(const std::set<TokenId>& tokens)
{
    close_where([&](const Listener& listener) { return tokens.contains(listener.token); }, 1008,
                "The access token is no longer valid.");
}

void Clients::close_all()
{
    close_where([](const Listener&) { return true; }, 1013, "Something was missed. Please connect and read again.");
}

Interest Clients::interest() const
{
    const std::lock_guard lock{m_mutex};
    Interest interest;
    for (const auto& [channel, groups] : m_channels) {
        switch (channel.feed) {
        case Feed::home: interest.homes.insert(interest.homes.end(), channel.account); break;
        case Feed::hashtag:
        case Feed::hashtag_local: interest.tags.insert(channel.tag); break;
        case Feed::public_all:
        case Feed::public_local:
        case Feed::public_remote: interest.public_feeds = true; break;
        default: break;
        }
    }
    return interest;
}

bool Clients::has(const Channel& channel) const
{
    const std::lock_guard lock{m_mutex};
    return m_channels.contains(channel);
}

} // namespace kith::streaming

// SPDX-License-Identifier: Apache-2.0
#include "server/core/event_bus.h"
#include "server/db/database.h"
#include "server/features/statuses/status.h"
#include "server/features/statuses/status_cache.h"
#include "server/features/streaming/hub.h"
#include "server/features/support/server.h"
#include "server/features/timelines/timeline.h"
#include "server/features/timelines/timeline_audience.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace kith::timelines {

using boost::asio::awaitable;
using features::Server;
using streaming::Channel;
using streaming::Clients;
using streaming::Feed;
using streaming::Hub;
using streaming::Interest;

namespace {

constexpr const char* k_topic = "status";
constexpr std::size_t k_readers_at_once = 500;
constexpr std::chrono::milliseconds k_read_time{50}; ///< after it another transaction goes on
constexpr std::size_t k_notice_bytes = 800;

/// A frame to be sent when the transaction is over.
struct Outgoing {
    std::vector<Channel> to;
    const char* event;
    std::string payload;
};

/// How far some events have been looked at.
struct Cursor {
    std::size_t event = 0;
    std::size_t reader = 0;
};

void add_timelines(std::vector<Channel>& channels, bool local)
{
    channels.push_back(Channel{Feed::public_all});
    channels.push_back(Channel{local ? Feed::public_local : Feed::public_remote});
}

void add_tag(std::vector<Channel>& channels, std::string_view tag, bool local)
{
    channels.push_back(Channel{Feed::hashtag, {}, std::string{tag}});
    if (local)
        channels.push_back(Channel{Feed::hashtag_local, {}, std::string{tag}});
}

std::vector<Channel> channels_of(const PublicPlaces& places, bool local)
{
    std::vector<Channel> channels;
    if (places.timelines)
        add_timelines(channels, local);
    for (const auto& tag : places.tags)
        add_tag(channels, tag, local);
    return channels;
}

Channel home_of(AccountId account)
{
    return Channel{Feed::home, account, {}};
}

using Words = std::vector<std::string_view>;

Words words_of(std::string_view text)
{
    Words words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::int64_t number_of(std::string_view word)
{
    const auto number = parse_id(word);
    return number ? *number : 0;
}

/// Turns events into frames, a piece at a time. An event is one of
///     update ID, status.update ID
///     delete ID AUTHOR AUDIENCE, and what followed from the row that is gone now:
///     delete.named ID AUTHOR AUDIENCE ACCOUNT…, delete.public ID LOCAL, delete.tags ID LOCAL TAG…
class Bringer {
public:
    /// Made before the transactions of its steps.
    Bringer(statuses::StatusCache& cache, const std::vector<std::string>& events, const Interest& interest)
        : m_cache(cache), m_ticket(cache.ticket()), m_events(events), m_interest(interest),
          m_readers(interest.homes.begin(), interest.homes.end())
    {
    }

    bool is_done(const Cursor& at) const { return at.event >= m_events.size(); }

    /// One event for the next readers.
    Cursor step(Tx& tx, Cursor at, std::vector<Outgoing>& out) const
    {
        const auto words = words_of(m_events[at.event]);
        const auto slice = std::span{m_readers}.subspan(at.reader);
        const auto readers = slice.first(std::min(slice.size(), k_readers_at_once));
        if (words.size() >= 2) {
            if (words[0].starts_with("delete"))
                remove(tx, words, at.reader == 0, readers, out);
            else
                show(tx, words, at.reader == 0, readers, out);
        }
        at.reader += readers.size();
        if (at.reader >= m_readers.size())
            at = Cursor{at.event + 1, 0};
        return at;
    }

private:
    using Readers = std::span<const AccountId>;

    void show(Tx& tx, const Words& words, bool first, Readers readers, std::vector<Outgoing>& out) const
    {
        const char* event = words[0] == "update" ? "update" : "status.update";
        const auto status = statuses::find(tx, StatusId{number_of(words[1])});
        if (!status)
            return; // deleted meanwhile
        if (first && (m_interest.public_feeds || !m_interest.tags.empty()))
            if (const auto places = public_places(tx, *status, m_interest.tags); !places.empty())
                out.push_back({channels_of(places, status->local), event,
                               text_for(tx, statuses::Viewer{}, *status)});
        // Most readers get the same bytes: the author's differ, and those of who has done something with the post.
        std::map<std::string, std::vector<Channel>> bodies;
        for (const auto reader : home_readers(tx, *status, readers))
            bodies[text_for(tx, statuses::Viewer{reader}, *status)].push_back(home_of(reader));
        for (auto& [body, channels] : bodies)
            out.push_back({std::move(channels), event, body});
    }

    void remove(Tx& tx, const Words& words, bool first, Readers readers, std::vector<Outgoing>& out) const
    {
        std::vector<Channel> channels;
        const bool local = words.size() > 2 && words[2] == "1";
        if (words[0] == "delete" && words.size() == 4) {
            const AccountId author{number_of(words[2])};
            for (const auto reader : former_home_readers(tx, author, audience_of(words[3]), readers))
                channels.push_back(home_of(reader));
            if (first)
                channels.push_back(home_of(author));
        } else if (first && words[0] == "delete.named" && words.size() > 4) {
            channels = homes_of_named(tx, words);
        } else if (first && words[0] == "delete.public") {
            add_timelines(channels, local);
        } else if (first && words[0] == "delete.tags") {
            for (std::size_t i = 3; i < words.size(); ++i)
                add_tag(channels, words[i], local);
        }
        if (!channels.empty())
            out.push_back({std::move(channels), "delete", std::string{words[1]}});
    }

    /// Without those who are told as followers.
    static std::vector<Channel> homes_of_named(Tx& tx, const Words& words)
    {
        std::vector<AccountId> named;
        for (std::size_t i = 4; i < words.size(); ++i)
            named.push_back(AccountId{number_of(words[i])});
        const AccountId author{number_of(words[2])};
        const auto followers = former_home_readers(tx, author, audience_of(words[3]), named);
        std::vector<Channel> channels;
        for (const auto account : named)
            if (account != author &&
                std::find(followers.begin(), followers.end(), account) == followers.end())
                channels.push_back(home_of(account));
        return channels;
    }

    static statuses::Audience audience_of(std::string_view word)
    {
        return statuses::parse_audience(word) ? *statuses::parse_audience(word) : statuses::Audience::self;
    }

    /// The same bytes as on a page.
    std::string text_for(Tx& tx, statuses::Viewer viewer, const Status& status) const
    {
        const auto list = m_cache.write(tx, m_ticket, viewer, {status});
        return list.substr(1, list.size() - 2);
    }

    statuses::StatusCache& m_cache;
    const statuses::StatusCache::Ticket m_ticket;
    const std::vector<std::string>& m_events;
    const Interest& m_interest;
    const std::vector<AccountId> m_readers;
};

awaitable<Result<void>> bring(Server& server, Clients& clients, const std::vector<std::string>& events)
{
    const auto interest = clients.interest();
    const Bringer bringer{server.status_cache, events, interest};
    Cursor at;
    std::vector<Outgoing> all;
    while (!interest.empty() && !bringer.is_done(at)) {
        std::vector<Outgoing> out;
        auto work = [&](Tx& tx) -> Result<Cursor> {
            out.clear();
            auto cursor = at;
            const auto end = std::chrono::steady_clock::now() + k_read_time;
            do
                cursor = bringer.step(tx, cursor, out);
            while (!bringer.is_done(cursor) && std::chrono::steady_clock::now() < end);
            return cursor;
        };
        CO_TRY(at, co_await server.database.read(work));
        std::move(out.begin(), out.end(), std::back_inserter(all));
    }
    for (const auto& outgoing : all)
        clients.send(outgoing.to, outgoing.event, outgoing.payload);
    co_return Result<void>{};
}

/// `head` and as many of the words as a notice holds, again and again until all are told.
void announce_in_pieces(Tx& tx, const std::string& head, const std::vector<std::string>& words)
{
    std::string piece;
    for (const auto& word : words) {
        if (!piece.empty() && head.size() + piece.size() + word.size() + 1 > k_notice_bytes) {
            Hub::announce(tx, k_topic, head + piece);
            piece.clear();
        }
        if (word.size() <= k_notice_bytes / 2) // what is longer is nobody's subscription
            piece += " " + word;
    }
    if (!piece.empty())
        Hub::announce(tx, k_topic, head + piece);
}

/// Before the row goes: afterwards nobody knows where it was.
void announce_deletion(Tx& tx, const statuses::StatusDeleted& event)
{
    const auto& status = event.status;
    const auto id = status.id.to_string();
    const std::string local = status.local ? " 1" : " 0";
    const auto origin = " " + event.author.id.to_string() + " " + statuses::to_string(status.audience);
    Hub::announce(tx, k_topic, "delete " + id + origin);
    std::vector<std::string> named;
    for (const auto account : event.admitted)
        named.push_back(account.to_string());
    announce_in_pieces(tx, "delete.named " + id + origin, named);
    const auto places = former_public_places(tx, status);
    if (places.timelines)
        Hub::announce(tx, k_topic, "delete.public " + id + local);
    announce_in_pieces(tx, "delete.tags " + id + local, {places.tags.begin(), places.tags.end()});
}

} // namespace

void register_timeline_streaming(Server& server)
{
    server.streams.render_with(k_topic, [&server](Clients& clients, const std::vector<std::string>& events) {
        return bring(server, clients, events);
    });
    server.events.subscribe<statuses::StatusCreated>(
        [](Tx& tx, const statuses::StatusCreated& event) -> Result<void> {
            if (event.arrival == statuses::Arrival::fresh)
                Hub::announce(tx, k_topic, "update " + event.status.id.to_string());
            return {};
        });
    server.events.subscribe<statuses::StatusDeleted>(
        [](Tx& tx, const statuses::StatusDeleted& event) -> Result<void> {
            announce_deletion(tx, event);
            return {};
        });
}

} // namespace kith::timelines

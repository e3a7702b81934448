// SPDX-License-Identifier: Apache-2.0
#include "server/core/event_bus.h"
#include "server/core/log.h"
#include "server/db/database.h"
#include "server/features/support/server.h"
#include "server/features/statuses/status.h"
#include "server/features/streaming/hub.h"
#include "server/features/timelines/timeline.h"

#include <map>

namespace kith::timelines {

using boost::asio::awaitable;
using db::Tx;
using features::Server;
using streaming::Hub;

namespace {

/// Who, of some accounts, has this author in their home.
constexpr db::Query k_followers_among{
    "streaming.followers_among", "SELECT account_id FROM follows WHERE target_id = $1 AND state = 1 AND account_id IN "};

std::set<AccountId> followers_among(Tx& tx, AccountId author, const std::set<AccountId>& accounts)
{
    std::set<AccountId> found;
    std::vector<db::Param> params{db::to_param(author)};
    const auto run = [&] {
        if (params.size() > 1)
            for (const auto& row :
                 tx.query_list(k_followers_among, k_followers_among.sql + db::in_list(2, params.size() - 1), params))
                found.insert(row.id<AccountId>(0));
        params.resize(1);
    };
    for (const auto account : accounts) {
        params.push_back(db::to_param(account));
        if (params.size() == 500)
            run();
    }
    run();
    return found;
}

/// The same query as the home timeline, so that the stream shows what a reload would show.
std::optional<std::string> as_shown_to(Tx& tx, AccountId reader, StatusId status)
{
    const statuses::FeedFilter home{statuses::Feed::home, reader};
    features::Page page;
    page.max_id = status.value + 1;
    page.min_id = status.value - 1;
    page.limit = 1;
    const statuses::Viewer viewer{reader};
    const auto shown = statuses::list(tx, viewer, home, page);
    if (shown.empty())
        return std::nullopt;
    return to_text(api::to_json(statuses::render(tx, viewer, shown.front())));
}

awaitable<void> send_status(Hub& hub, db::Database& database, StatusId id)
{
    const auto accounts = hub.connected();
    std::map<AccountId, std::string> payloads;
    auto work = [&](Tx& tx) -> Result<void> {
        payloads.clear();
        const auto status = statuses::find(tx, id);
        if (!status)
            return {};
        auto readers = followers_among(tx, status->account_id, accounts);
        if (accounts.contains(status->account_id))
            readers.insert(status->account_id);
        for (const auto reader : readers)
            if (auto payload = as_shown_to(tx, reader, id))
                payloads.emplace(reader, std::move(*payload));
        return {};
    };
    const auto done = co_await database.read(work);
    if (!done)
        log::warning("A post did not reach the streams.", {{"cause", done.error().message}});
    for (const auto& [account, payload] : payloads)
        hub.send(account, "user", "update", payload);
}

awaitable<void> send_deletion(Hub& hub, db::Database& database, StatusId status, AccountId author, std::set<AccountId> admitted)
{
    const auto accounts = hub.connected();
    auto work = [&](Tx& tx) -> Result<std::set<AccountId>> { return followers_among(tx, author, accounts); };
    auto readers = co_await database.read(work);
    if (!readers)
        co_return;
    readers->insert(author);
    readers->insert(admitted.begin(), admitted.end());
    for (const auto reader : *readers)
        hub.send(reader, "user", "delete", status.to_string());
}

} // namespace

void register_timeline_streaming(Server& server)
{
    auto& hub = server.streams;
    auto& database = server.database;
    server.events.subscribe<statuses::StatusCreated>([&](Tx& tx, const statuses::StatusCreated& event) -> Result<void> {
        if (event.arrival == statuses::Arrival::fresh)
            tx.after_commit([&hub, &database, id = event.status.id] {
                hub.post([&database, id](Hub& streams) { return send_status(streams, database, id); });
            });
        return {};
    });
    server.events.subscribe<statuses::StatusDeleted>([&](Tx& tx, const statuses::StatusDeleted& event) -> Result<void> {
        std::set<AccountId> admitted{event.admitted.begin(), event.admitted.end()};
        tx.after_commit([&hub, &database, id = event.status.id, author = event.author.id, admitted = std::move(admitted)] {
            hub.post([&database, id, author, admitted](Hub& streams) {
                return send_deletion(streams, database, id, author, admitted);
            });
        });
        return {};
    });
}

} // namespace kith::timelines

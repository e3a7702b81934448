// SPDX-License-Identifier: Apache-2.0
#include "server/features/federation/delivery.h"

#include "federation/addressing/origin.h"
#include "federation/discovery/jrd.h"
#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/features/federation/federation.h"
#include "server/features/federation/signer.h"
#include "server/features/support/server.h"
#include "server/fetch/fetch.h"
#include "server/jobs/jobs.h"

#include <set>

namespace kith::federation {

using boost::asio::awaitable;
using db::Query;
using features::Server;

namespace {

constexpr Query k_insert{"federation.insert_outgoing", R"sql(
    INSERT INTO outgoing_activities (id, account_id, body, created_at) VALUES ($1, $2, $3, $4))sql"};
constexpr Query k_find{"federation.find_outgoing", "SELECT account_id, body FROM outgoing_activities WHERE id = $1"};
constexpr Query k_follower_inboxes{"federation.follower_inboxes", R"sql(
    SELECT DISTINCT COALESCE(a.shared_inbox, a.inbox) FROM follows f JOIN accounts a ON a.id = f.account_id
    WHERE f.target_id = $1 AND f.state = 1 AND a.domain <> '' AND a.inbox IS NOT NULL)sql"};

/// The new delivery goes before those that were tried and failed.
constexpr std::int64_t k_first_try = 10;

struct Outgoing {
    AccountId sender;
    std::string body;
};

Result<ActivityId> activity_of(const json::value& payload)
{
    return ActivityId::parse(find_string(payload, "activity").value_or(""));
}

Result<Outgoing> find_outgoing(Tx& tx, ActivityId id)
{
    const auto row = tx.query_one(k_find, id);
    if (!row)
        return fail(Errc::gone, "The activity was kept for a week and is gone.");
    return Outgoing{row->id<AccountId>(0), row->text(1)};
}

std::set<std::string> inboxes(Tx& tx, AccountId sender, const json::value& payload)
{
    std::set<std::string> found;
    if (find_bool(payload, "followers").value_or(false))
        for (const auto& row : tx.query(k_follower_inboxes, sender))
            found.insert(row.text(0));
    std::set<AccountId> ids;
    if (const auto* list = find(payload, "accounts"); list && list->is_array())
        for (const auto& item : list->get_array())
            if (item.is_int64())
                ids.insert(AccountId{item.get_int64()});
    for (const auto& [id, account] : accounts::find_many(tx, ids))
        if (!account.local() && !account.inbox.empty())
            found.insert(account.shared_inbox.empty() ? account.inbox : account.shared_inbox);
    return found;
}

/// Step two: a delivery per inbox.
awaitable<Result<void>> fan_out(Server& server, const jobs::Job& job)
{
    CO_TRY(const auto activity, activity_of(job.payload));
    auto work = [&](Tx& tx) -> Result<void> {
        TRY(const auto outgoing, find_outgoing(tx, activity));
        std::map<std::string, std::vector<std::string>> by_host; // in order of the lanes (jobs::enqueue)
        for (const auto& inbox : inboxes(tx, outgoing.sender, job.payload))
            if (const auto origin = addressing::origin_of(inbox))
                by_host[origin->authority()].push_back(inbox);
        for (const auto& [host, addresses] : by_host)
            for (const auto& inbox : addresses) {
                jobs::NewJob delivery;
                delivery.kind = "deliver";
                delivery.payload["activity"] = activity.to_string();
                delivery.payload["inbox"] = inbox;
                delivery.lane = host;
                delivery.priority = k_first_try;
                jobs::enqueue(tx, std::move(delivery));
            }
        return {};
    };
    co_return co_await server.database.write(work, db::Lane::background);
}

/// What a peer's answer means for the delivery (federation-map, "Give up").
Result<void> judge(int status, const std::string& inbox)
{
    if (status >= 200 && status < 300)
        return {};
    const auto cause = inbox + " answered " + std::to_string(status);
    if (status == 401 || status == 408 || status == 429 || (status >= 500 && status != 501))
        return fail(Errc::unavailable, "The peer did not take the delivery yet.", cause);
    return fail(Errc::gone, "The peer refused the delivery.", cause);
}

awaitable<Result<void>> send(Server& server, Signer& signer, const jobs::Job& job)
{
    CO_TRY(const auto activity, activity_of(job.payload));
    const auto inbox = find_string(job.payload, "inbox").value_or("");
    auto look = [&](Tx& tx) { return find_outgoing(tx, activity); };
    CO_TRY(const auto outgoing, co_await server.database.read(look));

    fetch::Fetch request;
    request.method = http::Method::post;
    request.url = inbox;
    request.headers.add("Content-Type", std::string{discovery::k_activity_type});
    request.body = outgoing.body;
    request.max_bytes = 64 << 10;
    const auto sender = outgoing.sender;
    request.sign = [&signer, sender, body = outgoing.body](const std::string& url, http::Headers& headers) {
        return signer.sign(sender, "POST", url, body, headers);
    };
    const auto answer = co_await server.fetcher.run(std::move(request));
    const auto result = answer ? judge(answer->status, inbox) : Result<void>{answer.error()};
    server.metrics
        .counter("kith_deliveries_total", "Deliveries to peers, each try.",
                 {{"result", result ? "accepted" : result.error().code == Errc::unavailable ? "failed" : "refused"}})
        .add();
    if (!result)
        log::info("A delivery did not arrive.", {{"inbox", inbox},
                                                 {"attempt", job.attempt},
                                                 {"error", result.error().message},
                                                 {"cause", result.error().cause}});
    co_return result;
}

} // namespace

void deliver(Tx& tx, AccountId sender, const json::object& activity, const Recipients& recipients)
{
    const auto id = tx.next_id<ActivityId>();
    tx.execute(k_insert, id, sender, to_text(activity), tx.now());
    jobs::NewJob job;
    job.kind = "fan_out";
    job.payload["activity"] = id.to_string();
    job.payload["followers"] = recipients.followers;
    json::array accounts;
    for (const auto account : recipients.accounts)
        accounts.push_back(account.value);
    job.payload["accounts"] = std::move(accounts);
    jobs::enqueue(tx, std::move(job));
}

std::string new_activity_uri(Tx& tx, const accounts::Account& account)
{
    return account.uri + "/activities/" + tx.next_id<ActivityId>().to_string();
}

void register_delivery(Server& server, Signer& signer)
{
    server.jobs.handle("fan_out", [&server](const jobs::Job& job) { return fan_out(server, job); });
    server.jobs.handle("deliver", [&server, &signer](const jobs::Job& job) { return send(server, signer, job); });
}

} // namespace kith::federation

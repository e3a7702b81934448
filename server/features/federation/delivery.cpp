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

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

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

constexpr Query k_some_followers{"federation.some_followers", R"sql(
    SELECT a.domain FROM follows f JOIN accounts a ON a.id = f.account_id
    WHERE f.target_id = $1 AND f.state = 1 ORDER BY f.cursor_id LIMIT $2)sql"};

// Steps of urgency (jobs::NewJob::priority: a step is worth six minutes). Within a host's lane the order stays.
constexpr std::int64_t k_to_somebody = 10; ///< who is named, answered, followed
constexpr std::int64_t k_to_followers = 20;

/// So many deliveries are enqueued in one transaction.
constexpr std::size_t k_piece = 100;
/// Of more followers than this, the job finds out who is elsewhere: posting costs the same however many there are.
constexpr std::size_t k_most_asked = 50;

/// Where one copy goes.
struct Target {
    std::string host; ///< the lane
    std::string inbox;
    std::int64_t priority = k_to_followers;
    friend bool operator<(const Target& a, const Target& b)
    {
        return std::tie(a.host, a.inbox) < std::tie(b.host, b.inbox);
    }
};

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

void add_target(std::set<Target>& targets, const std::string& inbox, std::int64_t priority)
{
    if (const auto origin = addressing::origin_of(inbox))
        targets.insert({origin->authority(), inbox, priority});
}

/// In the order of their lanes (jobs::enqueue).
std::set<Target> targets_of(Tx& tx, AccountId sender, const json::value& payload)
{
    std::set<Target> found;
    std::set<AccountId> ids;
    if (const auto* list = find(payload, "accounts"); list && list->is_array())
        for (const auto& item : list->get_array())
            if (item.is_int64())
                ids.insert(AccountId{item.get_int64()});
    for (const auto& [id, account] : accounts::find_many(tx, ids))
        if (!account.local() && !account.inbox.empty())
            add_target(found, account.shared_inbox.empty() ? account.inbox : account.shared_inbox, k_to_somebody);
    if (find_bool(payload, "followers").value_or(false))
        for (const auto& row : tx.query(k_follower_inboxes, sender))
            add_target(found, row.text(0), k_to_followers); // not where somebody is already
    return found;
}

/// Whether somebody elsewhere gets it, or may: among many followers nobody looks yet.
bool may_leave_us(Tx& tx, AccountId sender, const Recipients& recipients)
{
    for (const auto& [id, account] : accounts::find_many(tx, {recipients.accounts.begin(), recipients.accounts.end()}))
        if (!account.local())
            return true;
    if (!recipients.followers)
        return false;
    const auto domains = tx.query(k_some_followers, sender, k_most_asked + 1);
    return domains.size() > k_most_asked ||
           std::any_of(domains.begin(), domains.end(), [](const db::Row& row) { return !row.text(0).empty(); });
}

void enqueue_delivery(Tx& tx, ActivityId activity, const Target& target)
{
    jobs::NewJob delivery;
    delivery.kind = "deliver";
    delivery.payload["activity"] = activity.to_string();
    delivery.payload["inbox"] = target.inbox;
    delivery.lane = target.host;
    delivery.priority = target.priority;
    jobs::enqueue(tx, std::move(delivery));
}

/// Step two: a delivery per inbox, in pieces, so that no write is long. Each piece says in its own transaction how far we
/// are: run again, this goes on where it was.
awaitable<Result<void>> fan_out(Server& server, const jobs::Job& job)
{
    CO_TRY(const auto activity, activity_of(job.payload));
    auto look = [&](Tx& tx) -> Result<std::set<Target>> {
        TRY(const auto outgoing, find_outgoing(tx, activity));
        return targets_of(tx, outgoing.sender, job.payload);
    };
    CO_TRY(const auto targets, co_await server.database.read(look));
    auto payload = job.payload.get_object();
    const Target reached{find_string(job.payload, "reached_host").value_or(""),
                         find_string(job.payload, "reached_inbox").value_or("")};
    for (auto next = targets.upper_bound(reached); next != targets.end();) {
        auto end = next;
        for (std::size_t count = 0; count < k_piece && end != targets.end(); ++count)
            ++end;
        payload["reached_host"] = std::prev(end)->host;
        payload["reached_inbox"] = std::prev(end)->inbox;
        auto work = [&](Tx& tx) -> Result<void> {
            TRY_VOID(jobs::save_progress(tx, job, payload));
            for (auto target = next; target != end; ++target)
                enqueue_delivery(tx, activity, *target);
            return {};
        };
        CO_TRY_VOID(co_await server.database.write(work, db::Lane::background));
        next = end;
    }
    co_return Result<void>{};
}

/// What a peer's answer means for the delivery (federation-map, "Give up"): `unavailable` is the host's trouble,
/// `internal` may be this activity's alone.
Result<void> judge(int status, const std::string& inbox)
{
    if (status >= 200 && status < 300)
        return {};
    const auto cause = inbox + " answered " + std::to_string(status);
    if (status == 408 || status == 429 || (status > 501 && status < 600))
        return fail(Errc::unavailable, "The peer did not take the delivery yet.", cause);
    if (status == 401 || status == 500)
        return fail(Errc::internal, "The peer could not take the delivery.", cause);
    return fail(Errc::gone, "The peer refused the delivery.", cause);
}

/// What the answer tells the host's queue.
void heed(const fetch::Answer& answer, const Result<void>& judged, jobs::Advice& advice, Timestamp now)
{
    advice.lane_answered = !judged && judged.error().code == Errc::gone;
    if (const auto value = answer.headers.find("Retry-After"); value && (answer.status == 429 || answer.status == 503))
        advice.retry_after = parse_retry_after(*value, now);
}

const char* name_of(const Result<void>& result)
{
    if (result)
        return "accepted";
    return result.error().code == Errc::unavailable || result.error().code == Errc::internal ? "failed" : "refused";
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
    if (answer)
        heed(*answer, result, *job.advice, server.clock.now());
    server.metrics
        .counter("kith_deliveries_total", "Deliveries to peers, each try.",
                 {{"result", name_of(result)}})
        .add();
    const auto request_id = jobs::request_of(job);
    if (!result)
        log::info("A delivery did not arrive.", {{"inbox", inbox},
                                                 {"attempt", job.attempt},
                                                 {"error", result.error().message},
                                                 {"cause", result.error().cause},
                                                 log::request_id(request_id)});
    co_return result;
}

} // namespace

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, Timestamp now)
{
    std::uint32_t seconds = 0;
    const auto* const end = value.data() + value.size();
    if (const auto [rest, error] = std::from_chars(value.data(), end, seconds); error == std::errc{} && rest == end)
        return std::chrono::seconds{seconds};
    const auto date = parse_http_date(value);
    if (!date || *date <= now)
        return std::nullopt;
    return *date - now;
}

void deliver(Tx& tx, AccountId sender, const MakeActivity& activity, const Recipients& recipients)
{
    if (!may_leave_us(tx, sender, recipients))
        return;
    const auto id = tx.next_id<ActivityId>();
    tx.execute(k_insert, id, sender, to_text(activity()), tx.now());
    jobs::NewJob job;
    job.kind = "fan_out";
    job.payload["activity"] = id.to_string();
    job.payload["followers"] = recipients.followers;
    json::array accounts;
    for (const auto account : recipients.accounts)
        accounts.push_back(account.value);
    job.payload["accounts"] = std::move(accounts);
    job.priority = recipients.followers ? k_to_somebody : 0;
    // One after the other: else a later activity could stand before an earlier one in a host's queue.
    job.lane = "account " + sender.to_string();
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

// SPDX-License-Identifier: Apache-2.0
#include "federation/addressing/origin.h"
#include "federation/discovery/jrd.h"
#include "federation/signatures/signature.h"
#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/core/lines_per_second.h"
#include "server/core/redact.h"
#include "server/db/database.h"
#include "server/features/federation/federation.h"
#include "server/features/federation/inbox.h"
#include "server/features/federation/peers.h"
#include "server/features/support/server.h"
#include "server/http/router.h"
#include "server/jobs/jobs.h"
#include "server/limits/request_limits.h"

#include <memory>

namespace kith::federation {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

Response accepted()
{
    return Response{202, "text/plain; charset=utf-8", ""};
}

/// The request as the signature covers it.
signatures::Message message_of(const Request& request)
{
    signatures::Message message;
    message.method = http::to_string(request.method);
    message.scheme = request.secure ? "https" : "http";
    message.target = request.target;
    message.headers = request.headers.all();
    message.body_digest = signatures::digest_of(request.body);
    return message;
}

awaitable<Result<PeerKey>> verify(Server& server, const Request& request, const signatures::ParsedSignature& signature)
{
    const auto message = message_of(request);
    signatures::Policy policy;
    policy.host = server.site.domain;
    if (const auto at = server.site.base_url.find("://"); at != std::string::npos)
        policy.host = server.site.base_url.substr(at + 3);
    CO_TRY(auto key, co_await server.peers.find_key(signature.key_id));
    // About 30 µs for RSA: less than a hop to the CPU pool and back.
    auto verified = signatures::verify(message, signature, *key.key, server.clock.now(), policy);
    if (!verified && !key.fresh) {
        // The peer may have a new key: look once (federation-map, "Key fetch").
        auto again = co_await server.peers.refetch_key(signature.key_id);
        if (again) {
            key = std::move(*again);
            verified = signatures::verify(message, signature, *key.key, server.clock.now(), policy);
        }
    }
    if (!verified)
        co_return std::move(verified).error();
    co_return key;
}

awaitable<Result<void>> take(Server& server, Request& request)
{
    const auto type = request.headers.find("Content-Type").value_or("");
    if (!discovery::is_activity_media_type(type))
        co_return fail(Errc::invalid, "An inbox takes application/activity+json.");
    if (!signatures::has_signature(request.headers.all()))
        co_return fail(Errc::unauthorized, "The request is not signed.");
    CO_TRY(const auto signature, signatures::parse_signature(request.headers.all()));
    CO_TRY(const auto document, parse_json(request.body));
    CO_TRY(const auto activity, vocab::read_activity(document));
    if (!activity.id.empty() && !addressing::same_origin(activity.id, activity.actor))
        co_return fail(Errc::forbidden, "The activity's id is not of its actor's origin.", activity.id);

    // Whole servers say goodbye to everybody: the keys of actors that we never met cannot be fetched any more.
    if (vocab::kind_of(activity) == vocab::ActivityKind::Delete && activity.object == activity.actor) {
        CO_TRY(const bool known, co_await server.peers.knows_key(signature.key_id));
        if (!known)
            co_return Result<void>{};
    }
    CO_TRY(const auto key, co_await verify(server, request, signature));
    if (key.owner != activity.actor)
        co_return fail(Errc::unauthorized, "The key is not the actor's.", key.owner + " signed for " + activity.actor);
    const auto origin = addressing::origin_of(key.owner);
    if (origin && server.limits) {
        http::RateStatus rate;
        if (!server.limits->take_delivery(origin->authority(), rate))
            co_return http::too_many_requests(request, rate.retry_in);
    }

    const auto policy = server.peers.policy();
    auto work = [&](Tx& tx) -> Result<void> {
        const auto actor = accounts::find(tx, key.account);
        if (!actor)
            return fail(Errc::unauthorized, "The key's owner is gone.");
        if (actor->suspended_at)
            return fail(Errc::forbidden, "This account is blocked here.");
        if (origin)
            jobs::lane_alive(tx, origin->authority()); // what waits for this host need not wait any longer
        const Inbound inbound{*actor, activity, policy};
        return server.inbox.dispatch(tx, inbound);
    };
    co_return co_await server.database.write(work, db::Lane::background);
}

/// Lines about refused deliveries: strangers may send any number of them.
constexpr int k_refusals_per_second = 20;
using Refusals = std::shared_ptr<core::LinesPerSecond>;

void log_refusal(Server& server, const Request& request, const Error& error, core::LinesPerSecond& refusals)
{
    const auto unlogged = refusals.take();
    if (!unlogged)
        return;
    log::warning("A delivery was refused.", {{"error", error.message},
                                             {"cause", error.cause},
                                             {"peer", core::logged_peer(server.config.log.access_peer, request.peer_address)},
                                             {"unlogged_before", *unlogged},
                                             log::request_id(request.id)});
}

awaitable<Result<Response>> receive(Server& server, Request& request, Refusals refusals)
{
    auto& taken = server.metrics.counter("kith_inbox_activities_total", "Activities that peers delivered.", {{"result", "accepted"}});
    auto& refused = server.metrics.counter("kith_inbox_activities_total", "Activities that peers delivered.", {{"result", "refused"}});
    const auto result = co_await take(server, request);
    if (!result) {
        refused.add();
        log_refusal(server, request, result.error(), *refusals);
        co_return result.error();
    }
    taken.add();
    co_return accepted();
}

awaitable<Result<Response>> receive_for(Server& server, Request& request, Refusals refusals)
{
    auto work = [&](Tx& tx) -> Result<void> {
        const auto account = accounts::find_by_handle(tx, request.param("name"), {});
        if (!account)
            return fail(Errc::not_found, "Record not found");
        if (account->suspended_at)
            return fail(Errc::gone, "This account is gone.");
        return {};
    };
    CO_TRY_VOID(co_await server.database.read(work));
    co_return co_await receive(server, request, std::move(refusals));
}

} // namespace

void register_inbox(Server& server)
{
    auto& router = server.router;
    const auto refusals = std::make_shared<core::LinesPerSecond>(k_refusals_per_second);
    for (const auto* shared : {"/inbox", "/actor/inbox"})
        router.add(Method::post, shared, Access::anyone(),
                   [&server, refusals](Request& request) { return receive(server, request, refusals); }, http::RouteClass::inbox);
    router.add(Method::post, "/users/:name/inbox", Access::anyone(),
               [&server, refusals](Request& request) { return receive_for(server, request, refusals); }, http::RouteClass::inbox);
}

} // namespace kith::federation

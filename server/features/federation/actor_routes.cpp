// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/ed25519.h"
#include "federation/discovery/jrd.h"
#include "federation/vocab/actor.h"
#include "federation/vocab/collection.h"
#include "server/db/database.h"
#include "server/features/accounts/account.h"
#include "server/features/federation/federation.h"
#include "server/features/federation/negotiation.h"
#include "server/features/support/server.h"
#include "server/http/caching.h"
#include "server/http/router.h"

#include <algorithm>

namespace kith::federation {

using accounts::Account;
using boost::asio::awaitable;
using db::Tx;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

const char* type_name(accounts::ActorType type)
{
    switch (type) {
    case accounts::ActorType::person: return "Person";
    case accounts::ActorType::service: return "Service";
    case accounts::ActorType::application: return "Application";
    case accounts::ActorType::group: return "Group";
    case accounts::ActorType::organization: return "Organization";
    }
    return "Person";
}

json::object actor_document(Tx& tx, const Account& account)
{
    vocab::Actor actor;
    actor.id = account.uri;
    actor.type = type_name(account.type);
    actor.preferred_username = account.username;
    actor.name = account.display_name.empty() ? account.username : account.display_name;
    actor.summary = account.note_html;
    actor.url = account.url;
    actor.inbox = account.inbox;
    actor.outbox = account.uri + "/outbox";
    actor.shared_inbox = account.shared_inbox;
    actor.webfinger = account.username + "@" + tx.site().domain;
    if (account.username == accounts::k_instance_actor) {
        actor.name = tx.site().domain;
        actor.url = tx.site().base_url;
    } else {
        actor.followers = account.followers_uri;
        actor.following = account.uri + "/following";
    }
    actor.manually_approves_followers = account.locked;
    actor.discoverable = account.discoverable;
    actor.published = account.created_at;
    if (const auto rsa = accounts::find_key(tx, account.id, accounts::KeyKind::rsa))
        actor.public_keys.push_back({account.uri + "#main-key", account.uri, rsa->public_key});
    if (const auto stored = accounts::find_key(tx, account.id, accounts::KeyKind::ed25519);
        stored && stored->public_key.size() == crypto::Ed25519Public{}.size()) {
        crypto::Ed25519Public bytes{};
        std::ranges::copy(crypto::as_bytes(stored->public_key), bytes.begin());
        actor.assertion_methods.push_back({account.uri + "#ed25519-key", account.uri, crypto::to_multikey(bytes)});
    }
    return vocab::write_actor(actor);
}

Result<Account> find_local(Tx& tx, const std::string& name)
{
    auto account = accounts::find_by_handle(tx, name, {});
    // One address per actor: a name in other letters is not its id.
    if (!account || account->username != name || name == accounts::k_instance_actor)
        return fail(Errc::not_found, "Record not found");
    if (account->suspended_at)
        return fail(Errc::gone, "This account is gone.");
    return std::move(*account);
}

/// Not for long: peers look again when a key does not fit, and should then see the new one.
Response kept_for_peers(const json::object& actor)
{
    return http::cacheable(activity_response(200, actor), http::KeptBy::anyone, std::chrono::minutes{3});
}

awaitable<Result<Response>> show_actor(Server& server, Request& request)
{
    if (!wants_activity(request)) {
        auto page = http::redirect_response(302, server.site.uri("/@" + request.param("name")));
        page.headers.set("Vary", "Accept");
        co_return page;
    }
    auto work = [&](Tx& tx) -> Result<json::object> {
        TRY(const auto account, find_local(tx, request.param("name")));
        return actor_document(tx, account);
    };
    CO_TRY(const auto document, co_await server.database.read(work));
    co_return kept_for_peers(document);
}

/// Served unsigned and whatever the Accept: a peer that must check our signature first needs this key (FEP-2677).
awaitable<Result<Response>> show_instance_actor(Server& server, Request&)
{
    auto work = [](Tx& tx) -> Result<json::object> {
        TRY(const auto actor, accounts::instance_actor(tx));
        return actor_document(tx, actor);
    };
    CO_TRY(const auto document, co_await server.database.read(work));
    co_return kept_for_peers(document);
}

enum class Shown { outbox, followers, following };

/// How many, and not who: what Mastodon does too for those who hide their network.
awaitable<Result<Response>> show_collection(Server& server, Request& request, Shown shown)
{
    auto work = [&](Tx& tx) -> Result<json::object> {
        TRY(const auto account, find_local(tx, request.param("name")));
        vocab::OrderedCollection collection;
        switch (shown) {
        case Shown::outbox:
            collection.id = account.uri + "/outbox";
            collection.total_items = account.statuses_count;
            break;
        case Shown::followers:
            collection.id = account.followers_uri;
            collection.total_items = account.followers_count;
            break;
        case Shown::following:
            collection.id = account.uri + "/following";
            collection.total_items = account.following_count;
            break;
        }
        return vocab::write_collection(collection);
    };
    CO_TRY(const auto document, co_await server.database.read(work));
    co_return activity_response(200, document);
}

awaitable<Result<Response>> show_instance_outbox(Server& server, Request&)
{
    vocab::OrderedCollection collection;
    collection.id = server.site.uri("/actor/outbox");
    co_return activity_response(200, vocab::write_collection(collection));
}

} // namespace

bool wants_activity(const http::Request& request)
{
    const auto accept = request.headers.find("Accept").value_or("");
    return accept.find("application/activity+json") != std::string_view::npos ||
           accept.find("application/ld+json") != std::string_view::npos;
}

http::Response activity_response(int status, const json::value& document)
{
    http::Response response{status, std::string{discovery::k_activity_type} + "; charset=utf-8", to_text(document)};
    response.headers.set("Vary", "Accept");
    return response;
}

void register_actors(Server& server)
{
    auto& router = server.router;
    router.add(Method::get, "/users/:name", Access::anyone(), [&](Request& request) { return show_actor(server, request); });
    router.add(Method::get, "/actor", Access::anyone(),
               [&](Request& request) { return show_instance_actor(server, request); });
    router.add(Method::get, "/actor/outbox", Access::anyone(),
               [&](Request& request) { return show_instance_outbox(server, request); });
    router.add(Method::get, "/users/:name/outbox", Access::anyone(),
               [&](Request& request) { return show_collection(server, request, Shown::outbox); });
    router.add(Method::get, "/users/:name/followers", Access::anyone(),
               [&](Request& request) { return show_collection(server, request, Shown::followers); });
    router.add(Method::get, "/users/:name/following", Access::anyone(),
               [&](Request& request) { return show_collection(server, request, Shown::following); });
}

} // namespace kith::federation

// SPDX-License-Identifier: Apache-2.0
#include "federation/discovery/host_meta.h"
#include "federation/discovery/nodeinfo.h"
#include "federation/discovery/webfinger.h"
#include "server/auth/access_notices.h"
#include "server/core/cache.h"
#include "server/db/database.h"
#include "server/db/notices.h"
#include "server/features/accounts/account.h"
#include "server/features/federation/federation.h"
#include "server/features/support/server.h"
#include "server/http/caching.h"
#include "server/http/router.h"

namespace kith::federation {

using boost::asio::awaitable;
using db::Tx;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

using discovery::NodeInfoVersion;
using discovery::Resource;

Response kept(std::string_view type, std::string document, std::chrono::seconds max_age)
{
    return http::cacheable(Response{200, std::string{type}, std::move(document)}, http::KeptBy::anyone, max_age);
}

Result<discovery::Jrd> answer(Tx& tx, const Resource& resource)
{
    const auto& site = tx.site();
    std::optional<accounts::Account> account;
    if (resource.kind == Resource::Kind::Origin) {
        const auto own = addressing::origin_of(site.base_url);
        if (own && own->to_string() == resource.origin)
            return discovery::server_jrd(resource.origin, site.uri("/actor"));
    } else if (resource.kind == Resource::Kind::Handle) {
        if (resource.handle.domain == site.domain)
            account = accounts::find_by_handle(tx, resource.handle.name, {});
    } else {
        account = accounts::find_by_uri(tx, resource.address);
        const auto page = site.uri("/@");
        if (!account && resource.address.starts_with(page))
            account = accounts::find_by_handle(tx, resource.address.substr(page.size()), {});
    }
    if (!account || !account->local() || account->suspended_at)
        return fail(Errc::not_found, "Record not found");
    discovery::Handle handle;
    handle.name = account->username;
    handle.domain = site.domain;
    const bool instance = account->username == accounts::k_instance_actor;
    return discovery::account_jrd(handle, account->uri, instance ? site.base_url : account->url);
}

/// Answers to WebFinger by the resource asked for: whole servers ask for the same few people.
using Answers = core::Cache<std::string, std::string>;
constexpr std::size_t k_answer_bytes = 1024 * 1024;

Response webfinger_response(std::string text)
{
    return kept(discovery::k_jrd_type, std::move(text), std::chrono::hours{1});
}

awaitable<Result<Response>> webfinger(Server& server, std::shared_ptr<Answers> answers, Request& request)
{
    CO_TRY(const auto params, request.params());
    const auto text = params.find("resource");
    if (!text)
        co_return fail(Errc::malformed, "WebFinger needs a resource.");
    if (const auto known = answers->find(*text))
        co_return webfinger_response(*known);
    const auto ticket = answers->ticket();
    auto resource = discovery::parse_resource(*text);
    if (!resource)
        co_return fail(Errc::malformed, resource.error().message);
    auto work = [&](Tx& tx) { return answer(tx, *resource); };
    CO_TRY(const auto jrd, co_await server.database.read(work));
    auto written = std::make_shared<const std::string>(to_text(discovery::write_jrd(jrd)));
    answers->fill(*text, written, text->size() + written->size(), ticket);
    co_return webfinger_response(*written);
}

constexpr db::Query k_users{"federation.count_users", "SELECT COUNT(*) FROM users"};
constexpr db::Query k_active{"federation.count_active", "SELECT COUNT(*) FROM users WHERE last_active_at > $1"};
constexpr db::Query k_posts{"federation.count_posts", R"sql(
    SELECT COALESCE(SUM(c.statuses), 0) FROM account_counts c JOIN users u ON u.account_id = c.account_id)sql"};

awaitable<Result<Response>> nodeinfo(Server& server, NodeInfoVersion version)
{
    discovery::NodeInfo info;
    info.software_name = "kith";
    info.software_version = "0.1.0";
    info.protocols = {"activitypub"};
    info.open_registrations = core::registration_open(server.config);
    info.node_name = server.config.instance.title;
    info.node_description = server.config.instance.description;
    auto work = [&](Tx& tx) -> Result<void> {
        info.users_total = tx.query_one(k_users)->integer(0);
        info.users_active_month = tx.query_one(k_active, tx.now() - std::chrono::hours{24 * 30})->integer(0);
        info.users_active_halfyear = tx.query_one(k_active, tx.now() - std::chrono::hours{24 * 180})->integer(0);
        info.local_posts = tx.query_one(k_posts)->integer(0);
        return {};
    };
    CO_TRY_VOID(co_await server.database.read(work));
    co_return kept(discovery::nodeinfo_media_type(version), to_text(discovery::write_nodeinfo(info, version)),
                   std::chrono::minutes{30});
}

awaitable<Result<Response>> nodeinfo_links(Server& server, Request&)
{
    co_return kept("application/json", to_text(discovery::write_nodeinfo_links(server.site.base_url)), std::chrono::hours{24});
}

awaitable<Result<Response>> host_meta(Server& server, Request&)
{
    co_return kept(discovery::k_host_meta_type, discovery::write_host_meta(server.site.base_url), std::chrono::hours{24});
}

} // namespace

void register_discovery(Server& server)
{
    auto& router = server.router;
    // Only who exists is remembered, and what is said of them changes when they are suspended or go.
    auto answers = std::make_shared<Answers>(k_answer_bytes);
    server.database.notices().subscribe(auth::k_access_topic, [answers](const std::string& notice) {
        if (!notice.starts_with("token:")) // anybody may revoke tokens of his own all day
            answers->clear();
    });
    server.database.notices().on_gap([answers] { answers->clear(); });
    router.add(Method::get, "/.well-known/webfinger", Access::anyone(),
               [&server, answers](Request& request) { return webfinger(server, answers, request); });
    router.add(Method::get, "/.well-known/nodeinfo", Access::anyone(),
               [&](Request& request) { return nodeinfo_links(server, request); });
    router.add(Method::get, "/.well-known/host-meta", Access::anyone(),
               [&](Request& request) { return host_meta(server, request); });
    for (const auto version : {NodeInfoVersion::v2_0, NodeInfoVersion::v2_1})
        router.add(Method::get, discovery::nodeinfo_path(version), Access::anyone(),
                   [&server, version](Request&) { return nodeinfo(server, version); });
}

void register_federation(Server& server, Signer& signer)
{
    if (!server.config.federation.enabled)
        return;
    register_inbox(server);
    register_actors(server);
    register_discovery(server);
    register_delivery(server, signer);
}

} // namespace kith::federation

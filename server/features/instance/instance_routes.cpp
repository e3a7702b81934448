// SPDX-License-Identifier: Apache-2.0
#include "common/api/instance.h"
#include "server/db/database.h"
#include "server/features/instance/instance.h"
#include "server/features/support/server.h"
#include "server/http/caching.h"
#include "server/http/router.h"

namespace kith::instance {

using boost::asio::awaitable;
using db::Tx;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

/// Clients compare it with Mastodon's: the API is that of this version, the rest says who answers.
constexpr const char* k_version = "4.4.0 (compatible; Kith 0.1.0)";

constexpr db::Query k_users{"instance.count_users", "SELECT COUNT(*) FROM users"};
constexpr db::Query k_active{"instance.count_active", "SELECT COUNT(*) FROM users WHERE last_active_at > $1"};
constexpr db::Query k_posts{"instance.count_posts", R"sql(
    SELECT COALESCE(SUM(c.statuses), 0) FROM account_counts c JOIN users u ON u.account_id = c.account_id)sql"};
constexpr db::Query k_domains{"instance.count_domains", "SELECT COUNT(DISTINCT domain) FROM accounts WHERE domain <> ''"};

api::InstanceConfiguration configuration(const Server& server)
{
    api::InstanceConfiguration out;
    out.urls.streaming = "ws" + server.site.base_url.substr(4); // http: becomes ws:, https: becomes wss:
    out.urls.about = server.site.uri("/");
    out.statuses.max_characters = server.config.limits.status_characters;
    return out;
}

/// Clients ask for it at every start, and what it says of this server hardly changes.
Response kept_a_minute(Response response)
{
    return http::cacheable(std::move(response), http::KeptBy::anyone, std::chrono::seconds{60});
}

awaitable<Result<Response>> show_v2(Server& server, Request&)
{
    api::Instance out;
    out.domain = server.site.domain;
    out.title = server.config.instance.title;
    out.version = k_version;
    out.source_url = server.site.uri("/");
    out.description = server.config.instance.description;
    out.thumbnail.url = server.site.uri("/header.svg");
    out.languages = server.config.instance.languages;
    out.configuration = configuration(server);
    out.registrations.enabled = core::registration_open(server.config);
    out.contact.email = server.config.instance.contact_email;
    auto work = [&](Tx& tx) -> Result<void> {
        out.usage.users.active_month = tx.query_one(k_active, tx.now() - std::chrono::hours{24 * 30})->integer(0);
        return {};
    };
    CO_TRY_VOID(co_await server.database.read(work));
    co_return kept_a_minute(http::json_response(200, api::to_json(out)));
}

awaitable<Result<Response>> show_v1(Server& server, Request&)
{
    api::InstanceV1 out;
    out.uri = server.site.domain;
    out.title = server.config.instance.title;
    out.short_description = out.description = server.config.instance.description;
    out.email = server.config.instance.contact_email;
    out.version = k_version;
    out.configuration = configuration(server);
    out.urls.streaming_api = out.configuration.urls.streaming;
    out.thumbnail = server.site.uri("/header.svg");
    out.languages = server.config.instance.languages;
    out.registrations = core::registration_open(server.config);
    auto work = [&](Tx& tx) -> Result<void> {
        out.stats.user_count = tx.query_one(k_users)->integer(0);
        out.stats.status_count = tx.query_one(k_posts)->integer(0);
        out.stats.domain_count = tx.query_one(k_domains)->integer(0);
        return {};
    };
    CO_TRY_VOID(co_await server.database.read(work));
    co_return kept_a_minute(http::json_response(200, api::to_json(out)));
}

awaitable<Result<Response>> live(Request&)
{
    co_return http::text_response(200, "OK\n");
}

/// Ready means that the database answers and that nobody has told us to stop; a load balancer asks this.
awaitable<Result<Response>> ready(Server& server, Request&)
{
    if (server.router.stopping())
        co_return http::text_response(503, "The server is stopping.\n"); // no error: nobody needs to log it
    auto work = [](Tx& tx) -> Result<void> {
        tx.query_one(k_users);
        return {};
    };
    CO_TRY_VOID(co_await server.database.read(work));
    co_return http::text_response(200, "OK\n");
}

} // namespace

void register_instance(Server& server)
{
    auto& router = server.router;
    router.add(Method::get, "/api/v2/instance", Access::anyone(), [&](Request& request) { return show_v2(server, request); });
    router.add(Method::get, "/api/v1/instance", Access::anyone(), [&](Request& request) { return show_v1(server, request); });
    router.add(Method::get, "/health", Access::anyone(), [&](Request& request) { return ready(server, request); },
               http::RouteClass::none);
    router.add(Method::get, "/health/live", Access::anyone(), live, http::RouteClass::none);
    router.add(Method::get, "/health/ready", Access::anyone(), [&](Request& request) { return ready(server, request); },
               http::RouteClass::none);
}

} // namespace kith::instance

// SPDX-License-Identifier: Apache-2.0
#include "server/features/statuses/status_routes.h"

#include "server/auth/auth.h"
#include "server/db/database.h"
#include "server/features/support/server.h"
#include "server/features/statuses/status.h"
#include "server/features/statuses/status_compose.h"
#include "server/http/router.h"

namespace kith::statuses {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

constexpr std::size_t k_longest_key = 256;

awaitable<Result<Response>> create_status(Server& server, Request& request)
{
    CO_TRY(const auto params, request.params());
    const auto me = auth::account(request);
    CO_TRY(auto draft, co_await compose(server, params));
    if (const auto key = request.headers.find("Idempotency-Key"); key && !key->empty()) {
        if (key->size() > k_longest_key)
            co_return fail(Errc::invalid, "Idempotency-Key is too long.");
        draft.idempotency_key = std::string{*key};
    }
    auto work = [&](Tx& tx) -> Result<json::object> {
        const auto author = accounts::find(tx, me);
        if (!author)
            return fail(Errc::unauthorized, "The access token is invalid");
        TRY(const auto status, create(tx, *author, draft));
        return api::to_json(render(tx, Viewer{me}, status));
    };
    CO_TRY(const auto body, co_await server.database.write(work));
    co_return http::json_response(200, body);
}

awaitable<Result<Response>> show_status(Server& server, Request& request)
{
    CO_TRY(const auto id, StatusId::parse(request.param("id")));
    const Viewer viewer{auth::viewer(request)};
    auto work = [&](Tx& tx) -> Result<json::object> {
        TRY(const auto status, find_visible(tx, viewer, id));
        return api::to_json(render(tx, viewer, status));
    };
    CO_TRY(const auto body, co_await server.database.read(work));
    co_return http::json_response(200, body);
}

/// Answers the deleted post with its source, so that the client can offer it for writing anew.
awaitable<Result<Response>> delete_status(Server& server, Request& request)
{
    CO_TRY(const auto id, StatusId::parse(request.param("id")));
    const auto me = auth::account(request);
    auto work = [&](Tx& tx) -> Result<json::object> {
        TRY(const auto status, find_visible(tx, Viewer{me}, id));
        // Somebody else's post is, for this purpose, not there: as Mastodon answers.
        if (status.account_id != me)
            return fail(Errc::not_found, "Record not found");
        auto last = render(tx, Viewer{me}, status);
        last.text = status.source;
        const auto author = accounts::find(tx, me);
        TRY_VOID(remove(tx, *author, status));
        return api::to_json(last);
    };
    CO_TRY(const auto body, co_await server.database.write(work));
    co_return http::json_response(200, body);
}

awaitable<Result<Response>> show_context(Server& server, Request& request)
{
    CO_TRY(const auto id, StatusId::parse(request.param("id")));
    const Viewer viewer{auth::viewer(request)};
    auto work = [&](Tx& tx) -> Result<json::object> {
        TRY(const auto status, find_visible(tx, viewer, id));
        const auto found = thread(tx, viewer, status);
        api::Context context;
        context.ancestors = render(tx, viewer, found.ancestors);
        context.descendants = render(tx, viewer, found.descendants);
        return api::to_json(context);
    };
    CO_TRY(const auto body, co_await server.database.read(work));
    co_return http::json_response(200, body);
}

} // namespace

void register_statuses(Server& server)
{
    auto& router = server.router;
    router.add(Method::post, "/api/v1/statuses", Access::user("write:statuses"),
               [&](Request& request) { return create_status(server, request); });
    router.add(Method::get, "/api/v1/statuses/:id", Access::optional_user("read:statuses"),
               [&](Request& request) { return show_status(server, request); });
    router.add(Method::del, "/api/v1/statuses/:id", Access::user("write:statuses"),
               [&](Request& request) { return delete_status(server, request); }, http::RouteClass::deletion);
    router.add(Method::get, "/api/v1/statuses/:id/context", Access::optional_user("read:statuses"),
               [&](Request& request) { return show_context(server, request); });
    if (server.config.federation.enabled)
        register_status_federation(server);
}

} // namespace kith::statuses

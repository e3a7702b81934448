// SPDX-License-Identifier: Apache-2.0
#include "common/api/session.h"
#include "server/auth/auth.h"
#include "server/auth/scopes.h"
#include "server/auth/session_list.h"
#include "server/db/database.h"
#include "server/features/oauth/oauth.h"
#include "server/features/support/server.h"
#include "server/http/router.h"

namespace kith::oauth {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

json::object render(const auth::Session& session, TokenId current)
{
    api::Session out;
    out.id = session.token.to_string();
    out.application.name = session.application_name;
    out.application.website = session.website;
    for (const auto scope : auth::split_scopes(session.scopes))
        out.scopes.emplace_back(scope);
    out.created_at = session.created_at;
    out.last_used_at = session.last_used_at;
    out.current = session.token == current;
    return api::to_json(out);
}

awaitable<Result<Response>> list(Server& server, Request& request)
{
    auto work = [&](Tx& tx) -> Result<json::array> {
        json::array sessions;
        for (const auto& session : auth::list_sessions(tx, auth::account(request)))
            sessions.push_back(render(session, auth::identity(request).token));
        return sessions;
    };
    CO_TRY(auto body, co_await server.database.read(work));
    co_return http::json_response(200, body);
}

awaitable<Result<Response>> end_one(Server& server, Request& request)
{
    CO_TRY(const auto id, TokenId::parse(request.param("id")));
    auto work = [&](Tx& tx) -> Result<void> {
        const auto account = auth::account(request);
        const auto session = auth::find_session(tx, account, id);
        if (!session)
            return fail(Errc::not_found, "Record not found");
        TRY_VOID(auth::revoke(tx, account, id));
        // Who throws a program out wants to be asked before it comes back.
        if (session->application)
            forget_consent(tx, account, *session->application);
        return {};
    };
    CO_TRY_VOID(co_await server.database.write(work));
    co_return http::json_response(200, json::object{});
}

awaitable<Result<Response>> end_others(Server& server, Request& request)
{
    auto work = [&](Tx& tx) {
        return auth::revoke_all(tx, auth::account(request), auth::identity(request).token);
    };
    CO_TRY_VOID(co_await server.database.write(work));
    co_return http::json_response(200, json::object{});
}

} // namespace

void register_session_list(Server& server)
{
    // The wide scopes on purpose: what may only read or write some things has no business with sign-ins.
    auto& router = server.router;
    router.add(Method::get, "/api/kith/v1/sessions", Access::user("read"),
               [&](Request& request) { return list(server, request); });
    router.add(Method::del, "/api/kith/v1/sessions", Access::user("write"),
               [&](Request& request) { return end_others(server, request); });
    router.add(Method::del, "/api/kith/v1/sessions/:id", Access::user("write"),
               [&](Request& request) { return end_one(server, request); });
}

} // namespace kith::oauth

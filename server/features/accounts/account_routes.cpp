// SPDX-License-Identifier: Apache-2.0
#include "server/features/accounts/account_routes.h"

#include "server/auth/auth.h"
#include "server/db/database.h"
#include "server/features/accounts/account_cards.h"
#include "server/features/support/server.h"
#include "server/http/caching.h"
#include "server/http/router.h"

namespace kith::accounts {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

awaitable<Result<Response>> verify_credentials(Server& server, Request& request)
{
    const auto me = auth::account(request);
    constexpr const char* type = "application/json; charset=utf-8";
    if (const auto known = server.own_cards.find(me))
        co_return Response{200, type, *known};
    const auto ticket = server.own_cards.ticket();
    auto work = [&](Tx& tx) -> Result<std::string> {
        const auto account = find(tx, me);
        if (!account)
            return fail(Errc::unauthorized, "The access token is invalid");
        return to_text(api::to_json(render_own(tx, *account)));
    };
    CO_TRY(auto body, co_await server.database.read(work));
    server.own_cards.fill(me, std::make_shared<const std::string>(body), body.size(), ticket);
    co_return Response{200, type, std::move(body)};
}

Result<json::object> render_found(Tx& tx, const std::optional<Account>& account)
{
    if (!account || account->username == k_instance_actor)
        return fail(Errc::not_found, "Record not found");
    return api::to_json(render(tx.site(), *account));
}

awaitable<Result<Response>> show(Server& server, Request& request)
{
    CO_TRY(auto id, AccountId::parse(request.param("id")));
    auto work = [&](Tx& tx) { return render_found(tx, find(tx, id)); };
    CO_TRY(auto body, co_await server.database.read(work));
    co_return http::json_response(200, body);
}

/// Only what is known already; /api/v2/search with resolve=true asks the other server.
awaitable<Result<Response>> lookup(Server& server, Request& request)
{
    CO_TRY(auto params, request.params());
    auto acct = params.find("acct").value_or("");
    if (acct.starts_with('@'))
        acct.erase(0, 1);
    const auto at = acct.find('@');
    const auto username = acct.substr(0, at);
    const auto domain = at == std::string::npos ? std::string{} : acct.substr(at + 1);
    auto work = [&](Tx& tx) { return render_found(tx, find_by_handle(tx, username, domain)); };
    CO_TRY(auto body, co_await server.database.read(work));
    co_return http::json_response(200, body);
}

/// Made once, with its tag.
Response picture(const char* svg)
{
    return http::cacheable(Response{200, "image/svg+xml", svg}, http::KeptBy::anyone, std::chrono::hours{24});
}

/// What everybody has who has not uploaded a picture: drawn for Kith, two shapes of the logo's colours.
awaitable<Result<Response>> avatar(Request&)
{
    static const auto made =
        picture(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="#FCE9DF"/>)"
                R"(<circle cx="48" cy="38" r="17" fill="#C2410C"/><path d="M14 96c2-24 16-35 34-35s32 11 34 35z" fill="#C2410C"/></svg>)");
    co_return made;
}

awaitable<Result<Response>> header(Request&)
{
    static const auto made =
        picture(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><rect width="600" height="200" fill="#EFEAE2"/></svg>)");
    co_return made;
}

} // namespace

void register_account_routes(Server& server)
{
    auto& router = server.router;
    router.add(Method::get, "/api/v1/accounts/verify_credentials", Access::user("profile read:accounts"),
               [&](Request& request) { return verify_credentials(server, request); });
    router.add(Method::get, "/api/v1/accounts/lookup", Access::optional_user(),
               [&](Request& request) { return lookup(server, request); });
    router.add(Method::get, "/api/v1/accounts/:id", Access::optional_user(),
               [&](Request& request) { return show(server, request); });
    router.add(Method::get, "/avatar.svg", Access::anyone(), avatar);
    router.add(Method::get, "/header.svg", Access::anyone(), header);
}

} // namespace kith::accounts

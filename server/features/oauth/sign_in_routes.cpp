// SPDX-License-Identifier: Apache-2.0
#include "common/api/token.h"
#include "common/crypto/password.h"
#include "common/text/utf8.h"
#include "server/auth/auth.h"
#include "server/core/cpu_pool.h"
#include "server/core/spawn.h"
#include "server/db/database.h"
#include "server/features/accounts/account.h"
#include "server/features/accounts/key_maker.h"
#include "server/features/oauth/oauth.h"
#include "server/features/oauth/sign_in.h"
#include "server/features/support/server.h"
#include "server/http/router.h"

#include <boost/asio/this_coro.hpp>

namespace kith::oauth {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

/// What Kith's own app may do: everything its user may.
constexpr const char* k_app_scopes = "read write follow push profile";

Response token_response(const auth::IssuedToken& issued)
{
    api::Token token;
    token.access_token = issued.text;
    token.scope = k_app_scopes;
    token.created_at = to_ms(issued.created_at) / 1000;
    auto response = http::json_response(200, api::to_json(token));
    response.headers.set("Cache-Control", "no-store");
    return response;
}

auth::IssuedToken issue_for(Tx& tx, AccountId account)
{
    auth::NewToken wanted;
    wanted.account = account;
    wanted.scopes = k_app_scopes;
    return auth::issue(tx, wanted);
}

/// POST /api/kith/v1/session: username, password.
awaitable<Result<Response>> sign_in(Server& server, Request& request)
{
    CO_TRY(auto params, request.params());
    const auto username = params.find("username").value_or("");
    const auto password = params.find("password").value_or("");
    CO_TRY(const auto verified, co_await check_password(server, request, username, password));
    auto work = [&](Tx& tx) -> Result<auth::IssuedToken> {
        TRY_VOID(begin_sign_in(tx, verified));
        return issue_for(tx, verified.account);
    };
    CO_TRY(const auto issued, co_await server.database.write(work));
    co_return token_response(issued);
}

/// POST /api/kith/v1/accounts: username, password, display_name, agreement.
awaitable<Result<Response>> sign_up(Server& server, Request& request)
{
    if (!core::registration_open(server.config))
        co_return fail(Errc::forbidden, "This server does not take sign-ups.");
    CO_TRY(auto params, request.params());
    accounts::NewAccount account;
    CO_TRY(account.username, accounts::check_username(params.find("username").value_or(""), accounts::ReservedNames::Refuse));
    const auto password = params.find("password").value_or("");
    CO_TRY_VOID(accounts::check_password(password, account.username));
    if (params.find("agreement").value_or("") != "true")
        co_return fail(Errc::invalid, "Sign-up needs your agreement to the server's rules.");
    account.display_name = text::clean_line(params.find("display_name").value_or(""), 100);

    // Taken names are found before the expensive part; the constraint decides a race.
    auto look = [&](Tx& tx) -> Result<void> {
        if (accounts::find_by_handle(tx, account.username, {}))
            return fail(Errc::conflict, "This name is already taken.");
        return {};
    };
    CO_TRY_VOID(co_await server.database.read(look));
    auto hash = [&] { return crypto::hash_password(password); };
    CO_TRY(account.password_hash, co_await server.passwords.run(hash));
    CO_TRY(account.keys, co_await server.keys.take(server.cpu));

    auto work = [&](Tx& tx) -> Result<auth::IssuedToken> {
        TRY(const auto made, accounts::create_local(tx, account));
        return issue_for(tx, made.id);
    };
    CO_TRY(const auto issued, co_await server.database.write(work));
    core::spawn(co_await boost::asio::this_coro::executor, "actor keys", server.keys.refill(server.cpu));
    co_return token_response(issued);
}

} // namespace

void register_sign_in(Server& server)
{
    server.router.add(Method::post, "/api/kith/v1/session", Access::anyone(),
                      [&](Request& request) { return sign_in(server, request); }, http::RouteClass::sign_in);
    server.router.add(Method::post, "/api/kith/v1/accounts", Access::anyone(),
                      [&](Request& request) { return sign_up(server, request); }, http::RouteClass::sign_up);
}

} // namespace kith::oauth

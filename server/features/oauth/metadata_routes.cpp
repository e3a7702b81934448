// SPDX-License-Identifier: Apache-2.0
#include "common/api/oauth.h"
#include "server/auth/auth.h"
#include "server/auth/scopes.h"
#include "server/db/database.h"
#include "server/features/accounts/account.h"
#include "server/features/oauth/oauth.h"
#include "server/features/support/server.h"
#include "server/http/caching.h"
#include "server/http/router.h"

namespace kith::oauth {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Request;
using http::Response;

namespace {

/// RFC 8414, 2.
awaitable<Result<Response>> metadata(Server& server, Request&)
{
    const auto& site = server.site;
    api::OAuthServerMetadata about;
    about.issuer = site.base_url;
    about.authorization_endpoint = site.uri("/oauth/authorize");
    about.token_endpoint = site.uri("/oauth/token");
    about.app_registration_endpoint = site.uri("/api/v1/apps");
    about.revocation_endpoint = site.uri("/oauth/revoke");
    about.userinfo_endpoint = site.uri("/oauth/userinfo");
    about.scopes_supported = auth::known_scopes();
    about.response_types_supported = {"code"};
    about.response_modes_supported = {"query"};
    about.code_challenge_methods_supported = {"S256"};
    about.grant_types_supported = {"authorization_code", "client_credentials"};
    about.token_endpoint_auth_methods_supported = {"client_secret_basic", "client_secret_post"};
    about.authorization_response_iss_parameter_supported = true;
    co_return http::cacheable(http::json_response(200, api::to_json(about)), http::KeptBy::anyone, std::chrono::hours{1});
}

awaitable<Result<Response>> user_info(Server& server, Request& request)
{
    auto work = [&](Tx& tx) -> Result<json::object> {
        const auto account = accounts::find(tx, auth::account(request));
        if (!account)
            return fail(Errc::unauthorized, "The access token is invalid");
        const auto shown = accounts::render(tx.site(), *account);
        api::OAuthUserInfo info;
        info.iss = tx.site().base_url;
        info.sub = account->uri;
        info.name = account->display_name.empty() ? account->username : account->display_name;
        info.preferred_username = account->username;
        info.profile = account->url;
        info.picture = shown.avatar;
        return api::to_json(info);
    };
    CO_TRY(auto body, co_await server.database.read(work));
    co_return http::json_response(200, body);
}

} // namespace

void register_metadata(Server& server)
{
    auto& router = server.router;
    router.add(Method::get, "/.well-known/oauth-authorization-server", Access::anyone(),
               [&](Request& request) { return metadata(server, request); });
    for (const auto method : {Method::get, Method::post})
        router.add(method, "/oauth/userinfo", Access::user("profile"),
                   [&](Request& request) { return user_info(server, request); });
}

} // namespace kith::oauth

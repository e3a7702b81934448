// SPDX-License-Identifier: Apache-2.0
#include "common/api/application.h"
#include "common/text/utf8.h"
#include "server/auth/auth.h"
#include "server/auth/scopes.h"
#include "server/db/database.h"
#include "server/features/oauth/oauth.h"
#include "server/features/support/server.h"
#include "server/http/router.h"

namespace kith::oauth {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Params;
using http::Request;
using http::Response;

namespace {

constexpr std::size_t k_most_redirect_uris = 20;

api::Application render(const Application& application)
{
    api::Application out;
    out.id = application.id.to_string();
    out.name = application.name;
    out.website = application.website;
    for (std::size_t at = 0; at < application.scopes.size();) {
        const auto end = std::min(application.scopes.find(' ', at), application.scopes.size());
        out.scopes.push_back(application.scopes.substr(at, end - at));
        at = end + 1;
    }
    out.redirect_uris = application.redirect_uris;
    for (const auto& uri : application.redirect_uris)
        out.redirect_uri += (out.redirect_uri.empty() ? "" : "\n") + uri;
    return out;
}

Result<NewApplication> parse_application(const Params& params)
{
    NewApplication application;
    application.name = text::clean_line(params.find("client_name").value_or(""), 120);
    if (application.name.empty())
        return fail(Errc::invalid, "Validation failed: Application name can't be blank");
    for (const auto& entry : params.all("redirect_uris")) {
        // One parameter may hold several, on lines of their own.
        for (std::size_t at = 0; at < entry.size();) {
            const auto end = std::min(entry.find_first_of("\r\n ", at), entry.size());
            if (end > at)
                application.redirect_uris.push_back(entry.substr(at, end - at));
            at = end + 1;
        }
    }
    if (application.redirect_uris.empty())
        return fail(Errc::invalid, "Validation failed: Redirect URI can't be blank");
    if (application.redirect_uris.size() > k_most_redirect_uris)
        return fail(Errc::invalid, "Validation failed: Too many redirect URIs");
    for (const auto& uri : application.redirect_uris)
        if (!is_redirect_uri(uri))
            return fail(Errc::invalid, "Validation failed: Redirect URI must be an absolute URI.");
    TRY(application.scopes, auth::parse_scopes(params.find("scopes").value_or("")));
    if (const auto website = params.find("website"); website && !website->empty()) {
        if (!(website->starts_with("https://") || website->starts_with("http://")) || website->size() > 2000)
            return fail(Errc::invalid, "Validation failed: Website must be a valid URL");
        application.website = *website;
    }
    return application;
}

awaitable<Result<Response>> create_application(Server& server, Request& request)
{
    CO_TRY(auto params, request.params());
    CO_TRY(auto application, parse_application(params));
    auto work = [&](Tx& tx) -> Result<RegisteredApplication> {
        return register_application(tx, application);
    };
    CO_TRY(auto made, co_await server.database.write(work));
    auto body = render(made.application);
    body.client_id = made.application.client_id;
    body.client_secret = made.client_secret;
    body.client_secret_expires_at = 0;
    co_return http::json_response(200, api::to_json(body));
}

awaitable<Result<Response>> verify_application(Server& server, Request& request)
{
    const auto id = auth::identity(request).application;
    if (!id)
        co_return fail(Errc::unauthorized, "The access token is invalid");
    auto work = [&](Tx& tx) -> Result<json::object> {
        const auto application = find_application(tx, *id);
        if (!application)
            return fail(Errc::unauthorized, "The access token is invalid");
        return api::to_json(render(*application));
    };
    CO_TRY(auto body, co_await server.database.read(work));
    co_return http::json_response(200, body);
}

} // namespace

void register_applications(Server& server)
{
    auto& router = server.router;
    router.add(Method::post, "/api/v1/apps", Access::anyone(),
               [&](Request& request) { return create_application(server, request); }, http::RouteClass::app);
    router.add(Method::get, "/api/v1/apps/verify_credentials", Access::app(),
               [&](Request& request) { return verify_application(server, request); });
}

} // namespace kith::oauth

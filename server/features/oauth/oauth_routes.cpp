// SPDX-License-Identifier: Apache-2.0
#include "common/api/application.h"
#include "common/api/token.h"
#include "common/crypto/bytes.h"
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

/// RFC 6749, 5.2.
Response oauth_error(int status, const char* code, const char* description)
{
    json::object body;
    body["error"] = code;
    body["error_description"] = description;
    auto response = http::json_response(status, body);
    response.headers.set("Cache-Control", "no-store");
    return response;
}

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
    auto work = [&](Tx& tx) -> Result<RegisteredApplication> { return register_application(tx, application); };
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

/// Client id and secret: from the parameters, or HTTP Basic (RFC 6749, 2.3.1).
std::pair<std::string, std::string> client_credentials(const Request& request, const Params& params)
{
    if (const auto id = params.find("client_id"))
        return {*id, params.find("client_secret").value_or("")};
    constexpr std::string_view scheme = "Basic ";
    if (const auto header = request.headers.find("Authorization"); header && header->starts_with(scheme))
        if (const auto decoded = crypto::from_base64(header->substr(scheme.size()))) {
            const auto both = crypto::as_text(*decoded);
            if (const auto colon = both.find(':'); colon != std::string_view::npos)
                return {std::string{both.substr(0, colon)}, std::string{both.substr(colon + 1)}};
        }
    return {};
}

/// What the token request leads to, found out inside the transaction.
struct Exchange {
    std::optional<Response> refusal;
    api::Token token;
};

Exchange refuse(int status, const char* code, const char* description)
{
    return {oauth_error(status, code, description), {}};
}

Exchange exchange(Tx& tx, const Params& params, const std::string& client_id, const std::string& client_secret)
{
    const auto grant_type = params.find("grant_type").value_or("");
    if (grant_type != "authorization_code" && grant_type != "client_credentials")
        return refuse(400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server.");
    const auto application = check_secret(tx, client_id, client_secret);
    if (!application)
        return refuse(401, "invalid_client", "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.");

    auth::NewToken wanted;
    wanted.application = application->id;
    if (grant_type == "client_credentials") {
        const auto scopes = auth::parse_scopes(params.find("scope").value_or(""));
        if (!scopes || !auth::covers_all(application->scopes, *scopes))
            return refuse(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.");
        wanted.scopes = *scopes;
    } else {
        const char* refused = "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.";
        const auto grant = redeem_code(tx, params.find("code").value_or(""));
        if (!grant || grant->application != application->id ||
            grant->redirect_uri != params.find("redirect_uri").value_or(""))
            return refuse(400, "invalid_grant", refused);
        const auto verifier = params.find("code_verifier");
        if (grant->code_challenge && !(verifier && fits_challenge(*verifier, *grant->code_challenge)))
            return refuse(400, "invalid_grant", refused);
        wanted.account = grant->account;
        wanted.scopes = grant->scopes;
    }
    const auto issued = auth::issue(tx, wanted);
    Exchange done;
    done.token.access_token = issued.text;
    done.token.scope = wanted.scopes;
    done.token.created_at = to_ms(issued.created_at) / 1000;
    return done;
}

awaitable<Result<Response>> token(Server& server, Request& request)
{
    CO_TRY(auto params, request.params());
    const auto [client_id, client_secret] = client_credentials(request, params);
    const std::string id = client_id;
    const std::string secret = client_secret;
    // A refusal is a value, not an error: a code that was shown to the wrong client stays used up.
    auto work = [&](Tx& tx) -> Result<Exchange> { return exchange(tx, params, id, secret); };
    CO_TRY(auto done, co_await server.database.write(work));
    if (done.refusal)
        co_return std::move(*done.refusal);
    auto response = http::json_response(200, api::to_json(done.token));
    response.headers.set("Cache-Control", "no-store");
    co_return response;
}

awaitable<Result<Response>> revoke(Server& server, Request& request)
{
    CO_TRY(auto params, request.params());
    const auto token_text = params.find("token").value_or("");
    const auto [client_id, client_secret] = client_credentials(request, params);
    const std::string id = client_id;
    const std::string secret = client_secret;
    auto work = [&](Tx& tx) -> Result<bool> {
        // Kith's own sign-in has no application: whoever holds such a token may end it.
        if (id.empty()) {
            const auto found = auth::find(tx, token_text);
            if (found && found->application)
                return false;
            auth::revoke(tx, token_text, std::nullopt);
            return true;
        }
        const auto application = check_secret(tx, id, secret);
        if (!application)
            return false;
        auth::revoke(tx, token_text, application->id);
        return true;
    };
    CO_TRY(auto allowed, co_await server.database.write(work));
    if (!allowed)
        co_return oauth_error(403, "unauthorized_client", "You are not authorized to revoke this token");
    co_return http::json_response(200, json::object{});
}

} // namespace

void register_oauth(Server& server)
{
    auto& router = server.router;
    router.add(Method::post, "/api/v1/apps", Access::anyone(),
               [&](Request& request) { return create_application(server, request); });
    router.add(Method::get, "/api/v1/apps/verify_credentials", Access::app(),
               [&](Request& request) { return verify_application(server, request); });
    router.add(Method::post, "/oauth/token", Access::anyone(), [&](Request& request) { return token(server, request); });
    router.add(Method::post, "/oauth/revoke", Access::anyone(), [&](Request& request) { return revoke(server, request); });
    register_authorize_page(server);
    register_sessions(server);
}

} // namespace kith::oauth

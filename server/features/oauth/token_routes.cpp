// SPDX-License-Identifier: Apache-2.0
#include "common/api/token.h"
#include "server/auth/auth.h"
#include "server/auth/scopes.h"
#include "server/db/database.h"
#include "server/features/oauth/client_credentials.h"
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

/// What a request leads to, found out inside the transaction. A refusal is a value, not an error: a code that was shown to
/// the wrong program stays used up, and a code shown twice ends what it led to.
struct Outcome {
    std::optional<Response> refusal;
    api::Token token;
};

Outcome refuse(int status, const char* code, const char* description)
{
    return {oauth_error(status, code, description), {}};
}

Outcome refuse_grant()
{
    return refuse(400, "invalid_grant",
                  "The provided authorization grant is invalid, expired, revoked, does not match "
                  "the redirection URI used "
                  "in the authorization request, or was issued to another client.");
}

Outcome hand_out(const auth::IssuedToken& issued, const std::string& scopes)
{
    Outcome done;
    done.token.access_token = issued.text;
    done.token.scope = scopes;
    done.token.created_at = to_ms(issued.created_at) / 1000;
    return done;
}

Result<Outcome> for_program(Tx& tx, const Params& params, const Application& application)
{
    const auto scopes = auth::parse_scopes(params.find("scope").value_or(""));
    if (!scopes || !auth::covers_all(application.scopes, *scopes))
        return refuse(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.");
    TRY(const auto issued, auth::issue_to_program(tx, application.id, *scopes));
    return hand_out(issued, *scopes);
}

/// Without a challenge there must be no verifier (RFC 9700, 2.1.1): else an attacker could take the challenge out of the
/// address and inject a code of his own.
bool verifier_fits(const Grant& grant, const std::optional<std::string>& verifier)
{
    if (!grant.code_challenge)
        return !verifier;
    return verifier && fits_challenge(*verifier, *grant.code_challenge);
}

Result<Outcome> for_code(Tx& tx, const Params& params, const Application& application)
{
    TRY(const auto redeemed, redeem_code(tx, params.find("code").value_or("")));
    if (!redeemed)
        return refuse_grant();
    const auto& grant = redeemed->grant;
    if (grant.application != application.id || grant.redirect_uri != params.find("redirect_uri").value_or("") ||
        !verifier_fits(grant, params.find("code_verifier")))
        return refuse_grant();
    auth::NewToken wanted;
    wanted.application = application.id;
    wanted.account = grant.account;
    wanted.scopes = grant.scopes;
    wanted.code_hash = redeemed->code_hash;
    return hand_out(auth::issue(tx, wanted), wanted.scopes);
}

Result<Outcome> exchange(Tx& tx, const Params& params, const ClientCredentials& credentials)
{
    const auto application = check_secret(tx, credentials.id, credentials.secret);
    if (!application)
        return Outcome{invalid_client(credentials), {}};
    if (params.find("grant_type") == "client_credentials")
        return for_program(tx, params, *application);
    return for_code(tx, params, *application);
}

/// What can be refused without looking into the database.
std::optional<Response> refuse_early(const Params& params)
{
    const auto grant_type = params.find("grant_type").value_or("");
    if (grant_type.empty())
        return oauth_error(400, "invalid_request", "Missing required parameter: grant_type.");
    if (grant_type != "authorization_code" && grant_type != "client_credentials")
        return oauth_error(400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server.");
    if (grant_type == "authorization_code")
        for (const auto* name : {"code", "redirect_uri"})
            if (params.find(name).value_or("").empty())
                return oauth_error(400, "invalid_request",
                                   std::string{"Missing required parameter: "} + name + ".");
    return std::nullopt;
}

awaitable<Result<Response>> token(Server& server, Request& request)
{
    const auto params = oauth_params(request);
    if (!params)
        co_return oauth_error(http::status_of(params.error().code) == 413 ? 413 : 400,
                              "invalid_request", params.error().message);
    if (auto refusal = refuse_early(*params))
        co_return std::move(*refusal);
    const auto credentials = client_credentials(request, *params);
    if (!credentials)
        co_return oauth_error(400, "invalid_request", credentials.error().message);
    auto work = [&](Tx& tx) -> Result<Outcome> { return exchange(tx, *params, *credentials); };
    CO_TRY(auto done, co_await server.database.write(work));
    if (done.refusal)
        co_return std::move(*done.refusal);
    auto response = http::json_response(200, api::to_json(done.token));
    response.headers.set("Cache-Control", "no-store");
    co_return response;
}

/// RFC 7009. Nothing is told about a token that is not alive.
Result<std::optional<Response>> end_token(Tx& tx, const std::string& text, const ClientCredentials& credentials)
{
    auto forbidden = oauth_error(403, "unauthorized_client", "You are not authorized to revoke this token");
    std::optional<ApplicationId> application;
    // Kith's own sign-in has no program: whoever holds such a token may end it.
    if (!credentials.id.empty()) {
        const auto found = check_secret(tx, credentials.id, credentials.secret);
        if (!found)
            return std::optional{std::move(forbidden)};
        application = found->id;
    }
    const auto token = auth::find(tx, text);
    if (token && token->application != application)
        return std::optional{std::move(forbidden)};
    TRY_VOID(auth::revoke(tx, text, application));
    return std::optional<Response>{};
}

awaitable<Result<Response>> revoke(Server& server, Request& request)
{
    const auto params = oauth_params(request);
    if (!params)
        co_return oauth_error(http::status_of(params.error().code) == 413 ? 413 : 400,
                              "invalid_request", params.error().message);
    const auto text = params->find("token").value_or("");
    if (text.empty())
        co_return oauth_error(400, "invalid_request", "Missing required parameter: token.");
    const auto credentials = client_credentials(request, *params);
    if (!credentials)
        co_return oauth_error(400, "invalid_request", credentials.error().message);
    auto work = [&](Tx& tx) { return end_token(tx, text, *credentials); };
    CO_TRY(auto refusal, co_await server.database.write(work));
    if (refusal)
        co_return std::move(*refusal);
    auto response = http::json_response(200, json::object{});
    response.headers.set("Cache-Control", "no-store");
    co_return response;
}

} // namespace

void register_tokens(Server& server)
{
    server.router.add(Method::post, "/oauth/token", Access::anyone(),
                      [&](Request& request) { return token(server, request); }, http::RouteClass::token);
    server.router.add(Method::post, "/oauth/revoke", Access::anyone(),
                      [&](Request& request) { return revoke(server, request); }, http::RouteClass::token);
}

} // namespace kith::oauth

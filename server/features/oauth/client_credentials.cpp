// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/client_credentials.h"

#include "common/crypto/bytes.h"
#include "server/http/syntax.h"

#include <algorithm>

namespace kith::oauth {

using http::Params;
using http::Request;
using http::Response;

namespace {

Error unreadable()
{
    return fail(Errc::invalid, "The Authorization header cannot be read.");
}

/// "Basic " and base64 of id:secret, each encoded as in a form.
Result<ClientCredentials> from_header(std::string_view header)
{
    constexpr std::size_t scheme = 6;
    const auto decoded = crypto::from_base64(http::trim(header.substr(scheme)));
    if (!decoded)
        return unreadable();
    const auto both = crypto::as_text(*decoded);
    const auto colon = both.find(':');
    if (colon == std::string_view::npos)
        return unreadable();
    const auto id = http::percent_decode(both.substr(0, colon), http::Plus::space);
    const auto secret = http::percent_decode(both.substr(colon + 1), http::Plus::space);
    // The database takes text for its columns and nothing else.
    if (!id || !secret || id->find('\0') != id->npos || !http::is_utf8(*id))
        return unreadable();
    return ClientCredentials{*id, *secret, true};
}

} // namespace

Result<ClientCredentials> client_credentials(const Request& request, const Params& params)
{
    const auto id = params.find("client_id");
    const auto header = request.headers.find("Authorization");
    if (header && header->size() > 6 && http::iequals(header->substr(0, 6), "Basic ")) {
        TRY(auto credentials, from_header(*header));
        if (id && *id != credentials.id)
            return fail(Errc::invalid,
                        "The parameters and the Authorization header name different programs.");
        return credentials;
    }
    return ClientCredentials{id.value_or(""), params.find("client_secret").value_or(""), false};
}

Result<Params> oauth_params(const Request& request)
{
    TRY(auto params, request.params());
    for (const auto* name : {"grant_type", "client_id", "client_secret", "code", "redirect_uri",
                             "code_verifier", "scope", "token"})
        if (std::count_if(params.pairs().begin(), params.pairs().end(),
                          [&](const auto& pair) { return pair.first == name; }) > 1)
            return fail(Errc::invalid, std::string{"The parameter "} + name + " is there more than once.");
    return params;
}

Response oauth_error(int status, const char* code, const std::string& description)
{
    json::object body;
    body["error"] = code;
    body["error_description"] = description;
    auto response = http::json_response(status, body);
    response.headers.set("Cache-Control", "no-store");
    return response;
}

Response invalid_client(const ClientCredentials& credentials)
{
    auto response = oauth_error(
        401, "invalid_client",
        "Client authentication failed due to unknown client, no client authentication included, "
        "or unsupported authentication method.");
    if (credentials.by_header)
        response.headers.set("WWW-Authenticate", "Basic realm=\"Kith\"");
    return response;
}

} // namespace kith::oauth

// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/authorization.h"

#include "server/auth/scopes.h"

#include <algorithm>
#include <array>

namespace kith::oauth {

using http::Params;

namespace {

constexpr std::size_t k_longest_state = 4000;
constexpr std::array k_known{
    "response_type", "client_id",      "redirect_uri",          "scope",
    "state",         "code_challenge", "code_challenge_method", "response_mode",
    "prompt",        "force_login"};

bool says_yes(const std::optional<std::string>& value)
{
    return value && (*value == "true" || *value == "1");
}

Prompt parse_prompt(const Params& params)
{
    const auto prompt = params.find("prompt").value_or("");
    if (prompt == "none")
        return Prompt::none;
    if (says_yes(params.find("force_login")) || prompt == "login" || prompt == "select_account")
        return Prompt::sign_in;
    return prompt == "consent" ? Prompt::consent : Prompt::as_needed;
}

/// RFC 7636, 4.3 and 4.4.1. Without a method "plain" would be meant, which shows the verifier to whoever reads the address.
bool challenge_is_good(const Params& params)
{
    const auto challenge = params.find("code_challenge");
    const auto method = params.find("code_challenge_method");
    if (!challenge)
        return !method;
    const auto is_base64url = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    return method == "S256" && challenge->size() == 43 &&
           std::all_of(challenge->begin(), challenge->end(), is_base64url);
}

void set_error(Authorization& wanted, const char* error, const char* description)
{
    if (wanted.error.empty()) {
        wanted.error = error;
        wanted.error_description = description;
    }
}

/// Everything that the program is told about by redirect.
void check_rest(Authorization& wanted, const Params& params)
{
    if (params.find("response_type").value_or("") != "code")
        set_error(wanted, "unsupported_response_type", "This server answers with a code only.");
    if (params.find("response_mode").value_or("query") != "query")
        set_error(wanted, "invalid_request", "This server answers in the query only.");
    const auto scopes = auth::parse_scopes(params.find("scope").value_or(""));
    if (!scopes || !auth::covers_all(wanted.application.scopes, *scopes))
        set_error(wanted, "invalid_scope", "The requested scope is unknown, or more than the program registered for.");
    else
        wanted.scopes = *scopes;
    if (!challenge_is_good(params))
        set_error(wanted, "invalid_request", "A code challenge must be of the method S256.");
    else
        wanted.code_challenge = params.find("code_challenge");
}

std::string answer(const core::Site& site, const Authorization& wanted,
                   std::vector<std::pair<std::string, std::string>> parameters)
{
    if (wanted.state)
        parameters.emplace_back("state", *wanted.state);
    parameters.emplace_back("iss", site.base_url);
    return with_parameters(wanted.redirect_uri, parameters);
}

} // namespace

Result<Authorization> parse_authorization(Tx& tx, const Params& params)
{
    for (const auto* name : k_known)
        if (std::count_if(params.pairs().begin(), params.pairs().end(),
                          [&](const auto& pair) { return pair.first == name; }) > 1)
            return fail(Errc::invalid, "The program that sent you here said one thing twice, so "
                                       "this server does not know what it wants.");
    auto application = find_application(tx, params.find("client_id").value_or(""));
    if (!application)
        return fail(Errc::invalid, "The program that sent you here is not known to this server. If "
                                   "you have used it before, sign in with it anew.");
    Authorization wanted;
    wanted.application = std::move(*application);
    wanted.redirect_uri = params.find("redirect_uri").value_or("");
    const auto& allowed = wanted.application.redirect_uris;
    if (std::none_of(allowed.begin(), allowed.end(), [&](const std::string& uri) {
            return fits_registered(uri, wanted.redirect_uri);
        }))
        return fail(Errc::invalid, "The program that sent you here asked to return to an address "
                                   "that it did not register.");
    wanted.state = params.find("state");
    if (wanted.state && wanted.state->size() > k_longest_state)
        return fail(Errc::invalid, "The program that sent you here sent too long a state.");
    wanted.prompt = parse_prompt(params);
    check_rest(wanted, params);
    return wanted;
}

std::vector<std::pair<std::string, std::string>> parameters_of(const Authorization& wanted)
{
    std::vector<std::pair<std::string, std::string>> parameters{{"response_type", "code"},
                                                                {"client_id", wanted.application.client_id},
                                                                {"redirect_uri", wanted.redirect_uri},
                                                                {"scope", wanted.scopes}};
    if (wanted.state)
        parameters.emplace_back("state", *wanted.state);
    if (wanted.code_challenge) {
        parameters.emplace_back("code_challenge", *wanted.code_challenge);
        parameters.emplace_back("code_challenge_method", "S256");
    }
    return parameters;
}

std::string address_with_code(const core::Site& site, const Authorization& wanted, const std::string& code)
{
    return answer(site, wanted, {{"code", code}});
}

std::string address_with_error(const core::Site& site, const Authorization& wanted,
                               const std::string& error, const std::string& description)
{
    return answer(site, wanted, {{"error", error}, {"error_description", description}});
}

} // namespace kith::oauth

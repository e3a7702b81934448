// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/mapping.h"

namespace kith::api {

/// What a server says about its sign-in (RFC 8414, with the registration endpoint that Mastodon adds).
struct OAuthServerMetadata {
    std::string issuer;
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string app_registration_endpoint;
    std::string revocation_endpoint;
    std::string userinfo_endpoint;
    std::vector<std::string> scopes_supported;
    std::vector<std::string> response_types_supported;
    std::vector<std::string> response_modes_supported;
    std::vector<std::string> code_challenge_methods_supported;
    std::vector<std::string> grant_types_supported;
    std::vector<std::string> token_endpoint_auth_methods_supported;
    bool authorization_response_iss_parameter_supported = false; ///< RFC 9207
};
template <class V>
void describe(V& v, OAuthServerMetadata& e)
{
    v("issuer", e.issuer);
    v("authorization_endpoint", e.authorization_endpoint);
    v("token_endpoint", e.token_endpoint);
    v("app_registration_endpoint", e.app_registration_endpoint);
    v("revocation_endpoint", e.revocation_endpoint);
    v("userinfo_endpoint", e.userinfo_endpoint);
    v("scopes_supported", e.scopes_supported);
    v("response_types_supported", e.response_types_supported);
    v("response_modes_supported", e.response_modes_supported);
    v("code_challenge_methods_supported", e.code_challenge_methods_supported);
    v("grant_types_supported", e.grant_types_supported);
    v("token_endpoint_auth_methods_supported", e.token_endpoint_auth_methods_supported);
    v("authorization_response_iss_parameter_supported", e.authorization_response_iss_parameter_supported);
}

/// Who signed in, for programs that want nothing else.
struct OAuthUserInfo {
    std::string iss;
    std::string sub; ///< the actor's URI
    std::string name;
    std::string preferred_username;
    std::string profile;
    std::string picture;
};
template <class V>
void describe(V& v, OAuthUserInfo& e)
{
    v("iss", e.iss);
    v("sub", e.sub);
    v("name", e.name);
    v("preferred_username", e.preferred_username);
    v("profile", e.profile);
    v("picture", e.picture);
}

} // namespace kith::api

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

#include <string>

namespace kith::oauth {

/// How a program says who it is (RFC 6749, 2.3.1).
struct ClientCredentials {
    std::string id;
    std::string secret;
    bool by_header = false; ///< HTTP Basic rather than parameters
};

/// From the Authorization header, or else the parameters. `invalid` when the two name different programs, or the header
/// cannot be read.
Result<ClientCredentials> client_credentials(const http::Request& request, const http::Params& params);

/// The parameters of a request to /oauth/token or /oauth/revoke; `invalid` when one of those that matter is there twice
/// (RFC 6749, 3.2), or when they cannot be read.
Result<http::Params> oauth_params(const http::Request& request);

/// RFC 6749, 5.2.
http::Response oauth_error(int status, const char* code, const std::string& description);
/// 401 `invalid_client`, with the challenge that fits.
http::Response invalid_client(const ClientCredentials& credentials);

} // namespace kith::oauth

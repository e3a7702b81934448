// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"

#include <optional>
#include <string>
#include <vector>

namespace kith::features {
struct Server;
}

/// OAuth 2: client programs, the authorization code grant with PKCE, client credentials, revocation; and Kith's own
/// sign-in and sign-up by form.
namespace kith::oauth {

using db::Tx;

constexpr const char* k_out_of_band = "urn:ietf:wg:oauth:2.0:oob";

struct Application {
    ApplicationId id;
    std::string client_id;
    std::string name;
    std::optional<std::string> website;
    std::vector<std::string> redirect_uris;
    std::string scopes;
};

struct NewApplication {
    std::string name;
    std::optional<std::string> website;
    std::vector<std::string> redirect_uris;
    std::string scopes;
};
struct RegisteredApplication {
    Application application;
    std::string client_secret; ///< shown once, stored hashed
};
/// Checked by the caller (parse_application).
RegisteredApplication register_application(Tx& tx, const NewApplication& application);
std::optional<Application> find_application(Tx& tx, const std::string& client_id);
std::optional<Application> find_application(Tx& tx, ApplicationId id);
/// The application when the secret is its own.
std::optional<Application> check_secret(Tx& tx, const std::string& client_id, const std::string& secret);

struct Grant {
    ApplicationId application;
    AccountId account;
    std::string redirect_uri;
    std::string scopes;
    std::optional<std::string> code_challenge; ///< S256
};
/// A code that works once, for ten minutes (RFC 6749, 4.1.2).
std::string issue_code(Tx& tx, const Grant& grant);
/// Takes the code out of the table, whatever comes of it.
std::optional<Grant> redeem_code(Tx& tx, const std::string& code);

/// RFC 7636, 4.6: whether the verifier (43 to 128 unreserved characters) fits the challenge.
bool fits_challenge(const std::string& verifier, const std::string& challenge);
/// An absolute URI that cannot run as a script, or out-of-band; at most 2,000 bytes.
bool is_redirect_uri(const std::string& uri);

void register_oauth(features::Server& server);
void register_authorize_page(features::Server& server);
void register_sessions(features::Server& server);

} // namespace kith::oauth

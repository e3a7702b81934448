// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"
#include "server/features/oauth/redirect_uri.h"

#include <optional>
#include <string>
#include <vector>

namespace kith::features {
struct Server;
}

/// OAuth 2: client programs, the page that asks people, the authorization code grant with PKCE, client credentials,
/// revocation; Kith's own sign-in and sign-up by form; and the list of what is signed in.
namespace kith::oauth {

using db::Tx;

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
struct Redeemed {
    Grant grant;
    db::Bytes code_hash; ///< for auth::NewToken
};
/// Takes the code out of the table, whatever comes of it. A code that was taken before ends the tokens that it led to.
Result<std::optional<Redeemed>> redeem_code(Tx& tx, const std::string& code);

/// What a person allowed a program, so that nobody is asked twice.
void remember_consent(Tx& tx, AccountId account, ApplicationId application, const std::string& scopes);
bool has_consented(Tx& tx, AccountId account, ApplicationId application, const std::string& scopes);
void forget_consent(Tx& tx, AccountId account, ApplicationId application);

/// RFC 7636, 4.6: whether the verifier (43 to 128 unreserved characters) fits the challenge.
bool fits_challenge(const std::string& verifier, const std::string& challenge);

/// Ends at most 200 tokens each of people and of programs that were not used for so long: `days` (0: never) for people's,
/// 90 days for the programs' own. Answers whether there may be more.
Result<bool> end_idle_tokens(Tx& tx, std::int64_t days);

void register_oauth(features::Server& server);
void register_applications(features::Server& server);
void register_tokens(features::Server& server);
void register_authorize_page(features::Server& server);
void register_metadata(features::Server& server);
void register_sign_in(features::Server& server);
void register_session_list(features::Server& server);

} // namespace kith::oauth

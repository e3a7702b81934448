// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/features/oauth/oauth.h"
#include "server/http/message.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kith::oauth {

/// What `prompt` and `force_login` ask for (OpenID Connect's words; Mastodon knows the latter).
enum class Prompt {
    as_needed, ///< whatever is remembered is not asked again
    sign_in,   ///< the password, whoever is signed in
    consent,   ///< whether the program may, whatever was allowed before
    none       ///< nothing: an error rather than a page
};

/// A request to /oauth/authorize whose program and redirect address are known to be right. Before that nothing may be sent
/// anywhere (RFC 6749, 4.1.2.1).
struct Authorization {
    Application application;
    std::string redirect_uri;
    std::string scopes;
    std::optional<std::string> state;
    std::optional<std::string> code_challenge;
    Prompt prompt = Prompt::as_needed;
    /// Why the program gets an error instead of a code: OAuth's word and a sentence. Empty: it may have one.
    std::string error;
    std::string error_description;

    bool out_of_band() const { return redirect_uri == k_out_of_band; }
};

/// `invalid`, with a sentence for the person, when the program or the address is not right.
Result<Authorization> parse_authorization(Tx& tx, const http::Params& params);

/// What makes the same request again, for forms and for /oauth/authorize itself; `prompt` is left out.
std::vector<std::pair<std::string, std::string>> parameters_of(const Authorization& wanted);

/// Back to the program, with its state and our name (RFC 9207).
std::string address_with_code(const core::Site& site, const Authorization& wanted, const std::string& code);
std::string address_with_error(const core::Site& site, const Authorization& wanted,
                               const std::string& error, const std::string& description);

} // namespace kith::oauth

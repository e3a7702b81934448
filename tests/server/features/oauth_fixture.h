// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/auth/auth.h"
#include "server/features/oauth/oauth.h"
#include "tests/server/features/people.h"
#include "tests/server/features/stage.h"
#include "tests/support/html_form.h"

namespace kith::tests {

/// mira, and a program that may bring people back out of band and to https://app.example/back.
class OAuth : public BothEngines {
protected:
    void SetUp() override;

    oauth::RegisteredApplication register_program(const std::string& name, const std::string& scopes,
                                                  std::vector<std::string> redirect_uris = {oauth::k_out_of_band});
    /// A code for mira and the program, out of band, with the scope "read".
    std::string issue(const std::optional<std::string>& challenge = {});
    std::optional<oauth::Redeemed> redeem(const std::string& code);
    std::string token(std::optional<ApplicationId> of, std::optional<AccountId> account,
                      const std::string& scopes = "read");
    bool alive(const std::string& token);
    TokenId id_of(const std::string& token);

    Account mira;
    oauth::RegisteredApplication program;
    std::vector<TokenId> ended; ///< what TokenRevoked was published for
};

/// The same behind the whole server, on a clock that the test moves.
class OAuthServer : public OAuth {
protected:
    void SetUp() override;
    void TearDown() override;

    http::Response exchange(const std::string& code, const std::string& redirect_uri,
                            const Stage::Pairs& more = {});
    Stage::Rates rates = Stage::Rates::Free;
    std::optional<Stage> stage;
};

/// A browser on the stage: it keeps the cookie.
class Visitor {
public:
    explicit Visitor(Stage& stage) : m_stage(stage) { }

    http::Response open(const std::string& target);
    /// Presses a button of the page's first form, with these fields filled in.
    http::Response press(const http::Response& page, const std::string& decision,
                         const Stage::Pairs& filled = {});
    http::Response send(const HtmlForm& form);
    /// Where a redirect within the server leads.
    http::Response follow(const http::Response& redirect);

    std::string cookie; ///< "name=value"
    std::string last_set_cookie;

private:
    http::Response call(http::Request request);
    Stage& m_stage;
};

std::string location_of(const http::Response& response);

} // namespace kith::tests

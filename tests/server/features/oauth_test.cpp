// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/oauth.h"

#include "common/crypto/hash.h"
#include "server/auth/auth.h"
#include "tests/server/features/people.h"
#include "tests/server/features/stage.h"

#include <gmock/gmock.h>

namespace kith::oauth {

using namespace std::chrono_literals;
using namespace kith::tests;
using ::testing::HasSubstr;
using ::testing::Not;

class OAuth : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        mira = add_person(db(), "mira");
        application = db().write([](Tx& tx) -> Result<RegisteredApplication> {
                              NewApplication wanted;
                              wanted.name = "Toots";
                              wanted.redirect_uris = {k_out_of_band, "https://app.example/back"};
                              wanted.scopes = "read write";
                              return register_application(tx, wanted);
                          })
                          .value();
    }
    std::string issue(const std::optional<std::string>& challenge = {})
    {
        Grant grant;
        grant.application = application.application.id;
        grant.account = mira.id;
        grant.redirect_uri = k_out_of_band;
        grant.scopes = "read";
        grant.code_challenge = challenge;
        return db().write([&](Tx& tx) -> Result<std::string> { return issue_code(tx, grant); }).value();
    }
    std::optional<Grant> redeem(const std::string& code)
    {
        return db()
            .write([&](Tx& tx) -> Result<std::optional<Grant>> { return redeem_code(tx, code); })
            .value();
    }
    bool alive(const std::string& token)
    {
        return db().read([&](Tx& tx) -> Result<bool> { return auth::find(tx, token).has_value(); }).value();
    }
    std::string token(std::optional<ApplicationId> of, std::optional<AccountId> account)
    {
        return db()
            .write([&](Tx& tx) -> Result<std::string> {
                auth::NewToken wanted;
                wanted.application = of;
                wanted.account = account;
                wanted.scopes = "read";
                return auth::issue(tx, wanted).text;
            })
            .value();
    }
    Account mira;
    RegisteredApplication application;
};
KITH_BOTH_ENGINES(OAuth);

TEST_P(OAuth, KnowsAnApplicationByItsIdAndSecret)
{
    const auto found = db().read([&](Tx& tx) -> Result<Application> {
        return *check_secret(tx, application.application.client_id, application.client_secret);
    });
    EXPECT_EQ(found->name, "Toots");
    EXPECT_EQ(found->redirect_uris, application.application.redirect_uris);
    EXPECT_FALSE(found->website);

    db().read([&](Tx& tx) -> Result<void> {
            EXPECT_FALSE(check_secret(tx, application.application.client_id, "guess"));
            EXPECT_FALSE(check_secret(tx, application.application.client_id, ""));
            EXPECT_FALSE(check_secret(tx, "nobody", application.client_secret));
            EXPECT_TRUE(find_application(tx, application.application.id));
            EXPECT_TRUE(find_application(tx, application.application.client_id));
            return {};
        })
        .value();
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM oauth_applications"), 1);
}

TEST_P(OAuth, TakesACodeOnce)
{
    const auto code = issue();

    const auto grant = redeem(code);

    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->account, mira.id);
    EXPECT_EQ(grant->scopes, "read");
    EXPECT_EQ(grant->redirect_uri, k_out_of_band);
    EXPECT_FALSE(redeem(code));
    EXPECT_FALSE(redeem(""));
    EXPECT_FALSE(redeem("guess"));
}

TEST_P(OAuth, TakesACodeForTenMinutes)
{
    const auto early = issue();
    const auto late = issue();
    db().clock.advance(10min - 1ms);
    EXPECT_TRUE(redeem(early));
    db().clock.advance(1ms);
    EXPECT_FALSE(redeem(late));
}

TEST_P(OAuth, KeepsNoCodeNoTokenAndNoSecretInTheClear)
{
    const auto code = issue();
    const auto secret = application.client_secret;
    const auto issued = token({}, mira.id);
    const auto as_bytes = [](const std::string& text) {
        const auto view = std::as_bytes(std::span{text});
        return db::Bytes{view.begin(), view.end()};
    };

    EXPECT_NE(db().sql("SELECT code_hash FROM oauth_codes").at(0).bytes(0), as_bytes(code));
    EXPECT_NE(db().sql("SELECT secret_hash FROM oauth_applications").at(0).bytes(0), as_bytes(secret));
    EXPECT_NE(db().sql("SELECT token_hash FROM oauth_tokens").at(0).bytes(0), as_bytes(issued));
}

TEST_P(OAuth, EndsTokens)
{
    const auto id = application.application.id;
    const auto first = token(id, mira.id);
    const auto second = token(id, mira.id);
    const auto own = token({}, mira.id);
    const auto revoke = [&](const std::string& text, std::optional<ApplicationId> of) {
        return db().write([&](Tx& tx) -> Result<bool> { return auth::revoke(tx, text, of); }).value();
    };

    EXPECT_FALSE(revoke(first, ApplicationId{7})) << "another program's";
    EXPECT_TRUE(alive(first));
    EXPECT_TRUE(revoke(first, id));
    EXPECT_FALSE(alive(first));
    EXPECT_FALSE(revoke(first, id)) << "a second time";
    EXPECT_TRUE(revoke(own, {}));
    EXPECT_FALSE(alive(own));

    db().write([&](Tx& tx) -> Result<void> { return auth::revoke_all(tx, mira.id), Result<void>{}; })
        .value();
    EXPECT_FALSE(alive(second));
}

TEST_P(OAuth, RefusesTokensThatExpiredAndThoseOfTheSuspended)
{
    const auto issued = token({}, mira.id);
    db().sql("UPDATE oauth_tokens SET expires_at = $1", db().clock.now() + 1h);
    EXPECT_TRUE(alive(issued));
    db().clock.advance(1h);
    EXPECT_FALSE(alive(issued));

    const auto another = token({}, mira.id);
    db().sql("UPDATE accounts SET suspended_at = 1 WHERE id = $1", mira.id);
    EXPECT_FALSE(alive(another));
    EXPECT_TRUE(alive(token(application.application.id, {})))
        << "a program's own token has no account";
}

TEST(CodeChallenges, FitOneVerifier)
{
    // RFC 7636, Appendix B.
    const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const std::string challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    EXPECT_TRUE(fits_challenge(verifier, challenge));
    EXPECT_FALSE(fits_challenge(verifier + "x", challenge));
    EXPECT_FALSE(fits_challenge("", challenge));
    EXPECT_FALSE(fits_challenge(verifier, verifier)) << "the plain method";
    const std::string brief(42, 'a');
    EXPECT_FALSE(fits_challenge(brief, crypto::to_base64url(crypto::sha256(brief))))
        << "too short to be safe";
    const std::string endless(129, 'a');
    EXPECT_FALSE(fits_challenge(endless, crypto::to_base64url(crypto::sha256(endless))));
}

TEST(RedirectUris, AreAbsoluteAndRunNothing)
{
    for (const auto* good : {k_out_of_band, "https://app.example/back", "http://localhost:1234/",
                             "com.example.app:/oauth", "myapp://callback", "https://app.example/back?x=1"})
        EXPECT_TRUE(is_redirect_uri(good)) << good;
    for (const std::string bad :
         {"", "back", "/back", "//evil.example", ":x", "https:", "javascript:alert(1)",
          "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:x",
          "https://app.example/#x", "https://app.example/a b", "https://app.example/\r\nSet-Cookie:x",
          "https://app.example/\"", "ht tp://x", "höhle:x", "1x:back"})
        EXPECT_FALSE(is_redirect_uri(bad)) << bad;
    EXPECT_FALSE(is_redirect_uri("https://app.example/" + std::string(2000, 'a')));
}

/// The authorize page and the token endpoint, on a clock that the test moves.
class SignInPage : public OAuth {
protected:
    void SetUp() override
    {
        OAuth::SetUp();
        if (!IsSkipped())
            stage.emplace(db());
    }
    void TearDown() override
    {
        stage.reset();
        OAuth::TearDown();
    }
    std::string authorize(const std::string& more) const
    {
        return "/oauth/authorize?response_type=code&client_id=" + application.application.client_id + more;
    }
    http::Response exchange(const std::string& code, const std::string& redirect_uri,
                            const Stage::Pairs& more = {})
    {
        Stage::Pairs form{{"grant_type", "authorization_code"},
                          {"client_id", application.application.client_id},
                          {"client_secret", application.client_secret},
                          {"code", code},
                          {"redirect_uri", redirect_uri}};
        form.insert(form.end(), more.begin(), more.end());
        return stage->post("/oauth/token", form);
    }
    std::optional<Stage> stage;
};
KITH_BOTH_ENGINES(SignInPage);

TEST_P(SignInPage, SendsNobodyToAnAddressThatWasNotRegistered)
{
    for (const auto* uri : {"https://evil.example/", "https://app.example/back/more",
                            "https://app.example/back?x", "HTTPS://app.example/back", ""}) {
        const auto page = stage->get(authorize("&redirect_uri=" + percent_encoded(uri)));
        EXPECT_EQ(page.status, 400) << uri;
        EXPECT_FALSE(page.headers.find("Location")) << uri;
    }
}

TEST_P(SignInPage, RefusesWhatItDoesNotSpeak)
{
    const std::string back = "&redirect_uri=https://app.example/back";
    EXPECT_EQ(stage->get(authorize(back)).status, 200);
    EXPECT_EQ(stage->get("/oauth/authorize").status, 400);
    EXPECT_EQ(stage
                  ->get("/oauth/authorize?response_type=token&client_id=" + application.application.client_id + back)
                  .status,
              400);
    EXPECT_EQ(stage->get(authorize(back + "&scope=follow")).status, 400)
        << "more than it registered for";
    EXPECT_EQ(stage->get(authorize(back + "&scope=nonsense")).status, 400);
    EXPECT_EQ(stage
                  ->get(authorize(back + "&code_challenge=" + std::string(43, 'a') + "&code_challenge_method=plain"))
                  .status,
              400);
    EXPECT_EQ(stage->get(authorize(back + "&code_challenge=short&code_challenge_method=S256")).status, 400);
    EXPECT_EQ(stage->get(authorize(back + "&state=" + std::string(2001, 'a'))).status, 400);
}

TEST_P(SignInPage, ShowsForeignTextAsText)
{
    const auto page =
        stage->get(authorize("&redirect_uri=https://app.example/back&state=%22%3E%3Cscript%3E"));

    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, Not(HasSubstr("<script>")));
    EXPECT_THAT(std::string{*page.headers.find("Content-Security-Policy")},
                HasSubstr("default-src 'none'"));
    EXPECT_EQ(*page.headers.find("Cache-Control"), "no-store");
}

TEST_P(SignInPage, AnswersTheAddressWithASlashAtItsEndToo)
{
    const auto page =
        stage->get("/oauth/authorize/?response_type=code&redirect_uri=" + std::string{k_out_of_band} +
                   "&scope=read&client_id=" + application.application.client_id);

    EXPECT_EQ(page.status, 200) << "toot asks there";
}

TEST_P(SignInPage, TradesACodeForATokenOnlyWithEverythingRight)
{
    const std::string verifier(50, 'v');
    const auto challenge = crypto::to_base64url(crypto::sha256(verifier));
    const Stage::Pairs fits{{"code_verifier", verifier}};

    EXPECT_EQ(exchange(issue(challenge), k_out_of_band).status, 400) << "no verifier";
    EXPECT_EQ(exchange(issue(challenge), k_out_of_band, {{"code_verifier", std::string(50, 'w')}}).status, 400);
    EXPECT_EQ(exchange(issue(challenge), "https://app.example/back", fits).status, 400)
        << "another address";
    EXPECT_EQ(exchange("guess", k_out_of_band, fits).status, 400);

    const auto spoilt = issue(challenge);
    EXPECT_EQ(exchange(spoilt, k_out_of_band).status, 400);
    EXPECT_EQ(exchange(spoilt, k_out_of_band, fits).status, 400)
        << "a code that was tried wrongly is used up";

    const auto right = issue(challenge);
    const auto answer = exchange(right, k_out_of_band, fits);
    ASSERT_EQ(answer.status, 200);
    const auto body = Stage::json_of(answer);
    EXPECT_EQ(text_of(body, "token_type"), "Bearer");
    EXPECT_EQ(text_of(body, "scope"), "read");
    EXPECT_EQ(*answer.headers.find("Cache-Control"), "no-store");
    EXPECT_EQ(stage->get("/api/v1/accounts/verify_credentials", text_of(body, "access_token")).status, 200);
    const auto again = exchange(right, k_out_of_band, fits);
    EXPECT_EQ(again.status, 400);
    EXPECT_EQ(text_of(Stage::json_of(again), "error"), "invalid_grant");
}

TEST_P(SignInPage, DoesNotGiveOneProgramTheCodeOfAnother)
{
    const auto other = db().write([](Tx& tx) -> Result<RegisteredApplication> {
                               NewApplication wanted;
                               wanted.name = "Other";
                               wanted.redirect_uris = {k_out_of_band};
                               wanted.scopes = "read";
                               return register_application(tx, wanted);
                           })
                           .value();

    const auto answer = stage->post("/oauth/token", {{"grant_type", "authorization_code"},
                                                     {"client_id", other.application.client_id},
                                                     {"client_secret", other.client_secret},
                                                     {"code", issue()},
                                                     {"redirect_uri", k_out_of_band}});

    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(text_of(Stage::json_of(answer), "error"), "invalid_grant");
}

TEST_P(SignInPage, TakesAnExpiredTokenForNone)
{
    const auto issued = token({}, mira.id);
    db().sql("UPDATE oauth_tokens SET expires_at = $1", db().clock.now() + 1h);
    EXPECT_EQ(stage->get("/api/v1/accounts/verify_credentials", issued).status, 200);
    db().clock.advance(1h);

    const auto refused = stage->get("/api/v1/accounts/verify_credentials", issued);
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(text_of(Stage::json_of(refused), "error"), "The access token is invalid");
}

} // namespace kith::oauth

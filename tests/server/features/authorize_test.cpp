// SPDX-License-Identifier: Apache-2.0
// The page that asks people: on a clock that the test moves, with a browser that keeps a cookie.
#include "common/crypto/hash.h"
#include "common/crypto/password.h"
#include "tests/server/features/oauth_fixture.h"

#include <gmock/gmock.h>

namespace kith::oauth {

using namespace std::chrono_literals;
using namespace kith::tests;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

namespace {

const std::string k_back = "&redirect_uri=https://app.example/back";
constexpr const char* k_password = "correct horse battery";

const std::string& password_hash()
{
    static const auto hash = crypto::hash_password(k_password).value();
    return hash;
}

std::string header(const http::Response& response, const char* name)
{
    return std::string{response.headers.find(name).value_or("")};
}

} // namespace

class AuthorizePage : public OAuthServer {
protected:
    void SetUp() override
    {
        OAuthServer::SetUp();
        if (IsSkipped())
            return;
        db().write([&](Tx& tx) -> Result<void> {
                return accounts::set_password(tx, mira.id, password_hash()), Result<void>{};
            })
            .value();
        browser.emplace(*stage);
    }
    std::string authorize(const std::string& more = k_back) const
    {
        return "/oauth/authorize?response_type=code&client_id=" + program.application.client_id + more;
    }
    http::Response sign_in(const http::Response& page, const std::string& password = k_password)
    {
        return browser->press(page, "sign_in", {{"username", "mira"}, {"password", password}});
    }
    /// The page that asks for consent, after signing in.
    http::Response consent(const std::string& address)
    {
        return browser->follow(sign_in(browser->open(address)));
    }
    std::int64_t codes() { return number(db(), "SELECT COUNT(*) FROM oauth_codes"); }
    std::optional<Visitor> browser;
};
KITH_BOTH_ENGINES(AuthorizePage);

TEST_P(AuthorizePage, SendsNobodyToAnAddressThatWasNotRegistered)
{
    for (const auto* uri : {"https://evil.example/", "https://app.example/back/more",
                            "https://app.example/back?x", "HTTPS://app.example/back", ""}) {
        const auto page = browser->open(authorize("&redirect_uri=" + percent_encoded(uri)));
        EXPECT_EQ(page.status, 400) << uri;
        EXPECT_FALSE(page.headers.find("Location")) << uri;
        EXPECT_THAT(page.body, HasSubstr("role=\"alert\"")) << uri;
    }
    for (const auto* target :
         {"/oauth/authorize",
          "/oauth/authorize?client_id=nobody&redirect_uri=https://app.example/back"})
        EXPECT_EQ(browser->open(target).status, 400) << target;
    EXPECT_EQ(browser->open(authorize(k_back + "&redirect_uri=https://app.example/back")).status, 400)
        << "said twice";
    EXPECT_EQ(browser->open(authorize(k_back + "&state=" + std::string(4001, 'a'))).status, 400);
}

TEST_P(AuthorizePage, SaysSoWhenItCannotReadWhatCame)
{
    const auto page = browser->open("/oauth/authorize?client_id=%zz");
    EXPECT_EQ(page.status, 400);
    EXPECT_THAT(page.body, AllOf(HasSubstr("<!doctype html>"), HasSubstr("cannot be read")));
    HtmlForm form;
    form.action = "/oauth/authorize?client_id=%zz";
    EXPECT_EQ(browser->send(form).status, 400);
    form.action = "/oauth/authorize";
    EXPECT_EQ(browser->send(form).status, 400) << "an empty form";
}

TEST_P(AuthorizePage, LeadsNobodyAwayWhoHasNotSaidYes)
{
    const auto evil = register_program("A </a> prize", "read", {"https://evil.example/cb"});
    const auto target = "/oauth/authorize?client_id=" + evil.application.client_id + "&redirect_uri=https://evil.example/cb";
    const auto expect_a_page = [&](const std::string& more, const std::string& error) {
        const auto page = browser->open(target + more);
        EXPECT_EQ(page.status, 400) << more;
        EXPECT_FALSE(page.headers.find("Location")) << more;
        EXPECT_THAT(page.body, AllOf(HasSubstr("href=\"https://evil.example/cb?error=" + error + "&amp;"),
                                     HasSubstr("<strong>evil.example</strong>"), HasSubstr("A &lt;/a&gt; prize")))
            << more;
    };
    const auto expect_pages = [&] {
        expect_a_page("&response_type=x", "unsupported_response_type");
        expect_a_page("&response_type=code&scope=nonsense", "invalid_scope");
    };
    expect_pages();
    expect_a_page("&response_type=code&prompt=none", "login_required");
    HtmlForm form; // what any site can make a browser send
    form.action = "/oauth/authorize";
    form.fields = {{"client_id", evil.application.client_id}, {"redirect_uri", "https://evil.example/cb"}, {"response_type", "x"}};
    EXPECT_EQ(browser->send(form).status, 400);

    const auto asking = consent(target + "&response_type=code");
    expect_pages();
    expect_a_page("&response_type=code&prompt=none", "consent_required");
    EXPECT_THAT(location_of(browser->press(asking, "deny")), StartsWith("https://evil.example/cb?error=access_denied&"))
        << "by a button: that is no trick";
    expect_pages();

    browser->press(browser->open(target + "&response_type=code"), "allow");
    EXPECT_EQ(browser->open(target + "&response_type=x").status, 303) << "now it is known";
    EXPECT_EQ(browser->send(form).status, 303);
}

TEST_P(AuthorizePage, SendsOtherErrorsToTheProgramThatThePersonKnows)
{
    browser->press(consent(authorize(k_back + "&scope=read")), "allow");
    struct Line {
        std::string more;
        const char* error;
    };
    const auto challenge = std::string(43, 'a');
    const std::vector<Line> table{
        {"&scope=follow", "invalid_scope"},
        {"&scope=nonsense", "invalid_scope"},
        {"&code_challenge=" + challenge + "&code_challenge_method=plain", "invalid_request"},
        {"&code_challenge=" + challenge, "invalid_request"},
        {"&code_challenge_method=S256", "invalid_request"},
        {"&code_challenge=short&code_challenge_method=S256", "invalid_request"},
        {"&code_challenge=" + std::string(42, 'a') + "%0A&code_challenge_method=S256",
         "invalid_request"},
        {"&response_mode=fragment", "invalid_request"},
        {"&scope=read+write&prompt=none", "consent_required"},
    };
    for (const auto& line : table) {
        const auto answer = browser->open(authorize(k_back + "&state=a%20b" + line.more));
        EXPECT_EQ(answer.status, 303) << line.more;
        EXPECT_THAT(location_of(answer),
                    AllOf(StartsWith("https://app.example/back?error=" + std::string{line.error} + "&error_description="),
                          HasSubstr("&state=a%20b&iss=https%3A%2F%2Ftest.example")))
            << line.more;
    }
    const auto implicit = browser->open(
        "/oauth/authorize?response_type=token&client_id=" + program.application.client_id + k_back);
    EXPECT_THAT(location_of(implicit), HasSubstr("error=unsupported_response_type"));
    const auto shown =
        browser->open(authorize("&scope=nonsense&redirect_uri=" + std::string{k_out_of_band}));
    EXPECT_EQ(shown.status, 400) << "nowhere to send the error to";
    EXPECT_THAT(shown.body, HasSubstr("role=\"alert\""));
}

TEST_P(AuthorizePage, ShowsForeignTextAsTextAndRunsNothing)
{
    const auto evil = register_program("<script>alert(1)</script>\"'", "read", {"https://app.example/back"});
    const auto address = "/oauth/authorize?response_type=code&client_id=" + evil.application.client_id +
                         k_back + "&state=%22%3E%3Cscript%3E&lang=de";
    const auto page = browser->open(address);
    const auto asking = browser->follow(sign_in(page));

    for (const auto& shown : {page, asking}) {
        EXPECT_EQ(shown.status, 200);
        EXPECT_THAT(shown.body, Not(HasSubstr("<script")));
        EXPECT_THAT(shown.body, Not(MatchesRegex(".* on[a-z]+=.*"))) << "no handler either";
        EXPECT_THAT(shown.body, HasSubstr("<html lang=\"en\">"));
        EXPECT_THAT(
            header(shown, "Content-Security-Policy"),
            MatchesRegex(
                "default-src 'none'; style-src 'sha256-[^']+'; form-action [^;]+; base-uri 'none'; "
                "frame-ancestors 'none'"));
        EXPECT_EQ(header(shown, "Cache-Control"), "no-store");
    }
    EXPECT_THAT(header(page, "Content-Security-Policy"), HasSubstr("form-action 'self';"))
        << "a password goes nowhere else";
    EXPECT_THAT(header(asking, "Content-Security-Policy"), HasSubstr("form-action 'self' https:;"));
}

TEST_P(AuthorizePage, LetsTheFormLeadWhereTheProgramLives)
{
    const std::vector<std::pair<std::string, std::string>> table{
        {"http://127.0.0.1:4711/x", "'self' https: http:;"},
        {"com.example.App:/back", "'self' https: com.example.app:;"},
        {k_out_of_band, "'self';"},
    };
    for (const auto& [uri, allowed] : table) {
        const auto app = register_program("App", "read", {uri});
        browser.emplace(*stage);
        const auto asking =
            consent("/oauth/authorize?response_type=code&client_id=" + app.application.client_id +
                    "&redirect_uri=" + percent_encoded(uri));
        EXPECT_THAT(header(asking, "Content-Security-Policy"), HasSubstr("form-action " + allowed));
    }
}

TEST_P(AuthorizePage, AnswersTheAddressWithASlashAtItsEndToo)
{
    const auto page =
        browser->open("/oauth/authorize/?response_type=code&redirect_uri=" + std::string{k_out_of_band} +
                      "&scope=read&client_id=" + program.application.client_id);

    EXPECT_EQ(page.status, 200) << "toot asks there";
}

TEST_P(AuthorizePage, GivesTheBrowserACookieThatOnlyThisServerReads)
{
    const auto page = browser->open(authorize());
    const auto anonymous = browser->last_set_cookie;
    EXPECT_THAT(anonymous,
                MatchesRegex("__Host-kith=[A-Za-z0-9_-]+; Path=/; HttpOnly; SameSite=Lax; Secure"));

    const auto answer = sign_in(page);

    EXPECT_EQ(answer.status, 303) << answer.body;
    EXPECT_THAT(
        browser->last_set_cookie,
        MatchesRegex(
            "__Host-kith=[A-Za-z0-9_-]+; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000"));
    EXPECT_NE(browser->cookie, anonymous.substr(0, anonymous.find(';')))
        << "what was there before signs nobody in";
    EXPECT_THAT(location_of(answer), StartsWith("/oauth/authorize?"))
        << "a form with a password leads to this server only";
}

TEST_P(AuthorizePage, SignsInAsksAndHandsOverACode)
{
    const std::string verifier(50, 'v');
    const auto challenge = crypto::to_base64url(crypto::sha256(verifier));
    const auto page = browser->open(authorize(
        k_back + "&scope=read&state=x%26y&code_challenge_method=S256&code_challenge=" + challenge));
    EXPECT_THAT(page.body, HasSubstr("<strong>Toots</strong>"));

    const auto wrong = sign_in(page, "not the password");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_THAT(wrong.body, AllOf(HasSubstr("role=\"alert\""), HasSubstr("value=\"mira\""),
                                  Not(HasSubstr("not the password"))));

    const auto asking = browser->follow(sign_in(wrong));
    EXPECT_EQ(asking.status, 200);
    EXPECT_THAT(asking.body, AllOf(HasSubstr("@mira@test.example"), HasSubstr("Read everything that you can read here"),
                                   HasSubstr("app.example")));
    EXPECT_EQ(codes(), 0);

    const auto back = browser->press(asking, "allow");
    EXPECT_EQ(back.status, 303);
    EXPECT_THAT(
        location_of(back),
        MatchesRegex("https://app\\.example/"
                     "back\\?code=[A-Za-z0-9_-]+&state=x%26y&iss=https%3A%2F%2Ftest\\.example"));
    const auto code = location_of(back).substr(30, location_of(back).find('&') - 30);
    const auto answer = exchange(code, "https://app.example/back", {{"code_verifier", verifier}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(text_of(Stage::json_of(answer), "scope"), "read");
}

TEST_P(AuthorizePage, RemembersWhatWasAllowedUnlessItShouldAsk)
{
    browser->press(consent(authorize(k_back + "&scope=read")), "allow");

    EXPECT_THAT(location_of(browser->open(authorize(k_back + "&scope=read"))),
                StartsWith("https://app.example/back?code="));
    EXPECT_THAT(location_of(browser->open(authorize(k_back + "&scope=read&prompt=none"))),
                StartsWith("https://app.example/back?code="));
    EXPECT_EQ(browser->open(authorize(k_back + "&scope=read+write")).status, 200)
        << "more than was allowed";
    EXPECT_THAT(location_of(browser->open(authorize(k_back + "&scope=read+write&prompt=none"))),
                HasSubstr("error=consent_required"));
    EXPECT_THAT(browser->open(authorize(k_back + "&scope=read&prompt=consent")).body,
                HasSubstr("You have allowed this before."));
    EXPECT_EQ(browser->open(authorize("&scope=read&redirect_uri=" + std::string{k_out_of_band})).status, 200)
        << "a code on a page is asked for each time";
    for (const auto* forced : {"&force_login=true", "&force_login=1", "&prompt=login"}) {
        const auto page = browser->open(authorize(k_back + "&scope=read" + forced));
        EXPECT_THAT(page.body, HasSubstr("name=\"password\"")) << forced;
        EXPECT_THAT(location_of(sign_in(page)), HasSubstr("&prompt=consent"))
            << "and no second time";
    }
}

TEST_P(AuthorizePage, TakesNoForANo)
{
    const auto asking = consent(authorize(k_back + "&state=s"));

    const auto back = browser->press(asking, "deny");

    EXPECT_THAT(location_of(back),
                AllOf(StartsWith("https://app.example/back?error=access_denied&"),
                      HasSubstr("&state=s&iss=")));
    EXPECT_EQ(codes(), 0);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM oauth_consents"), 0);
    const auto shown = browser->press(
        browser->open(authorize("&redirect_uri=" + std::string{k_out_of_band})), "deny");
    EXPECT_EQ(shown.status, 200);
    EXPECT_THAT(shown.body, HasSubstr("Nothing was allowed"));
}

TEST_P(AuthorizePage, SignsOut)
{
    const auto asking = consent(authorize());
    const auto before = browser->cookie;

    const auto answer = browser->press(asking, "sign_out");

    EXPECT_EQ(answer.status, 303);
    EXPECT_NE(browser->cookie, before);
    EXPECT_THAT(browser->follow(answer).body, HasSubstr("name=\"password\""));
    browser->cookie = before;
    EXPECT_THAT(browser->open(authorize()).body, HasSubstr("name=\"password\""))
        << "the old cookie opens nothing";
}

TEST_P(AuthorizePage, TakesNoFormThatItDidNotGiveToThisBrowser)
{
    const auto asking = consent(authorize());
    const auto refused = [&](const http::Response& response, const std::string& words) {
        EXPECT_EQ(response.status, 403);
        EXPECT_THAT(response.body, AllOf(HasSubstr("role=\"alert\""), HasSubstr(words)));
        EXPECT_FALSE(response.headers.find("Location"));
        EXPECT_EQ(codes(), 0);
    };
    for (const auto* forged : {"", "x", ".", "1.x", "1763717648000.AAAA", "99999999999999999999.x", "-1.x"})
        refused(browser->press(asking, "allow", {{"form_token", forged}}), "out of date");

    Visitor other{*stage};
    const auto theirs = first_form(other.open(authorize()).body).field("form_token");
    refused(browser->press(asking, "allow", {{"form_token", theirs}}), "out of date");

    Visitor without{*stage};
    refused(without.press(asking, "allow"), "cookie");
    const auto sign_in_form = other.open(authorize());
    refused(Visitor{*stage}.press(sign_in_form, "sign_in", {{"username", "mira"}, {"password", k_password}}),
            "cookie");
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM browser_sessions"), 1);

    db().clock.advance(1h + 1ms);
    refused(browser->press(asking, "allow"), "open for too long");
    EXPECT_EQ(browser->press(browser->open(authorize()), "allow").status, 303)
        << "the page that is shown instead works";
}

TEST_P(AuthorizePage, BearsDoublePressesAndTwoTabs)
{
    const auto first_tab = browser->open(authorize());
    const auto second_tab = browser->open(authorize(k_back + "&scope=write"));
    const auto cookie = browser->cookie;

    const auto asking = browser->follow(sign_in(first_tab));
    const auto again = sign_in(first_tab);
    EXPECT_EQ(again.status, 303) << "pressed twice: signed in is signed in";
    EXPECT_THAT(location_of(again), StartsWith("/oauth/authorize?"));
    const auto other = sign_in(second_tab, "whatever");
    EXPECT_THAT(browser->follow(other).body, HasSubstr("Post, follow"))
        << "the other tab goes on with its own request";

    const auto code = browser->press(asking, "allow");
    const auto second_code = browser->press(asking, "allow");
    EXPECT_NE(location_of(code), location_of(second_code));
    EXPECT_EQ(second_code.status, 303);

    browser->press(asking, "sign_out");
    const auto late = browser->press(asking, "allow");
    EXPECT_EQ(late.status, 403);
    EXPECT_THAT(late.body, AllOf(HasSubstr("out of date"), HasSubstr("name=\"password\"")));
    browser->cookie = cookie;
    EXPECT_EQ(sign_in(first_tab).status, 303)
        << "a form for a browser that is not signed in stays good";
}

TEST_P(AuthorizePage, AsksAgainWhenTheSignInHasEndedMeanwhile)
{
    const auto asking = consent(authorize());
    db().write([&](Tx& tx) { return auth::revoke_all(tx, mira.id); }).value();

    const auto answer = browser->press(asking, "allow");

    EXPECT_EQ(answer.status, 403);
    EXPECT_THAT(answer.body,
                AllOf(HasSubstr("signed out meanwhile"), HasSubstr("name=\"password\"")));
    EXPECT_EQ(codes(), 0);
    const auto odd = browser->press(browser->open(authorize()), "dance");
    EXPECT_EQ(odd.status, 400);
    EXPECT_THAT(odd.body, HasSubstr("nothing was done"));
}

TEST_P(AuthorizePage, ShowsTheCodeToProgramsWithoutAnAddress)
{
    const auto page =
        browser->press(consent(authorize("&scope=read&redirect_uri=" + std::string{k_out_of_band})), "allow");

    ASSERT_EQ(page.status, 200);
    const auto code = text_of_element(page.body, "code");
    EXPECT_EQ(exchange(code, k_out_of_band).status, 200);
}

TEST_P(AuthorizePage, GoesBackToAnyPortOfThisDevice)
{
    program = register_program("Native", "read", {"http://127.0.0.1/callback"});
    const auto uri = std::string{"http://127.0.0.1:54321/callback"};

    const auto back = browser->press(consent(authorize("&redirect_uri=" + uri)), "allow");

    ASSERT_THAT(location_of(back), StartsWith(uri + "?code="));
    const auto start = uri.size() + 6;
    const auto code = location_of(back).substr(start, location_of(back).find('&') - start);
    EXPECT_EQ(exchange(code, uri).status, 200) << "the port that was asked for";
}

/// Where wrong passwords are held against who sends them.
class LimitedPage : public AuthorizePage {
protected:
    LimitedPage() { rates = Stage::Rates::Limited; }
};
KITH_BOTH_ENGINES(LimitedPage);

TEST_P(LimitedPage, SaysHowLongToWaitAfterManyWrongPasswords)
{
    const auto page = browser->open(authorize());
    http::Response answer;
    for (int i = 0; i < 20 && answer.status != 429; ++i)
        answer = sign_in(page, "not the password");

    EXPECT_EQ(answer.status, 429);
    EXPECT_THAT(answer.body, AllOf(HasSubstr("role=\"alert\""), HasSubstr("name=\"password\"")))
        << "a page, not JSON";
    EXPECT_NE(header(answer, "Retry-After"), "");
    EXPECT_EQ(sign_in(page).status, 429) << "nor is the right one looked at";
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM browser_sessions"), 0);
}

TEST_P(LimitedPage, HoldsAnOutageAgainstNobody)
{
    const auto page = browser->open(authorize());
    db().sql("ALTER TABLE users RENAME TO users_away");
    for (int i = 0; i < 20; ++i)
        EXPECT_GE(sign_in(page).status, 500);
    db().sql("ALTER TABLE users_away RENAME TO users");

    EXPECT_EQ(sign_in(page).status, 303) << "not one of these was a wrong password";
}

} // namespace kith::oauth

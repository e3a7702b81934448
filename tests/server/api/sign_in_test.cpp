// SPDX-License-Identifier: Apache-2.0
#include "tests/server/api/api_fixture.h"

#include "common/crypto/hash.h"

#include <gmock/gmock.h>

namespace kith::tests {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class SignInApi : public ApiTest {
protected:
    int works(const HttpClient& client) const
    {
        return client.get("/api/v1/accounts/verify_credentials").status;
    }
};
KITH_ALL_SERVERS(SignInApi);

TEST_P(SignInApi, SignsUpAndIn)
{
    const auto mira = person("mira");
    const auto me = mira.get("/api/v1/accounts/verify_credentials").json();
    const auto name = text(me, "username");
    EXPECT_EQ(text(me, "acct"), name);

    const auto again = nobody().post("/api/kith/v1/session",
                                     {{"username", name}, {"password", KithdProcess::k_password}});

    ASSERT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(again.header("Cache-Control"), "no-store");
    EXPECT_EQ(text(again.json(), "token_type"), "Bearer");
    const auto second = nobody().with_token(text(again.json(), "access_token"));
    EXPECT_EQ(works(second), 200);

    EXPECT_EQ(post_form(nobody(), "/oauth/revoke", {{"token", second.token()}}).status, 200);
    EXPECT_TRUE(becomes_true([&] { return works(second) == 401; }));
    EXPECT_EQ(works(mira), 200) << "each sign-in stands alone";
}

TEST_P(SignInApi, TakesTheNameInAnyLetters)
{
    const auto mira = person("mira");
    auto shout = name_of(mira);
    shout[0] = 'M';

    EXPECT_EQ(nobody()
                  .post("/api/kith/v1/session", {{"username", shout}, {"password", KithdProcess::k_password}})
                  .status,
              200);
}

TEST_P(SignInApi, RegistersProgramsAndLetsThemAskWhoTheyAre)
{
    const auto program = application("read write");

    const auto answer = post_form(nobody(), "/oauth/token",
                                  {{"grant_type", "client_credentials"},
                                   {"client_id", program.id},
                                   {"client_secret", program.secret},
                                   {"scope", "read"}});

    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto token = nobody().with_token(text(answer.json(), "access_token"));
    EXPECT_EQ(text(token.get("/api/v1/apps/verify_credentials").json(), "name"),
              "A test's program");
    const auto refused = token.get("/api/v1/accounts/verify_credentials");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.error(), "This method requires an authenticated user");
}

TEST_P(SignInApi, TakesTheSecretFromTheAuthorizationHeaderToo)
{
    const auto program = application();
    const std::string both = program.id + ":" + program.secret;
    const auto basic = "Basic " + crypto::to_base64(crypto::as_bytes(both));

    const auto answer =
        nobody().send("POST", "/oauth/token",
                      {{"Content-Type", "application/x-www-form-urlencoded"}, {"Authorization", basic}},
                      "grant_type=client_credentials");

    EXPECT_EQ(answer.status, 200) << answer.body;
}

TEST_P(SignInApi, GivesACodeForTheFormAndATokenForTheCode)
{
    const auto mira = person("mira");
    const auto program = application("read write");
    const std::string verifier(64, 'v');
    const auto challenge = crypto::to_base64url(crypto::sha256(verifier));
    const auto query = encode_form({{"response_type", "code"},
                                    {"client_id", program.id},
                                    {"redirect_uri", "https://app.example/back"},
                                    {"scope", "read"},
                                    {"state", "a b&c=\"d\""},
                                    {"code_challenge", challenge},
                                    {"code_challenge_method", "S256"}});

    const auto wrong = sign_in_by_form(query, name_of(mira), "not the password");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_THAT(wrong.body, HasSubstr("role=\"alert\""));

    const auto back = sign_in_by_form(query, name_of(mira), KithdProcess::k_password);
    ASSERT_EQ(back.status, 303) << back.body;
    const auto location = back.header("Location");
    ASSERT_THAT(location, StartsWith("https://app.example/back?code="));
    EXPECT_THAT(location, HasSubstr("&state=a%20b%26c%3D%22d%22&iss=http%3A%2F%2Flocalhost%3A"));
    const auto code = location.substr(30, location.find('&') - 30);

    const Pairs request{{"grant_type", "authorization_code"},
                        {"client_id", program.id},
                        {"client_secret", program.secret},
                        {"code", code},
                        {"redirect_uri", "https://app.example/back"},
                        {"code_verifier", verifier}};
    const auto answer = post_form(nobody(), "/oauth/token", request);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(text(answer.json(), "scope"), "read");
    const auto token = nobody().with_token(text(answer.json(), "access_token"));
    EXPECT_EQ(name_of(token), name_of(mira));

    const auto other = application("read");
    EXPECT_EQ(post_form(nobody(), "/oauth/revoke", {{"token", token.token()}}).status, 403)
        << "a program's token is the program's";
    EXPECT_EQ(post_form(nobody(), "/oauth/revoke",
                        {{"token", token.token()}, {"client_id", program.id}, {"client_secret", "guess"}})
                  .status,
              403);
    EXPECT_EQ(post_form(nobody(), "/oauth/revoke",
                        {{"token", token.token()}, {"client_id", other.id}, {"client_secret", other.secret}})
                  .status,
              403);
    EXPECT_EQ(works(token), 200) << "another program cannot end it";
    EXPECT_EQ(
        post_form(nobody(), "/oauth/revoke",
                  {{"token", token.token()}, {"client_id", program.id}, {"client_secret", program.secret}})
            .status,
        200);
    EXPECT_TRUE(becomes_true([&] { return works(token) == 401; }));
    EXPECT_EQ(post_form(nobody(), "/oauth/token", request).status, 400) << "once";
}

TEST_P(SignInApi, ShowsTheCodeToProgramsWithoutAnAddress)
{
    const auto mira = person("mira");

    const auto reader = narrowed(mira, "read");

    EXPECT_EQ(works(reader), 200);
    EXPECT_EQ(reader.post("/api/v1/statuses", {{"status", "no"}}).status, 403);
}

TEST_P(SignInApi, RefusesBadProgramsInTheWordsOfOAuth)
{
    const auto program = application("read");
    struct Line {
        Pairs request;
        int status;
        const char* error;
    };
    const std::vector<Line> table{
        {{{"grant_type", "client_credentials"}, {"client_id", program.id}, {"client_secret", "guess"}}, 401, "invalid_client"},
        {{{"grant_type", "client_credentials"}, {"client_id", "guess"}, {"client_secret", program.secret}}, 401, "invalid_client"},
        {{{"grant_type", "client_credentials"}}, 401, "invalid_client"},
        {{{"grant_type", "password"}, {"client_id", program.id}, {"client_secret", program.secret}}, 400, "unsupported_grant_type"},
        {{{"client_id", program.id}}, 400, "invalid_request"},
        {{{"grant_type", "client_credentials"}, {"client_id", program.id}, {"client_secret", program.secret}, {"scope", "write"}},
         400,
         "invalid_scope"},
        {{{"grant_type", "authorization_code"}, {"client_id", program.id}, {"client_secret", program.secret}, {"code", "guess"}},
         400,
         "invalid_request"},
        {{{"grant_type", "authorization_code"},
          {"client_id", program.id},
          {"client_secret", program.secret},
          {"redirect_uri", "https://app.example/back"},
          {"code", "guess"}},
         400,
         "invalid_grant"},
        {{{"grant_type", "client_credentials"},
          {"grant_type", "client_credentials"},
          {"client_id", program.id},
          {"client_secret", program.secret}},
         400,
         "invalid_request"},
    };
    for (const auto& line : table) {
        const auto answer = post_form(nobody(), "/oauth/token", line.request);
        EXPECT_EQ(answer.status, line.status) << answer.body;
        EXPECT_EQ(answer.error(), line.error);
        EXPECT_NE(text(answer.json(), "error_description"), "");
    }
}

TEST_P(SignInApi, RefusesProgramsThatCannotBe)
{
    const auto refused = [&](const json::object& wanted) {
        const auto answer = nobody().post("/api/v1/apps", wanted);
        EXPECT_EQ(answer.status, 422) << answer.body;
        return answer.error();
    };
    EXPECT_THAT(refused({{"redirect_uris", "https://app.example/"}}), HasSubstr("name"));
    EXPECT_THAT(refused({{"client_name", "X"}}), HasSubstr("Redirect URI"));
    EXPECT_THAT(refused({{"client_name", "X"}, {"redirect_uris", "javascript:alert(1)"}}),
                HasSubstr("Redirect URI"));
    EXPECT_THAT(refused({{"client_name", "X"}, {"redirect_uris", "https://app.example/"}, {"scopes", "everything"}}),
                HasSubstr("scope"));
    EXPECT_THAT(refused({{"client_name", "X"}, {"redirect_uris", "https://app.example/"}, {"website", "javascript:x"}}),
                HasSubstr("Website"));
}

TEST_P(SignInApi, TakesRedirectAddressesAsLinesAndAsLists)
{
    const auto by_json = nobody().post(
        "/api/v1/apps",
        {{"client_name", "X"}, {"redirect_uris", json::array{"https://app.example/back", "myapp://back"}}});
    const auto by_form = post_form(nobody(), "/api/v1/apps",
                                   {{"client_name", "X"},
                                    {"redirect_uris[]", "https://app.example/back"},
                                    {"redirect_uris[]", "myapp://back"}});
    const auto by_lines =
        post_form(nobody(), "/api/v1/apps",
                  {{"client_name", "X"}, {"redirect_uris", "https://app.example/back\nmyapp://back"}});

    for (const auto& answer : {by_json, by_form, by_lines}) {
        ASSERT_EQ(answer.status, 200) << answer.body;
        const auto made = answer.json();
        EXPECT_EQ(to_text(made.at("redirect_uris")), R"(["https://app.example/back","myapp://back"])");
        EXPECT_EQ(text(made, "redirect_uri"), "https://app.example/back\nmyapp://back");
        EXPECT_EQ(made.at("client_secret_expires_at").to_number<int>(), 0);
        EXPECT_EQ(to_text(made.at("scopes")), R"(["read"])");
    }
}

TEST_P(SignInApi, RemembersWhoSignedInAndWhatWasAllowed)
{
    const auto mira = person("mira");
    const auto program = application("read write");
    const auto address =
        "/oauth/authorize?" + encode_form({{"response_type", "code"},
                                           {"client_id", program.id},
                                           {"redirect_uri", "https://app.example/back"},
                                           {"scope", "read"}});
    Browser browser;
    const auto first = open(browser, address);
    EXPECT_THAT(first.header("Set-Cookie"),
                ::testing::AllOf(StartsWith("kith="), HasSubstr("; HttpOnly; SameSite=Lax")))
        << "plain HTTP: no browser would take a __Host- cookie";
    const auto signed_in = press(browser, first, "sign_in",
                                 {{"username", name_of(mira)}, {"password", KithdProcess::k_password}});
    ASSERT_EQ(signed_in.status, 303) << signed_in.body;
    const auto allowed = press(browser, open(browser, signed_in.header("Location")), "allow");
    EXPECT_THAT(allowed.header("Location"), StartsWith("https://app.example/back?code="));

    const auto second = open(browser, address);

    EXPECT_EQ(second.status, 303) << "nothing to ask";
    EXPECT_THAT(second.header("Location"), StartsWith("https://app.example/back?code="));
    EXPECT_EQ(open(browser, address + "+write").status, 200) << "asks for more than was allowed";
    Browser another;
    EXPECT_EQ(open(another, address).status, 200);
}

} // namespace kith::tests

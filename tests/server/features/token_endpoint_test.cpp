// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/hash.h"
#include "tests/server/features/oauth_fixture.h"

#include <gmock/gmock.h>

namespace kith::oauth {

using namespace std::chrono_literals;
using namespace kith::tests;
using ::testing::HasSubstr;

class TokenEndpoint : public OAuthServer {
protected:
    http::Response ask(const std::string& target, const Stage::Pairs& form, const std::string& id,
                       const std::string& secret)
    {
        http::Request request;
        request.method = http::Method::post;
        request.target = target;
        request.headers.add("Content-Type", "application/x-www-form-urlencoded");
        request.headers.add("Authorization", "bAsIc " + crypto::to_base64(crypto::as_bytes(id + ":" + secret)));
        for (const auto& [name, value] : form)
            request.body += "&" + percent_encoded(name) + "=" + percent_encoded(value);
        return stage->call(std::move(request));
    }
    static std::string error_of(const http::Response& response)
    {
        return text_of(Stage::json_of(response), "error");
    }
};
KITH_BOTH_ENGINES(TokenEndpoint);

TEST_P(TokenEndpoint, TakesAVerifierOnlyForAChallenge)
{
    EXPECT_EQ(exchange(issue(), k_out_of_band).status, 200);
    EXPECT_EQ(exchange(issue(), k_out_of_band, {{"code_verifier", std::string(50, 'v')}}).status, 400)
        << "somebody took the challenge out of the address";
}

TEST_P(TokenEndpoint, KnowsAProgramByHeaderOrParameters)
{
    const auto& id = program.application.client_id;
    const auto& secret = program.client_secret;
    const Stage::Pairs wanted{{"grant_type", "client_credentials"}};

    EXPECT_EQ(ask("/oauth/token", wanted, id, secret).status, 200);
    EXPECT_EQ(ask("/oauth/token", wanted, percent_encoded(id), percent_encoded(secret)).status, 200)
        << "RFC 6749, 2.3.1: encoded as in a form";
    const auto refused = ask("/oauth/token", wanted, id, "guess");
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(error_of(refused), "invalid_client");
    EXPECT_THAT(std::string{refused.headers.find("WWW-Authenticate").value_or("")},
                HasSubstr("Basic"));
    EXPECT_EQ(error_of(ask("/oauth/token",
                           {{"grant_type", "client_credentials"}, {"client_id", "other"}}, id, secret)),
              "invalid_request");
    EXPECT_EQ(error_of(ask("/oauth/token", wanted, std::string{"a\0b", 3}, secret)),
              "invalid_request");
    EXPECT_EQ(
        ask("/oauth/token", {{"grant_type", "client_credentials"}, {"client_id", id}}, id, secret).status, 200);
}

TEST_P(TokenEndpoint, GivesAProgramAFewTokensOfItsOwnAtATime)
{
    const auto other = register_program("Other", "read");
    const auto others = token(other.application.id, {});
    const auto persons = token(program.application.id, mira.id);
    std::vector<std::string> own;
    for (int i = 0; i < 25; ++i) {
        db().clock.advance(1s);
        const auto answer = ask("/oauth/token", {{"grant_type", "client_credentials"}}, program.application.client_id, program.client_secret);
        ASSERT_EQ(answer.status, 200);
        own.push_back(text_of(Stage::json_of(answer), "access_token"));
    }

    for (std::size_t i = 0; i < own.size(); ++i)
        EXPECT_EQ(alive(own[i]), i >= 5) << i;
    EXPECT_EQ(ended.size(), 5U) << "and whoever keeps streams open was told";
    EXPECT_TRUE(alive(others));
    EXPECT_TRUE(alive(persons));
}

TEST_P(TokenEndpoint, AnswersInTheWordsOfOAuthWhateverComes)
{
    const auto refused = [&](const std::string& body, const std::string& type) {
        http::Request request;
        request.method = http::Method::post;
        request.target = "/oauth/token";
        request.headers.add("Content-Type", type);
        request.body = body;
        const auto response = stage->call(std::move(request));
        EXPECT_EQ(response.status, 400) << body;
        EXPECT_EQ(response.headers.find("Cache-Control"), "no-store") << body;
        return error_of(response);
    };
    const std::string form = "application/x-www-form-urlencoded";

    EXPECT_EQ(refused("", form), "invalid_request");
    EXPECT_EQ(refused("grant_type=%zz", form), "invalid_request");
    EXPECT_EQ(refused("{\"grant_type\":", "application/json"), "invalid_request");
    EXPECT_EQ(refused("grant_type=password&username=mira&password=x", form),
              "unsupported_grant_type");
    EXPECT_EQ(refused("grant_type=refresh_token&refresh_token=x", form), "unsupported_grant_type");
    EXPECT_EQ(refused("grant_type=authorization_code&code=x", form), "invalid_request");
    EXPECT_EQ(refused("grant_type=client_credentials&scope=read&scope=write", form),
              "invalid_request");
}

TEST_P(TokenEndpoint, EndsATokenForItsOwnProgramOnly)
{
    const auto other = register_program("Other", "read");
    const auto issued = token(program.application.id, mira.id);
    const auto revoke = [&](const std::string& text, const RegisteredApplication& by) {
        return stage->post("/oauth/revoke", {{"token", text},
                                             {"client_id", by.application.client_id},
                                             {"client_secret", by.client_secret}});
    };

    EXPECT_EQ(revoke(issued, other).status, 403);
    EXPECT_EQ(stage->post("/oauth/revoke", {{"token", issued}}).status, 403);
    EXPECT_TRUE(alive(issued));
    EXPECT_EQ(ask("/oauth/revoke", {{"token", issued}}, program.application.client_id, program.client_secret)
                  .status,
              200);
    EXPECT_FALSE(alive(issued));
    EXPECT_EQ(revoke(issued, program).body, "{}") << "RFC 7009, 2.2: gone is gone";
    EXPECT_EQ(revoke("guess", program).status, 200);
    EXPECT_EQ(error_of(revoke("", program)), "invalid_request");
    EXPECT_EQ(ended.size(), 1U);
}

TEST_P(TokenEndpoint, RecordsTheUseOfATokenOnceAnHour)
{
    const auto issued = token(program.application.id, mira.id);
    const auto recorded = [&] {
        return db().sql("SELECT last_used_at FROM oauth_tokens").at(0).maybe_time(0);
    };
    const auto use = [&] {
        EXPECT_EQ(stage->get("/api/v1/accounts/verify_credentials", issued).status, 200);
    };
    const auto wait_for_record = [&](Timestamp wanted) {
        for (int i = 0; i < 2000 && recorded() != wanted; ++i) {
            use();
            std::this_thread::yield();
        }
        return recorded() == wanted;
    };
    const auto born = db().clock.now();

    db().clock.advance(1h - 1ms);
    use();
    EXPECT_EQ(recorded(), std::nullopt) << "the hour is not over";
    db().clock.advance(1ms);
    EXPECT_TRUE(wait_for_record(born + 1h));
    db().clock.advance(1h - 1ms);
    use();
    EXPECT_EQ(recorded(), born + 1h);
    db().clock.advance(24h);
    EXPECT_TRUE(wait_for_record(db().clock.now()));
    EXPECT_EQ(db().sql("SELECT last_used_at FROM oauth_applications").at(0).maybe_time(0),
              db().clock.now())
        << "the program's, once a day";
}

TEST_P(TokenEndpoint, TradesACodeForATokenOnlyWithEverythingRight)
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
    EXPECT_EQ(stage->get("/api/v1/accounts/verify_credentials", text_of(body, "access_token")).status, 401)
        << "a code that turns up again ends what it led to";
}

TEST_P(TokenEndpoint, DoesNotGiveOneProgramTheCodeOfAnother)
{
    const auto other = register_program("Other", "read");

    const auto answer = stage->post("/oauth/token", {{"grant_type", "authorization_code"},
                                                     {"client_id", other.application.client_id},
                                                     {"client_secret", other.client_secret},
                                                     {"code", issue()},
                                                     {"redirect_uri", k_out_of_band}});

    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(text_of(Stage::json_of(answer), "error"), "invalid_grant");
}

TEST_P(TokenEndpoint, TakesAnExpiredTokenForNone)
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

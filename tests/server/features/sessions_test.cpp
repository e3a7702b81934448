// SPDX-License-Identifier: Apache-2.0
// Where an account is signed in, who may see that, and what ending it means.
#include "tests/server/features/oauth_fixture.h"

#include <gmock/gmock.h>

namespace kith::oauth {

using namespace std::chrono_literals;
using namespace kith::tests;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Sessions : public OAuthServer {
protected:
    static constexpr const char* k_address = "/api/kith/v1/sessions";
};
KITH_BOTH_ENGINES(Sessions);

TEST_P(Sessions, AreListedWithoutTheirTokens)
{
    const auto program_token = token(program.application.id, mira.id, "read write:statuses");
    db().clock.advance(1s);
    const auto own = token({}, mira.id, "read write");
    token({}, add_person(db(), "tomas").id);
    const auto gone = token({}, mira.id);
    db().write([&](Tx& tx) { return auth::revoke(tx, gone, {}); }).value();

    const auto answer = stage->get(k_address, own);

    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto sessions = Stage::json_of(answer);
    ASSERT_EQ(sessions.as_array().size(), 2U);
    EXPECT_EQ(text_of(sessions.at(0).at("application"), "name"), "Kith");
    EXPECT_TRUE(sessions.at(0).at("current").as_bool());
    EXPECT_EQ(text_of(sessions.at(1).at("application"), "name"), "Toots");
    EXPECT_FALSE(sessions.at(1).at("current").as_bool());
    EXPECT_EQ(to_text(sessions.at(1).at("scopes")), R"(["read","write:statuses"])");
    EXPECT_EQ(text_of(sessions.at(1), "created_at"), to_iso8601(db().clock.now() - 1s));
    EXPECT_EQ(text_of(sessions.at(1), "last_used_at"), to_iso8601(db().clock.now() - 1s));
    EXPECT_THAT(answer.body, Not(HasSubstr(own)));
    EXPECT_THAT(answer.body, Not(HasSubstr(program_token)));
}

TEST_P(Sessions, AreEndedByTheirOwnerOnly)
{
    const auto own = token({}, mira.id, "read write");
    const auto program_token = token(program.application.id, mira.id);
    const auto theirs = token({}, add_person(db(), "tomas").id, "read write");
    const auto id = id_of(program_token);
    db().write([&](Tx& tx) -> Result<void> {
            return remember_consent(tx, mira.id, program.application.id, "read"), Result<void>{};
        })
        .value();
    const auto address = std::string{k_address} + "/" + id.to_string();

    EXPECT_EQ(stage->remove(address, theirs).status, 404);
    EXPECT_EQ(stage->remove(std::string{k_address} + "/x", own).status, 404);
    EXPECT_TRUE(alive(program_token));
    EXPECT_EQ(stage->remove(address, own).body, "{}");
    EXPECT_FALSE(alive(program_token));
    EXPECT_THAT(ended, ElementsAre(id));
    EXPECT_EQ(stage->remove(address, own).status, 404) << "a second time";
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM oauth_consents"), 0) << "it has to ask again";
}

TEST_P(Sessions, AreAllEndedButTheOneThatAsks)
{
    const auto own = token({}, mira.id, "read write");
    const auto other = token({}, mira.id);
    const auto programs = token(program.application.id, mira.id);
    const auto theirs = token({}, add_person(db(), "tomas").id);

    EXPECT_EQ(stage->remove(k_address, own).body, "{}");

    EXPECT_TRUE(alive(own));
    EXPECT_FALSE(alive(other));
    EXPECT_FALSE(alive(programs));
    EXPECT_TRUE(alive(theirs));
    EXPECT_EQ(ended.size(), 2U);
}

TEST_P(Sessions, AreNotForProgramsThatMayOnlyDoSomeThings)
{
    const auto narrow = token(program.application.id, mira.id, "read:accounts read:statuses write:accounts");
    EXPECT_EQ(stage->get(k_address, narrow).status, 403);
    EXPECT_EQ(stage->remove(k_address, narrow).status, 403);
    EXPECT_EQ(stage->get(k_address, token(program.application.id, {}, "read")).status, 422)
        << "nobody's";
    EXPECT_EQ(stage->get(k_address).status, 401);
}

TEST_P(Sessions, SayWhoSignedInToProgramsThatWantNothingElse)
{
    const auto profile = token(program.application.id, mira.id, "profile");

    const auto answer = stage->get("/oauth/userinfo", profile);

    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto info = Stage::json_of(answer);
    EXPECT_EQ(text_of(info, "iss"), "https://test.example");
    EXPECT_EQ(text_of(info, "sub"), "https://test.example/users/mira");
    EXPECT_EQ(text_of(info, "preferred_username"), "mira");
    EXPECT_EQ(stage->post("/oauth/userinfo", {}, profile).body, answer.body);
    EXPECT_EQ(stage->get("/api/v1/accounts/verify_credentials", profile).status, 200);
    EXPECT_EQ(stage->get("/api/v1/timelines/home", profile).status, 403);
    EXPECT_EQ(stage->get("/oauth/userinfo", token({}, mira.id, "read")).status, 403);
    const auto about = Stage::json_of(stage->get("/.well-known/oauth-authorization-server"));
    EXPECT_EQ(text_of(about, "issuer"), text_of(info, "iss"));
    EXPECT_EQ(text_of(about, "token_endpoint"), "https://test.example/oauth/token");
}

} // namespace kith::oauth

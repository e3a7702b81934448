// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/hash.h"
#include "server/auth/browser_session.h"
#include "server/features/oauth/sign_in.h"
#include "tests/server/features/oauth_fixture.h"

#include <gmock/gmock.h>

namespace kith::oauth {

using namespace std::chrono_literals;
using namespace kith::tests;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

KITH_BOTH_ENGINES(OAuth);

TEST_P(OAuth, KnowsAnApplicationByItsIdAndSecret)
{
    const auto found = db().read([&](Tx& tx) -> Result<Application> {
        return *check_secret(tx, program.application.client_id, program.client_secret);
    });
    EXPECT_EQ(found->name, "Toots");
    EXPECT_EQ(found->redirect_uris, program.application.redirect_uris);
    EXPECT_FALSE(found->website);

    db().read([&](Tx& tx) -> Result<void> {
            EXPECT_FALSE(check_secret(tx, program.application.client_id, "guess"));
            EXPECT_FALSE(check_secret(tx, program.application.client_id, ""));
            EXPECT_FALSE(check_secret(tx, "nobody", program.client_secret));
            EXPECT_TRUE(find_application(tx, program.application.id));
            EXPECT_TRUE(find_application(tx, program.application.client_id));
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
    EXPECT_EQ(grant->grant.account, mira.id);
    EXPECT_EQ(grant->grant.scopes, "read");
    EXPECT_EQ(grant->grant.redirect_uri, k_out_of_band);
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
    const auto secret = program.client_secret;
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
    const auto id = program.application.id;
    const auto first = token(id, mira.id);
    const auto second = token(id, mira.id);
    const auto own = token({}, mira.id);
    const auto revoke = [&](const std::string& text, std::optional<ApplicationId> of) {
        return db().write([&](Tx& tx) { return auth::revoke(tx, text, of); }).value();
    };

    EXPECT_FALSE(revoke(first, ApplicationId{7})) << "another program's";
    EXPECT_TRUE(alive(first));
    EXPECT_TRUE(revoke(first, id));
    EXPECT_FALSE(alive(first));
    EXPECT_FALSE(revoke(first, id)) << "a second time";
    EXPECT_TRUE(revoke(own, {}));
    EXPECT_FALSE(alive(own));

    db().write([&](Tx& tx) { return auth::revoke_all(tx, mira.id); }).value();
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
    EXPECT_TRUE(alive(token(program.application.id, {}))) << "a program's own token has no account";
}

TEST_P(OAuth, TellsOfEachTokenThatEndsOnce)
{
    const auto id = program.application.id;
    const auto first = token(id, mira.id);
    const auto second = token(id, mira.id);
    const auto own = token({}, mira.id);
    const auto others = token({}, add_person(db(), "tomas").id);
    const std::vector ids{id_of(first), id_of(second), id_of(own)};

    db().write([&](Tx& tx) { return auth::revoke(tx, first, id); }).value();
    EXPECT_THAT(ended, ElementsAre(ids[0]));
    db().write([&](Tx& tx) { return auth::revoke_all(tx, mira.id, ids[2]); }).value();
    EXPECT_THAT(ended, ElementsAre(ids[0], ids[1]))
        << "neither the one that asks nor those that had ended";
    EXPECT_TRUE(alive(own));
    EXPECT_TRUE(alive(others));
}

TEST_P(OAuth, EndsWhatACodeLedToWhenItTurnsUpAgain)
{
    const auto code = issue();
    const auto redeemed = redeem(code).value();
    auth::NewToken wanted;
    wanted.application = program.application.id;
    wanted.account = mira.id;
    wanted.scopes = "read";
    wanted.code_hash = redeemed.code_hash;
    const auto led_to =
        db().write([&](Tx& tx) -> Result<std::string> { return auth::issue(tx, wanted).text; }).value();
    const auto bystander = token(program.application.id, mira.id);
    const auto id = id_of(led_to);

    EXPECT_FALSE(redeem(code));

    EXPECT_FALSE(alive(led_to));
    EXPECT_TRUE(alive(bystander));
    EXPECT_THAT(ended, ElementsAre(id));
}

TEST_P(OAuth, GivesOneOfManyTheCode)
{
    for (int round = 0; round < 10; ++round) {
        const auto code = issue();
        std::atomic<int> taken{0};
        race(db(), [&](db::Database& database, int) {
            const auto redeemed = database.write_now([&](Tx& tx) { return redeem_code(tx, code); });
            if (redeemed && *redeemed)
                ++taken;
        });
        EXPECT_EQ(taken, 1);
    }
}

TEST_P(OAuth, SignsNobodyInWithAPasswordThatHasJustBeenChanged)
{
    const auto hash = [&] {
        return db().sql("SELECT password_hash FROM users WHERE account_id = $1", mira.id).at(0).text(0);
    };
    const auto begin = [&](const Verified& verified) {
        return db().write([&](Tx& tx) { return begin_sign_in(tx, verified); });
    };
    const auto before = hash();

    EXPECT_TRUE(begin({mira.id, before, {}}));
    EXPECT_EQ(hash(), before);
    EXPECT_TRUE(begin({mira.id, before, "renewed"}));
    EXPECT_EQ(hash(), "renewed");
    EXPECT_EQ(begin({mira.id, before, "renewed again"}).error().code, Errc::conflict);
    EXPECT_EQ(hash(), "renewed");
    db().sql("UPDATE accounts SET suspended_at = 1 WHERE id = $1", mira.id);
    EXPECT_EQ(begin({mira.id, "renewed", {}}).error().code, Errc::unauthorized);
}

TEST_P(OAuth, LeavesNothingBehindWhenEverythingIsEndedMeanwhile)
{
    for (int round = 0; round < 10; ++round) {
        const auto key = db().write([&](Tx& tx) -> Result<std::string> {
                                 return auth::start_browser_session(tx, mira.id);
                             })
                             .value();
        const auto code = issue();
        race(db(), [&](db::Database& database, int thread) {
            const auto allow = [&](Tx& tx) -> Result<void> {
                Grant grant;
                grant.application = program.application.id;
                grant.account = mira.id;
                grant.redirect_uri = k_out_of_band;
                grant.scopes = "read";
                if (auth::hold_browser_session(tx, key))
                    issue_code(tx, grant);
                return {};
            };
            const auto trade = [&](Tx& tx) -> Result<void> {
                TRY(const auto redeemed, redeem_code(tx, code));
                auth::NewToken wanted;
                wanted.account = mira.id;
                wanted.scopes = "read";
                if (redeemed)
                    auth::issue(tx, wanted);
                return {};
            };
            const auto end_all = [&](Tx& tx) { return auth::revoke_all(tx, mira.id); };
            if (thread == 0)
                database.write_now(end_all).value();
            else if (thread == 1)
                database.write_now(allow).value();
            else
                database.write_now(trade).value();
        });

        EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM oauth_codes"), 0);
        EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM oauth_tokens WHERE revoked_at IS NULL"), 0);
    }
}

TEST_P(OAuth, LeavesNoSignInBehindANewPassword)
{
    for (int round = 0; round < 10; ++round) {
        const std::string old_hash = "old " + std::to_string(round);
        db().sql("UPDATE users SET password_hash = $1 WHERE account_id = $2", old_hash, mira.id);
        race(db(), [&](db::Database& database, int thread) {
            const auto sign_in = [&](Tx& tx) -> Result<void> {
                TRY_VOID(begin_sign_in(tx, {mira.id, old_hash, {}}));
                auth::NewToken wanted;
                wanted.account = mira.id;
                wanted.scopes = "read";
                auth::issue(tx, wanted);
                return {};
            };
            const auto change = [&](Tx& tx) -> Result<void> {
                accounts::set_password(tx, mira.id, "new");
                return auth::revoke_all(tx, mira.id);
            };
            if (thread == 0)
                database.write_now(change).value();
            else
                (void)database.write_now(sign_in);
        });

        EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM oauth_tokens WHERE revoked_at IS NULL"), 0);
    }
}

TEST_P(OAuth, RemembersWhatWasAllowed)
{
    const auto id = program.application.id;
    const auto allowed = [&](const std::string& scopes) {
        return db()
            .read([&](Tx& tx) -> Result<bool> { return has_consented(tx, mira.id, id, scopes); })
            .value();
    };
    const auto allow = [&](const std::string& scopes) {
        db().write([&](Tx& tx) -> Result<void> {
                return remember_consent(tx, mira.id, id, scopes), Result<void>{};
            })
            .value();
    };

    EXPECT_FALSE(allowed("read"));
    allow("read");
    EXPECT_TRUE(allowed("read"));
    EXPECT_TRUE(allowed("read:statuses")) << "a part of what was allowed";
    EXPECT_FALSE(allowed("read write"));
    allow("write:statuses");
    EXPECT_TRUE(allowed("read write:statuses")) << "one after the other";
    EXPECT_FALSE(allowed("write"));

    db().write(
            [&](Tx& tx) -> Result<void> { return forget_consent(tx, mira.id, id), Result<void>{}; })
        .value();
    EXPECT_FALSE(allowed("read"));
}

TEST_P(OAuth, KeepsABrowserSignedInForAMonth)
{
    const auto sign_in = [&] {
        return db()
            .write([&](Tx& tx) -> Result<std::string> {
                return auth::start_browser_session(tx, mira.id);
            })
            .value();
    };
    const auto who = [&](const std::string& key) {
        return db()
            .read([&](Tx& tx) -> Result<std::optional<AccountId>> {
                return auth::find_browser_session(tx, key);
            })
            .value();
    };

    const auto key = sign_in();
    EXPECT_EQ(who(key), mira.id);
    EXPECT_EQ(who("guess"), std::nullopt);
    db().clock.advance(24h * 30 - 1ms);
    EXPECT_EQ(who(key), mira.id);
    db().clock.advance(1ms);
    EXPECT_EQ(who(key), std::nullopt);

    const auto oldest = sign_in();
    db().clock.advance(1s);
    std::string newest;
    for (int i = 0; i < 20; ++i)
        newest = sign_in();
    EXPECT_EQ(who(oldest), std::nullopt) << "the twenty-first";
    EXPECT_EQ(who(newest), mira.id);

    db().write([&](Tx& tx) { return auth::revoke_all(tx, mira.id); }).value();
    EXPECT_EQ(who(newest), std::nullopt) << "a new password ends these too";
}

TEST_P(OAuth, KnowsNoSuspendedBrowser)
{
    const auto key = db().write([&](Tx& tx) -> Result<std::string> {
                             return auth::start_browser_session(tx, mira.id);
                         })
                         .value();
    db().sql("UPDATE accounts SET suspended_at = 1 WHERE id = $1", mira.id);

    const auto who = db().read([&](Tx& tx) -> Result<std::optional<AccountId>> {
        return auth::find_browser_session(tx, key);
    });

    EXPECT_EQ(*who, std::nullopt);
    EXPECT_NE(db().sql("SELECT key_hash FROM browser_sessions").at(0).bytes(0).size(), key.size()) << "hashed";
}

TEST_P(OAuth, EndsWhatNobodyUses)
{
    const auto people = token(program.application.id, mira.id);
    const auto programs = token(program.application.id, {});
    const auto end = [&](std::int64_t days) {
        return db().write([&](Tx& tx) { return end_idle_tokens(tx, days); }).value();
    };

    db().clock.advance(24h * 90);
    EXPECT_FALSE(end(90));
    EXPECT_TRUE(alive(people));
    EXPECT_TRUE(alive(programs));
    db().clock.advance(1ms);
    EXPECT_FALSE(end(0));
    EXPECT_FALSE(alive(programs)) << "a program's own goes after 90 days, whatever is set";
    EXPECT_TRUE(alive(people)) << "0: never";
    const auto id = id_of(people);
    EXPECT_FALSE(end(90));
    EXPECT_FALSE(alive(people));
    EXPECT_EQ(ended.back(), id);
}

TEST_P(OAuth, EndsIdleTokensInPieces)
{
    db().write([&](Tx& tx) -> Result<void> {
            auth::NewToken wanted;
            wanted.account = mira.id;
            wanted.scopes = "read";
            for (int i = 0; i < 250; ++i)
                auth::issue(tx, wanted);
            return {};
        })
        .value();
    db().clock.advance(24h * 365 + 1ms);
    const auto end = [&] {
        return db().write([](Tx& tx) { return end_idle_tokens(tx, 365); }).value();
    };

    EXPECT_TRUE(end());
    EXPECT_EQ(ended.size(), 200U);
    EXPECT_FALSE(end());
    EXPECT_EQ(ended.size(), 250U);
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

} // namespace kith::oauth

// SPDX-License-Identifier: Apache-2.0
#include "server/features/maintenance.h"
#include "tests/server/features/people.h"

#include <gmock/gmock.h>

namespace kith::features {

using namespace std::chrono_literals;
using namespace kith::tests;

class Maintenance : public BothEngines {
protected:
    bool purge()
    {
        return db().write([](Tx& tx) -> Result<bool> { return purge_expired(tx); }).value();
    }
};
KITH_BOTH_ENGINES(Maintenance);

TEST_P(Maintenance, DropsWhatHasHadItsTimeAndNothingElse)
{
    const auto mira = add_person(db(), "mira");
    const auto now = db().clock.now();
    const auto week = 24h * 7;
    db().sql("INSERT INTO seen_activities (uri, received_at) VALUES ('old', $1), ('new', $2)",
             now - week - 1ms, now - week);
    db().sql("INSERT INTO outgoing_activities (id, body, created_at) VALUES (1, 'old', $1), (2, "
             "'new', $2)",
             now - week - 1ms, now - week);
    db().sql("INSERT INTO idempotency_keys (account_id, idempotency_key, status_id, created_at) "
             "VALUES ($1, 'old', 1, $2), ($1, 'new', 1, $3)",
             mira.id, now - 24h * 30 - 1ms, now - 24h * 30);
    db().sql("INSERT INTO oauth_applications (id, client_id, secret_hash, name, redirect_uris, "
             "scopes, created_at) "
             "VALUES (1, 'c', $1, 'n', 'u', 'read', 0)",
             db::Bytes{});
    db().sql("INSERT INTO oauth_codes (code_hash, application_id, account_id, redirect_uri, "
             "scopes, expires_at) "
             "VALUES ($1, 1, $2, 'old', 'read', $3), ($4, 1, $2, 'new', 'read', $5)",
             db::Bytes{std::byte{1}}, mira.id, now - 1ms, db::Bytes{std::byte{2}}, now);
    db().sql("INSERT INTO tombstones (uri, deleted_at, expires_at) VALUES ('old', 0, $1), ('new', "
             "0, $2), ('for good', 0, NULL)",
             now - 1ms, now);

    EXPECT_FALSE(purge());

    EXPECT_EQ(db().sql("SELECT uri FROM seen_activities").at(0).text(0), "new");
    EXPECT_EQ(db().sql("SELECT body FROM outgoing_activities").at(0).text(0), "new");
    EXPECT_EQ(db().sql("SELECT idempotency_key FROM idempotency_keys").at(0).text(0), "new");
    EXPECT_EQ(db().sql("SELECT redirect_uri FROM oauth_codes").at(0).text(0), "new");
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM tombstones"), 2);
    for (const auto* table : {"SELECT COUNT(*) FROM seen_activities", "SELECT COUNT(*) FROM outgoing_activities",
                              "SELECT COUNT(*) FROM idempotency_keys", "SELECT COUNT(*) FROM oauth_codes"})
        EXPECT_EQ(number(db(), table), 1) << table;
}

TEST_P(Maintenance, KeepsWhatHeldDeliveriesSendHoweverOldItIs)
{
    const auto old = db().clock.now() - 24h * 30;
    db().sql("INSERT INTO outgoing_activities (id, body, created_at) VALUES (7, 'old', $1)", old);
    db().sql("INSERT INTO jobs (id, kind, payload, lane, state, run_at, created_at) "
             "VALUES (1, 'deliver', '{\"activity\":\"7\"}', 'remote.example', 4, $1, $1)",
             old);

    EXPECT_FALSE(purge());
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM outgoing_activities"), 1);

    db().sql("DELETE FROM jobs");
    EXPECT_FALSE(purge());
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM outgoing_activities"), 0);
}

TEST_P(Maintenance, ForgetsDeadLettersAndLanesThatNobodyTriedForAMonth)
{
    const auto month = db().clock.now() - 24h * 30;
    db().sql("INSERT INTO jobs (id, kind, payload, state, run_at, created_at) "
             "VALUES (1, 'k', '{}', 2, 0, $1), (2, 'k', '{}', 2, 0, $2), (3, 'k', '{}', 0, 0, $1)",
             month - 1ms, month);
    db().sql("INSERT INTO job_lanes (lane, failures, failing_since, next_try, last_error) "
             "VALUES ('old', 1, 0, $1, ''), ('new', 1, 0, $2, '')",
             month - 1ms, month);

    EXPECT_FALSE(purge());

    EXPECT_EQ(number(db(), "SELECT SUM(id) FROM jobs"), 5);
    EXPECT_EQ(db().sql("SELECT lane FROM job_lanes").at(0).text(0), "new");
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM job_lanes"), 1);
}

TEST_P(Maintenance, WorksInPieces)
{
    db().write([](Tx& tx) -> Result<void> {
            for (int i = 0; i < 450; ++i)
                tx.execute(
                    {"test", "INSERT INTO seen_activities (uri, received_at) VALUES ($1, 1)"},
                    std::to_string(i));
            return {};
        })
        .value();

    EXPECT_TRUE(purge());
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM seen_activities"), 250);
    EXPECT_TRUE(purge());
    EXPECT_FALSE(purge());
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM seen_activities"), 0);
}

TEST_P(Maintenance, DropsProgramsThatNobodyUses)
{
    const auto mira = add_person(db(), "mira");
    const auto now = db().clock.now();
    const auto week = 24h * 7;
    const auto season = 24h * 90;
    const auto add = [&](int id, const char* name, Timestamp made, std::optional<Timestamp> used) {
        db().sql("INSERT INTO oauth_applications (id, client_id, secret_hash, name, redirect_uris, "
                 "scopes, created_at, "
                 "last_used_at) VALUES ($1, $2, $3, $2, 'u', 'read', $4, $5)",
                 id, name, db::Bytes{}, made, used);
    };
    const auto add_token = [&](int id, int program, std::optional<Timestamp> revoked) {
        db().sql("INSERT INTO oauth_tokens (id, token_hash, application_id, account_id, scopes, "
                 "created_at, revoked_at) "
                 "VALUES ($1, $2, $3, $4, 'read', 0, $5)",
                 id, db::Bytes{std::byte(id)}, program, mira.id, revoked);
    };
    add(1, "never used", now - week - 1ms, {});
    add(2, "never used, young", now - week, {});
    add(3, "never used, a code is out", now - week - 1ms, {});
    db().sql("INSERT INTO oauth_codes (code_hash, application_id, account_id, redirect_uri, "
             "scopes, expires_at) "
             "VALUES ($1, 3, $2, 'u', 'read', $3)",
             db::Bytes{std::byte{1}}, mira.id, now);
    add(4, "from before uses were recorded", now - season, {});
    add_token(1, 4, {});
    add(5, "forgotten", now - season * 2, now - season - 1ms);
    add_token(2, 5, now);
    add(6, "out of season", now - season * 2, now - season);
    add(7, "signed in somewhere", now - season * 2, now - season - 1ms);
    add_token(3, 7, {});

    EXPECT_FALSE(purge());

    std::vector<std::string> left;
    for (const auto& row : db().sql("SELECT name FROM oauth_applications ORDER BY id"))
        left.push_back(row.text(0));
    EXPECT_THAT(left, ::testing::ElementsAre("never used, young", "never used, a code is out", "from before uses were recorded",
                                             "out of season", "signed in somewhere"));
}

TEST_P(Maintenance, DropsTokensAndBrowsersThatHaveEnded)
{
    const auto mira = add_person(db(), "mira");
    const auto now = db().clock.now();
    db().sql(
        "INSERT INTO oauth_tokens (id, token_hash, account_id, scopes, created_at, revoked_at) "
        "VALUES (1, $1, $2, 'read', 0, $3), (2, $4, $2, 'read', 0, $5), (3, $6, $2, 'read', 0, "
        "NULL)",
        db::Bytes{std::byte{1}}, mira.id, now - 24h * 7 - 1ms, db::Bytes{std::byte{2}},
        now - 24h * 7, db::Bytes{std::byte{3}});
    db().sql("INSERT INTO browser_sessions (key_hash, account_id, created_at, expires_at) VALUES "
             "($1, $2, 0, $3), ($4, $2, 0, $5)",
             db::Bytes{std::byte{1}}, mira.id, now - 1ms, db::Bytes{std::byte{2}}, now);

    EXPECT_FALSE(purge());

    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM oauth_tokens"), 2);
    EXPECT_EQ(number(db(), "SELECT MIN(id) FROM oauth_tokens"), 2);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM browser_sessions"), 1);
}

} // namespace kith::features

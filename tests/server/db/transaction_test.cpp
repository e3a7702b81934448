// SPDX-License-Identifier: Apache-2.0
#include "tests/server/db/coroutines.h"
#include "tests/support/test_database.h"

namespace kith::tests {

using db::Bytes;
using db::DbError;
using db::Param;
using db::Query;
using db::Row;
using db::Rows;
using db::Tx;
using db::to_param;

namespace {

constexpr Query k_put{"test.put", "INSERT INTO settings (name, value) VALUES ($1, $2)"};
constexpr Query k_get{"test.get", "SELECT value FROM settings WHERE name = $1"};
constexpr Query k_names{"test.names", "SELECT name FROM settings ORDER BY name"};

Result<int> put(Tx& tx, const char* name, const char* value)
{
    tx.execute(k_put, name, value);
    return 1;
}

std::vector<std::string> names(TestDb& db)
{
    return db.read([](Tx& tx) -> Result<std::vector<std::string>> {
        std::vector<std::string> all;
        for (const auto& row : tx.query(k_names))
            all.push_back(row.text(0));
        return all;
    }).value();
}

DbError::Kind kind_thrown_by(const std::function<void()>& action)
{
    try {
        action();
    } catch (const DbError& error) {
        return error.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return DbError::Kind::retry;
}

struct Happened {
    int number;
};

} // namespace

class Transactions : public BothEngines { };
KITH_BOTH_ENGINES(Transactions);

TEST_P(Transactions, KeepEveryTypeAsItWasWritten)
{
    db().sql("CREATE TABLE things (id BIGINT PRIMARY KEY, small SMALLINT, flag BOOLEAN, words TEXT, bytes BYTEA, missing TEXT)");
    const Bytes bytes{std::byte{0}, std::byte{255}, std::byte{'\''}, std::byte{'\\'}};
    const std::string words = "Grüße, '$1' \\ \u65e5\u672c \U0001f980";

    db().sql("INSERT INTO things VALUES ($1, $2, $3, $4, $5, $6)", INT64_MIN, 7, true, words, bytes, std::nullopt);
    db().sql("INSERT INTO things VALUES ($1, $2, $3, $4, $5, $6)", INT64_MAX, -7, false, "", Bytes{}, std::optional<int>{});
    const auto rows = db().sql("SELECT id, small, flag, words, bytes, missing FROM things ORDER BY id");

    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].integer(0), INT64_MIN);
    EXPECT_EQ(rows[0].integer(1), 7);
    EXPECT_TRUE(rows[0].boolean(2));
    EXPECT_EQ(rows[0].text(3), words);
    EXPECT_EQ(rows[0].bytes(4), bytes);
    EXPECT_TRUE(rows[0].is_null(5));
    EXPECT_EQ(rows[0].maybe_text(5), std::nullopt);
    EXPECT_EQ(rows[1].integer(0), INT64_MAX);
    EXPECT_FALSE(rows[1].boolean(2));
    EXPECT_EQ(rows[1].text(3), "");
    EXPECT_EQ(rows[1].bytes(4), Bytes{});
}

TEST_P(Transactions, AnswerSumsCountsAndTruthAsIntegers)
{
    db().sql("CREATE TABLE things (n BIGINT)");
    db().sql("INSERT INTO things VALUES (5), (6)");

    const auto rows = db().sql("SELECT COUNT(*), SUM(n), 1 = 1, $1, $2 IS NULL, CAST($3 AS TEXT) IS NULL FROM things",
                               42, "text", std::nullopt);

    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].integer(0), 2);
    EXPECT_EQ(rows[0].integer(1), 11);
    EXPECT_TRUE(rows[0].boolean(2));
    EXPECT_EQ(rows[0].integer(3), 42);
    EXPECT_FALSE(rows[0].boolean(4));
    EXPECT_TRUE(rows[0].boolean(5));
}

TEST_P(Transactions, BindParametersByTheirNumberNotTheirOrder)
{
    const auto rows = db().sql("SELECT $2, $1, $2", 1, "two");

    EXPECT_EQ(rows.at(0).text(0), "two");
    EXPECT_EQ(rows.at(0).integer(1), 1);
    EXPECT_EQ(rows.at(0).text(2), "two");
}

TEST_P(Transactions, RefuseAWrongNumberOfParametersWrongSqlAndNul)
{
    EXPECT_EQ(kind_thrown_by([&] { db().sql("SELECT $1, $2", 1); }), DbError::Kind::bug);
    EXPECT_EQ(kind_thrown_by([&] { db().sql("SELECT $1", 1, 2); }), DbError::Kind::bug);
    EXPECT_EQ(kind_thrown_by([&] { db().sql("SELEKT 1"); }), DbError::Kind::bug);
    EXPECT_EQ(kind_thrown_by([&] { db().sql("SELECT $1", std::string("a\0b", 3)); }), DbError::Kind::bug);
    EXPECT_EQ(kind_thrown_by([&] { db().sql("SELECT 1.5"); }), DbError::Kind::bug);
}

TEST_P(Transactions, ThrowWhenAColumnIsOfAnotherType)
{
    const auto rows = db().sql("SELECT $1, $2", 1, std::nullopt);

    EXPECT_EQ(kind_thrown_by([&] { rows[0].text(0); }), DbError::Kind::bug);
    EXPECT_EQ(kind_thrown_by([&] { rows[0].integer(1); }), DbError::Kind::bug);
    EXPECT_EQ(kind_thrown_by([&] { rows[0].integer(2); }), DbError::Kind::bug);
    EXPECT_EQ(kind_thrown_by([&] { rows[0].is_null(2); }), DbError::Kind::bug);
}

TEST_P(Transactions, TellHowManyRowsAStatementChanged)
{
    const auto changed = db().write([](Tx& tx) -> Result<std::vector<std::int64_t>> {
        constexpr Query once{"test.once", "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"};
        constexpr Query all{"test.all", "UPDATE settings SET value = $1"};
        std::vector<std::int64_t> counts;
        counts.push_back(tx.execute(once, "a", "1"));
        counts.push_back(tx.execute(once, "a", "2"));
        counts.push_back(tx.execute(once, "b", "1"));
        counts.push_back(tx.execute(all, "3"));
        return counts;
    });

    EXPECT_EQ(changed.value(), (std::vector<std::int64_t>{1, 0, 1, 2}));
}

TEST_P(Transactions, AnErrorRollsBackOnlyItsOwnWork)
{
    ASSERT_TRUE(db().write([](Tx& tx) { return put(tx, "kept", "1"); }));

    const auto failed = db().write([](Tx& tx) -> Result<int> {
        TRY_VOID(put(tx, "lost", "1"));
        return fail(Errc::conflict, "No.");
    });

    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, Errc::conflict);
    EXPECT_EQ(names(db()), std::vector<std::string>{"kept"});
}

TEST_P(Transactions, AnExceptionRollsBackAndCrossesToTheCaller)
{
    const auto work = [](Tx& tx) -> Result<int> {
        TRY_VOID(put(tx, "lost", "1"));
        throw std::domain_error("oh");
    };
    EXPECT_THROW((void)db().write(work), std::domain_error);

    auto& database = db().database();
    auto coroutine = [](db::Database& database) -> db::awaitable<std::string> {
        auto work = [](Tx& tx) -> Result<int> {
            TRY_VOID(put(tx, "lost too", "1"));
            throw std::domain_error("oh again");
        };
        try {
            auto ignored = co_await database.write(work);
        } catch (const std::domain_error& error) {
            co_return error.what();
        }
        co_return "nothing";
    };

    EXPECT_EQ(run_to_end(coroutine(database)), "oh again");
    EXPECT_TRUE(names(db()).empty());
}

TEST_P(Transactions, ABrokenConstraintIsToldApart)
{
    ASSERT_TRUE(db().write([](Tx& tx) { return put(tx, "a", "1"); }));

    EXPECT_EQ(kind_thrown_by([&] { (void)db().write([](Tx& tx) { return put(tx, "a", "2"); }); }), DbError::Kind::constraint);
    EXPECT_EQ(kind_thrown_by([&] {
                  db().sql("INSERT INTO status_tags (status_id, name, shown) VALUES ($1, $2, $3)", 99, "x", "x");
              }),
              DbError::Kind::constraint);
}

TEST_P(Transactions, KeepNothingOfAWorkThatSwallowedAFailedStatement)
{
    const auto work = [](Tx& tx) -> Result<int> {
        TRY_VOID(put(tx, "a", "1"));
        try {
            TRY_VOID(put(tx, "a", "2"));
        } catch (const DbError&) {
            return 1;
        }
        return 2;
    };

    EXPECT_EQ(kind_thrown_by([&] { (void)db().write(work); }), DbError::Kind::bug);
    EXPECT_TRUE(names(db()).empty());
}

TEST_P(Transactions, DoNotWriteWhenTheyRead)
{
    EXPECT_THROW((void)db().read([](Tx& tx) { return put(tx, "a", "1"); }), DbError);
    EXPECT_TRUE(names(db()).empty());
}

TEST_P(Transactions, RunWhatFollowsTheCommitOnlyAfterSuccess)
{
    std::vector<std::string> followed;
    const auto work = [&](Tx& tx, const char* name) {
        tx.after_commit([&followed, name] { followed.emplace_back(name); });
        return put(tx, name, "1");
    };

    (void)db().write([&](Tx& tx) { return work(tx, "kept"); });
    (void)db().write([&](Tx& tx) -> Result<int> {
        TRY_VOID(work(tx, "refused"));
        return fail(Errc::invalid, "No.");
    });
    EXPECT_THROW((void)db().write([&](Tx& tx) -> Result<int> {
        TRY_VOID(work(tx, "thrown"));
        throw std::domain_error("oh");
    }),
                 std::domain_error);

    EXPECT_EQ(followed, std::vector<std::string>{"kept"});
}

TEST_P(Transactions, SeeWhatWasWrittenBeforeAndHaveItAfterAReopen)
{
    for (int count = 0; count < 50; ++count) {
        const auto name = "n" + std::to_string(100 + count);
        ASSERT_TRUE(db().write([&](Tx& tx) { return put(tx, name.c_str(), "1"); }));
        ASSERT_EQ(names(db()).size(), static_cast<std::size_t>(count + 1));
    }

    db().reopen();

    EXPECT_EQ(names(db()).size(), 50U);
}

TEST_P(Transactions, PublishEventsInsideThemselves)
{
    db().events.subscribe<Happened>([](Tx& tx, const Happened& event) -> Result<void> {
        TRY_VOID(put(tx, "subscriber", "1"));
        if (event.number < 0)
            return fail(Errc::invalid, "Negative.");
        return {};
    });

    const auto refused = db().write([](Tx& tx) -> Result<int> {
        TRY_VOID(db::publish(tx, Happened{-1}));
        return 1;
    });
    EXPECT_FALSE(refused);
    EXPECT_TRUE(names(db()).empty());

    ASSERT_TRUE(db().write([](Tx& tx) -> Result<int> {
        TRY_VOID(db::publish(tx, Happened{1}));
        return 1;
    }));
    EXPECT_EQ(names(db()), std::vector<std::string>{"subscriber"});
}

TEST_P(Transactions, KnowTheTimeAndGiveIds)
{
    const auto at = db().clock.now();

    const auto id = db().write([&](Tx& tx) -> Result<StatusId> {
        EXPECT_EQ(tx.now(), at);
        EXPECT_EQ(tx.site().domain, "test.example");
        return tx.next_id<StatusId>();
    });

    EXPECT_EQ(time_of_id(id.value().value), at);
}

TEST_P(Transactions, FindAListOfValues)
{
    for (const auto* name : {"a", "b", "c", "d"})
        ASSERT_TRUE(db().write([&](Tx& tx) { return put(tx, name, "x"); }));

    const auto found = db().read([](Tx& tx) -> Result<Rows> {
        const std::vector<std::string> wanted{"b", "d", "nobody"};
        std::vector<Param> params{to_param("x")};
        for (const auto& name : wanted)
            params.push_back(to_param(name));
        constexpr Query query{"test.list", ""};
        return tx.query_list(query, "SELECT name FROM settings WHERE value = $1 AND name IN " + db::in_list(2, wanted.size()) + " ORDER BY name",
                             params);
    });

    ASSERT_EQ(found.value().size(), 2U);
    EXPECT_EQ(found.value()[0].text(0), "b");
    EXPECT_EQ(found.value()[1].text(0), "d");
}

TEST(InList, NamesItsParametersAndIsBounded)
{
    EXPECT_EQ(db::in_list(2, 3), "($2, $3, $4)");
    EXPECT_EQ(db::in_list(1, 1), "($1)");
    EXPECT_THROW(db::in_list(1, 0), DbError);
    EXPECT_THROW(db::in_list(1, 501), DbError);
}

TEST_P(Transactions, PrepareMoreDifferentStatementsThanTheyRemember)
{
    for (int round = 0; round < 2; ++round) {
        for (int count = 0; count < 300; ++count) {
            const auto text = "SELECT $1 AS n" + std::to_string(count);
            ASSERT_EQ(db().sql(text.c_str(), count).at(0).integer(0), count);
        }
    }
}

} // namespace kith::tests

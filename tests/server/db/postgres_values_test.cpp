// SPDX-License-Identifier: Apache-2.0
#include "server/db/postgres/postgres_values.h"

#include <gtest/gtest.h>

#include <array>

namespace kith::tests {

using db::Bytes;
using db::DbError;
using db::Param;
using db::Query;
using db::to_param;

TEST(TypedSql, CastsEachParameterToItsType)
{
    const Bytes bytes;
    const std::array<Param, 5> params{to_param(1), to_param(true), to_param("x"), to_param(bytes), to_param(std::nullopt)};
    const Query query{"test", "SELECT $1, $2, $3, $4, $5, $1"};

    EXPECT_EQ(db::typed_sql(query, params), "SELECT $1::bigint, $2::boolean, $3::text, $4::bytea, $5, $1::bigint");
    EXPECT_EQ(db::signature(params), "ibtyn");
}

TEST(TypedSql, ReadsTheWholeNumberAndLeavesQuotesAndCommentsAlone)
{
    const std::vector<Param> params(12, to_param(1));
    const Query many{"test", "($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)"};
    const std::array<Param, 1> one{to_param(1)};
    const Query quoted{"test", "SELECT '$2 it''s $3', \"$4\", $1 -- $5\n, '$6'"};

    EXPECT_NE(db::typed_sql(many, params).find("$1::bigint,$2::bigint"), std::string::npos);
    EXPECT_NE(db::typed_sql(many, params).find("$12::bigint)"), std::string::npos);
    EXPECT_EQ(db::typed_sql(quoted, one), "SELECT '$2 it''s $3', \"$4\", $1::bigint -- $5\n, '$6'");
}

TEST(TypedSql, RefusesParametersThatAreMissingOrTooMany)
{
    const std::array<Param, 1> one{to_param(1)};

    EXPECT_THROW(db::typed_sql(Query{"test", "SELECT $2"}, one), DbError);
    EXPECT_THROW(db::typed_sql(Query{"test", "SELECT $0, $1"}, one), DbError);
    EXPECT_THROW(db::typed_sql(Query{"test", "SELECT 1"}, one), DbError);
    EXPECT_THROW(db::typed_sql(Query{"test", "SELECT $99999999999999999999"}, one), DbError);
}

TEST(PostgresValues, AreReadByTheirType)
{
    const Query query{"test", ""};
    const Bytes bytes{std::byte{0}, std::byte{0xfe}};

    EXPECT_EQ(db::value_from(query, 16, "t"), db::Value{std::int64_t{1}});
    EXPECT_EQ(db::value_from(query, 1700, "-12"), db::Value{std::int64_t{-12}});
    EXPECT_EQ(db::value_from(query, 25, "12"), db::Value{std::string{"12"}});
    EXPECT_EQ(db::value_from(query, 17, "\\x00fe"), db::Value{bytes});
    EXPECT_THROW(db::value_from(query, 1700, "1.5"), DbError);
    EXPECT_THROW(db::value_from(query, 1700, "99999999999999999999"), DbError);
    EXPECT_THROW(db::value_from(query, 701, "1.5"), DbError);
}

} // namespace kith::tests

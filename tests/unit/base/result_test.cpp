// SPDX-License-Identifier: Apache-2.0
#include "common/base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace kith {
namespace {

Result<int> half(int number)
{
    if (number % 2 != 0)
        return fail(Errc::invalid, "Odd.", "test");
    return number / 2;
}

Result<int> quarter(int number)
{
    TRY(const auto once, half(number));
    TRY(const auto twice, half(once));
    return twice;
}

Result<void> check_even(int number)
{
    TRY_VOID(half(number));
    return {};
}

Result<std::string> describe_quarter(int number)
{
    TRY_VOID(check_even(number));
    TRY(auto result, quarter(number));
    return std::to_string(result);
}

TEST(Result, HoldsAValueOrAnError)
{
    const auto good = half(4);
    const auto bad = half(3);

    ASSERT_TRUE(good);
    EXPECT_EQ(*good, 2);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, Errc::invalid);
    EXPECT_EQ(bad.error().message, "Odd.");
    EXPECT_EQ(bad.error().cause, "test");
}

TEST(Result, TryPassesTheFirstErrorUp)
{
    EXPECT_EQ(*quarter(8), 2);
    EXPECT_FALSE(quarter(6));
    EXPECT_EQ(describe_quarter(12).value(), "3");
    EXPECT_EQ(describe_quarter(3).error().message, "Odd.");
}

TEST(Result, TryVoidPassesErrorsOfResultsWithoutAValue)
{
    EXPECT_TRUE(check_even(2));
    EXPECT_EQ(check_even(1).error().code, Errc::invalid);
}

TEST(Result, CarriesWhatCanOnlyBeMoved)
{
    const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
    const auto pass = [&]() -> Result<std::unique_ptr<int>> {
        TRY(auto number, make());
        return number;
    };

    auto result = pass();

    ASSERT_TRUE(result);
    EXPECT_EQ(**result, 7);
}

TEST(Result, ConvertsWhatTheValueIsMadeFrom)
{
    const Result<std::string> text = "from a literal";
    EXPECT_EQ(*text, "from a literal");
    EXPECT_EQ(text->size(), 14U);
}

TEST(Result, ValueOrFallsBackOnlyOnErrors)
{
    EXPECT_EQ(half(3).value_or(-1), -1);
    EXPECT_EQ(half(4).value_or(-1), 2);
}

TEST(Errc, NamesEachOfItsKinds)
{
    EXPECT_STREQ(to_string(Errc::malformed), "malformed");
    EXPECT_STREQ(to_string(Errc::rate_limited), "rate_limited");
    EXPECT_STREQ(to_string(Errc::internal), "internal");
}

} // namespace
} // namespace kith

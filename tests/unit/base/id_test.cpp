// SPDX-License-Identifier: Apache-2.0
#include "common/base/id.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

namespace kith {
namespace {

constexpr auto k_noon = Timestamp{milliseconds{1'795'262'400'000}};

TEST(Id, ReadsItsOwnDecimalForm)
{
    const StatusId id{117'654'321'987'654'321};
    EXPECT_EQ(*StatusId::parse(id.to_string()), id);
    EXPECT_EQ(*parse_id("9223372036854775807"), INT64_MAX);
}

TEST(Id, RefusesWhatIsNotAPlainPositiveNumber)
{
    for (const auto* text : {"", "0", "-1", "+1", " 1", "1 ", "1.0", "0x10", "1e3", "abc", "12a",
                             "9223372036854775808", "99999999999999999999", "00000000000000000001"})
        EXPECT_FALSE(parse_id(text)) << text;
    EXPECT_FALSE(parse_id(std::string_view{"1\0", 2}));
    EXPECT_EQ(parse_id("x").error().code, Errc::not_found);
}

TEST(Id, TellsWhenItWasGiven)
{
    IdGenerator generator{3};

    const auto id = generator.next(k_noon);

    EXPECT_EQ(time_of_id(id), k_noon);
    EXPECT_GE(id, first_id_at(k_noon));
    EXPECT_LT(id, first_id_at(k_noon + milliseconds{1}));
    EXPECT_EQ(id >> 10 & 63, 3);
}

TEST(IdGenerator, GrowsWhenTheClockJumpsBack)
{
    IdGenerator generator;

    const auto before = generator.next(k_noon);
    const auto after = generator.next(k_noon - std::chrono::hours{1});

    EXPECT_GT(after, before);
}

TEST(IdGenerator, GivesThousandsInOneMillisecondWithoutRepeating)
{
    IdGenerator generator{63};
    std::vector<std::int64_t> ids;

    for (int i = 0; i < 5000; ++i)
        ids.push_back(generator.next(k_noon));

    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
    EXPECT_TRUE(std::all_of(ids.begin(), ids.end(), [](std::int64_t id) { return (id >> 10 & 63) == 63; }));
    // 1,024 fit in a millisecond; the rest borrow from the next ones, and the clock catches up with them
    EXPECT_EQ(time_of_id(ids.back()), k_noon + milliseconds{4});
}

TEST(IdGenerator, NeverMeetsAnotherProcess)
{
    IdGenerator first{1};
    IdGenerator second{2};
    std::set<std::int64_t> ids;

    for (int i = 0; i < 2000; ++i) {
        ids.insert(first.next(k_noon));
        ids.insert(second.next(k_noon));
    }

    EXPECT_EQ(ids.size(), 4000U);
}

TEST(IdGenerator, ServesManyThreads)
{
    IdGenerator generator;
    std::vector<std::vector<std::int64_t>> lists(4);
    std::vector<std::thread> threads;

    for (auto& list : lists)
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i)
                list.push_back(generator.next(k_noon));
        });
    for (auto& thread : threads)
        thread.join();

    std::set<std::int64_t> ids;
    for (const auto& list : lists)
        ids.insert(list.begin(), list.end());
    EXPECT_EQ(ids.size(), 4000U);
}

} // namespace
} // namespace kith

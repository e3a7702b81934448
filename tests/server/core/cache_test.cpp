// SPDX-License-Identifier: Apache-2.0
#include "server/core/cache.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace kith::core {

namespace {

using Texts = Cache<int, std::string>;

std::shared_ptr<const std::string> text(std::string value)
{
    return std::make_shared<const std::string>(std::move(value));
}

std::size_t kept(Texts& cache, int count)
{
    std::size_t found = 0;
    for (int key = 0; key < count; ++key)
        found += cache.find(key) ? 1 : 0;
    return found;
}

} // namespace

TEST(Cache, FindsWhatWasFilledUntilItIsEvicted)
{
    Texts cache{1 << 20};

    cache.fill(1, text("one"), 3, cache.ticket());
    cache.fill(2, text("two"), 3, cache.ticket());
    ASSERT_TRUE(cache.find(1));
    EXPECT_EQ(*cache.find(1), "one");
    cache.evict(1);

    EXPECT_FALSE(cache.find(1));
    EXPECT_TRUE(cache.find(2));
}

TEST(Cache, RefusesWhatWasReadBeforeItsKeyWasEvicted)
{
    Texts cache{1 << 20};
    const auto before = cache.ticket();

    cache.evict(1);
    cache.fill(1, text("old"), 3, before);
    EXPECT_FALSE(cache.find(1));

    cache.fill(1, text("new"), 3, cache.ticket());
    EXPECT_TRUE(cache.find(1));
}

TEST(Cache, RefusesWhatWasReadBeforeEverythingWasCleared)
{
    Texts cache{1 << 20};
    const auto before = cache.ticket();
    cache.fill(2, text("two"), 3, before);

    cache.clear();
    cache.fill(1, text("old"), 3, before);

    EXPECT_EQ(kept(cache, 3), 0U);
    EXPECT_EQ(cache.bytes(), 0U);
}

TEST(Cache, StaysWithinItsBudgetAndGivesUpTheLeastUsed)
{
    Texts cache{16 * 10000};

    for (int key = 0; key < 1000; ++key) {
        cache.fill(key, text("x"), 1000, cache.ticket());
        cache.find(0);
    }

    EXPECT_LE(cache.bytes(), 16U * 10000U);
    EXPECT_TRUE(cache.find(0)) << "it was looked at all the time";
    EXPECT_TRUE(cache.find(999));
    EXPECT_LT(kept(cache, 1000), 200U);
}

TEST(Cache, DoesNotKeepWhatWouldPushEverythingElseOut)
{
    Texts cache{16 * 1000};
    cache.fill(1, text("large"), 5000, cache.ticket());
    EXPECT_FALSE(cache.find(1));
    EXPECT_EQ(cache.bytes(), 0U);
}

TEST(Cache, EvictsWhatAConditionNames)
{
    Texts cache{1 << 20};
    for (int key = 0; key < 100; ++key)
        cache.fill(key, text(key % 2 == 0 ? "even" : "odd"), 4, cache.ticket());

    cache.evict_if([](int, const std::string& value) { return value == "odd"; });

    EXPECT_EQ(kept(cache, 100), 50U);
    EXPECT_FALSE(cache.find(3));
}

TEST(Cache, NeverShowsWhatIsOlderThanTheLastEviction)
{
    // A writer counts up and evicts after each step; readers read the number and fill it. Nobody may then find a number
    // below the one that stood when they began to look.
    Texts cache{1 << 20};
    std::atomic<int> truth{0};
    std::atomic<int> announced{0};
    std::atomic<bool> stop{false};
    std::atomic<int> wrong{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            while (!stop) {
                const int least = announced;
                if (const auto found = cache.find(7)) {
                    wrong += std::stoi(*found) < least ? 1 : 0;
                } else {
                    const auto ticket = cache.ticket();
                    cache.fill(7, text(std::to_string(truth)), 8, ticket);
                }
            }
        });
    for (int i = 1; i <= 20000; ++i) {
        truth = i;
        cache.evict(7);
        announced = i;
    }
    stop = true;
    for (auto& reader : readers)
        reader.join();

    EXPECT_EQ(wrong, 0);
}

} // namespace kith::core

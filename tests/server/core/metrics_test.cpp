// SPDX-License-Identifier: Apache-2.0
#include "server/core/metrics.h"

#include <gmock/gmock.h>

#include <thread>

namespace kith::metrics {

using ::testing::HasSubstr;

TEST(Metrics, AreWrittenAsPrometheusReadsThem)
{
    Registry registry;
    registry
        .counter("kith_requests_total", "Requests.", {{"method", "GET"}, {"route", "/a\"b\\c\n"}})
        .add(3);
    registry.gauge("kith_connections", "Open connections.").set(-2);
    auto& seconds = registry.histogram("kith_seconds", "Time.", {{"route", "/x"}}, {0.1, 1});
    seconds.observe(0.05);
    seconds.observe(0.1);
    seconds.observe(30);
    registry.gauge_from("kith_age", "Age.", {}, [] { return 1.5; });

    EXPECT_EQ(
        registry.render(),
        "# HELP kith_age Age.\n# TYPE kith_age gauge\nkith_age 1.5\n"
        "# HELP kith_connections Open connections.\n# TYPE kith_connections "
        "gauge\nkith_connections -2\n"
        "# HELP kith_requests_total Requests.\n# TYPE kith_requests_total counter\n"
        "kith_requests_total{method=\"GET\",route=\"/a\\\"b\\\\c\\n\"} 3\n"
        "# HELP kith_seconds Time.\n# TYPE kith_seconds histogram\n"
        "kith_seconds_bucket{route=\"/x\",le=\"0.1\"} "
        "2\nkith_seconds_bucket{route=\"/x\",le=\"1\"} 2\n"
        "kith_seconds_bucket{route=\"/x\",le=\"+Inf\"} 3\nkith_seconds_sum{route=\"/x\"} 30.15\n"
        "kith_seconds_count{route=\"/x\"} 3\n");
}

TEST(Metrics, GiveTheSameCounterForTheSameLabels)
{
    Registry registry;
    auto& counter = registry.counter("a", "A.", {{"x", "1"}});

    EXPECT_EQ(&counter, &registry.counter("a", "A.", {{"x", "1"}}));
    EXPECT_NE(&counter, &registry.counter("a", "A.", {{"x", "2"}}));
    EXPECT_THROW(registry.gauge("a", "A."), std::logic_error);
}

TEST(Metrics, CountFromManyThreadsWithoutLosingAny)
{
    Registry registry;
    auto& counter = registry.counter("a", "A.");
    auto& histogram = registry.histogram("b", "B.");
    {
        std::vector<std::jthread> threads;
        for (int index = 0; index < 4; ++index) {
            threads.emplace_back([&] {
                for (int round = 0; round < 10000; ++round) {
                    counter.add();
                    histogram.observe(1);
                }
            });
        }
    }
    EXPECT_EQ(counter.value(), 40000U);
    EXPECT_DOUBLE_EQ(histogram.sum(), 40000);
}

TEST(Metrics, BoundTheNumberOfLabelSets)
{
    Registry registry;
    for (int index = 0; index < 3000; ++index)
        registry.counter("a", "A.", {{"host", std::to_string(index)}}).add();

    EXPECT_EQ(registry.counter("a", "A.", {{"host", "other"}}).value(), 2000U);
}

} // namespace kith::metrics

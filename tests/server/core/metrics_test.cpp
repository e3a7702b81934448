// SPDX-License-Identifier: Apache-2.0
#include "server/core/metrics.h"
#include "server/core/process_metrics.h"

#include "tests/support/exposition.h"

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

TEST(Metrics, AreTakenByAStrictReader)
{
    Registry registry;
    registry.counter("kith_a_total", "A \\ B\nC", {{"route", "/\"x\\y\n"}, {"method", "GET"}}).add(2);
    registry.counter_from("kith_hits_total", "Hits.", {{"cache", "tokens"}}, [] { return 7.0; });
    auto& seconds = registry.histogram("kith_seconds", "Time.", {{"route", "/x"}});
    for (const double value : {0.0001, 0.002, 3.0, 77.0})
        seconds.observe(value);
    registry.histogram("kith_seconds", "Time.", {{"route", "/y"}});
    add_process_metrics(registry);

    const auto read = tests::read_exposition(registry.render());

    EXPECT_THAT(read.problems, ::testing::IsEmpty());
    EXPECT_EQ(read.samples.at("kith_hits_total{cache=\"tokens\"}"), 7);
    EXPECT_EQ(read.samples.at("kith_seconds_count{route=\"/x\"}"), 4);
    EXPECT_GT(read.samples.at("process_resident_memory_bytes"), 1e6);
    EXPECT_GT(read.samples.at("process_virtual_memory_bytes"), read.samples.at("process_resident_memory_bytes"));
    EXPECT_GE(read.samples.at("process_open_fds"), 3);
    EXPECT_GE(read.samples.at("process_threads"), 1);
    EXPECT_GT(read.samples.at("process_start_time_seconds"), 1.7e9);
    EXPECT_EQ(read.sum("kith_build_info{version=\""), 1);
}

TEST(Metrics, HaveNamesThatPrometheusTakes)
{
    Registry registry;
    for (const char* name : {"", "1a", "a-b", "a b", "ä"})
        EXPECT_THROW(registry.counter(name, "A."), std::logic_error) << name;
    for (const char* label : {"", "1a", "a-b", "a:b", "le"})
        EXPECT_THROW(registry.counter("a", "A.", {{label, "x"}}), std::logic_error) << label;
}

TEST(Metrics, FindTheHistogramOfALiteralWithoutLookingItUp)
{
    Registry registry;
    HistogramFamily family{registry, "kith_seconds", "Time.", "query"};
    static const std::vector<std::string> names = [] {
        std::vector<std::string> made;
        for (int i = 0; i < 300; ++i)
            made.push_back("query." + std::to_string(i));
        return made;
    }();
    {
        std::vector<std::jthread> threads;
        for (int index = 0; index < 4; ++index)
            threads.emplace_back([&] {
                for (int round = 0; round < 20; ++round)
                    for (const auto& name : names)
                        family.of(name.c_str()).observe(0.001);
            });
    }
    const std::string elsewhere = names[7];

    EXPECT_EQ(&family.of(elsewhere.c_str()), &family.of(names[7].c_str())) << "one text, one histogram";
    for (const auto& name : names)
        EXPECT_EQ(registry.histogram("kith_seconds", "Time.", {{"query", name}}).in_bucket(1), 80U);
}

TEST(Metrics, BoundTheNumberOfLabelSets)
{
    Registry registry;
    for (int index = 0; index < 3000; ++index)
        registry.counter("a", "A.", {{"host", std::to_string(index)}}).add();

    EXPECT_EQ(registry.counter("a", "A.", {{"host", "other"}}).value(), 2000U);
}

} // namespace kith::metrics

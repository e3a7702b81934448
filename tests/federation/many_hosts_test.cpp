// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/many_hosts.h"

#include <gmock/gmock.h>

using namespace kith;
using namespace kith::tests;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

namespace {

class DeliveryToManyHosts : public ManyFollowers { };

std::string activity_of(const json::object& status)
{
    return text_of(status, "uri") + "/activity";
}

} // namespace

TEST_F(DeliveryToManyHosts, IsNotDelayedByOneThatHangsAndOneThatIsDown)
{
    start(200, {ManyHosts::name(1)});
    const auto hanging = ManyHosts::name(0);
    hosts().hold(hanging);

    std::vector<std::string> wanted;
    for (const char* text : {"One", "Two", "Three"})
        wanted.push_back(activity_of(alice().post(text)));

    // All the others have everything, in order, while the one still keeps us waiting.
    EXPECT_TRUE(eventually([&] { return hosts().answered(3) == 198; }, seconds{60})) << hosts().answered(3);
    EXPECT_EQ(hosts().open(), 1U);
    EXPECT_THAT(hosts().arrived(hanging), ElementsAre(wanted.at(0)));
    for (std::size_t host = 2; host < 200; ++host)
        EXPECT_EQ(hosts().arrived(ManyHosts::name(host)), wanted) << host;
    EXPECT_LE(hosts().most_open(), 32U);

    hosts().release();
    EXPECT_TRUE(eventually([&] { return hosts().arrived(hanging) == wanted; }));
    EXPECT_EQ(number("SELECT COUNT(*) FROM jobs WHERE lane = 'h001.test'"), 3);
}

TEST_F(DeliveryToManyHosts, PutsWhomAPostNamesBeforeThoseWhoFollow)
{
    start(2, {ManyHosts::name(0), ManyHosts::name(1)});

    alice().post("@fan@h001.test Look");

    ASSERT_TRUE(eventually([&] { return number("SELECT COUNT(*) FROM job_lanes") == 2; }));
    EXPECT_LT(number("SELECT priority FROM jobs WHERE lane = 'h001.test'"),
              number("SELECT priority FROM jobs WHERE lane = 'h000.test'"));
}

TEST_F(DeliveryToManyHosts, LosesNothingByAStopInTheMiddle)
{
    start(10);
    const auto slow = ManyHosts::name(0);
    hosts().hold(slow);
    const auto first = activity_of(alice().post("Before the stop"));
    const auto second = activity_of(alice().post("Behind it"));
    ASSERT_TRUE(eventually([&] { return hosts().answered(2) == 9 && hosts().open() == 1; }));

    alpha().stop();
    EXPECT_EQ(number("SELECT COUNT(*) FROM jobs WHERE state = 1"), 0); // nobody has to wait for a lease
    EXPECT_EQ(number("SELECT SUM(attempts - forgiven) FROM jobs"), 0);
    hosts().release();
    alpha().start();

    EXPECT_TRUE(eventually([&] { return hosts().arrived(slow).size() == 3; }, seconds{20}));
    EXPECT_THAT(hosts().arrived(slow), ElementsAre(first, first, second));
    EXPECT_TRUE(eventually([&] { return number("SELECT COUNT(*) FROM jobs") == 0; }));
    for (std::size_t host = 1; host < 10; ++host)
        EXPECT_THAT(hosts().arrived(ManyHosts::name(host)), ElementsAre(first, second));
}

TEST_F(DeliveryToManyHosts, LosesNothingByADeathInTheMiddle)
{
    start(10);
    const auto slow = ManyHosts::name(0);
    hosts().hold(slow);
    const auto first = activity_of(alice().post("Before the death"));
    const auto second = activity_of(alice().post("Behind it"));
    ASSERT_TRUE(eventually([&] { return hosts().open() == 1 && number("SELECT COUNT(*) FROM jobs") == 2; }));

    alpha().kill();
    ASSERT_EQ(number("SELECT COUNT(*) FROM jobs WHERE state = 1"), 1);
    change("UPDATE jobs SET leased_until = 0 WHERE state = 1"); // as if its minute had passed
    hosts().release();
    alpha().start();

    EXPECT_TRUE(eventually([&] { return number("SELECT COUNT(*) FROM jobs") == 0; }, seconds{20}));
    EXPECT_THAT(hosts().arrived(slow), ElementsAre(first, first, second));
    for (std::size_t host = 1; host < 10; ++host)
        EXPECT_THAT(hosts().arrived(ManyHosts::name(host)), ElementsAre(first, second));
}

TEST_F(DeliveryToManyHosts, WaitsAsLongAsAHostAskedUnlessTheAdministratorSaysNow)
{
    start(3);
    const auto busy = ManyHosts::name(0);
    hosts().answer_with(busy, 429, "3600");
    const auto first = activity_of(alice().post("First"));
    ASSERT_TRUE(eventually([&] { return number("SELECT COUNT(*) FROM job_lanes") == 1; }));
    const auto second = activity_of(alice().post("Second"));
    ASSERT_TRUE(eventually([&] { return hosts().answered(2) == 2; }));

    EXPECT_THAT(hosts().arrived(busy), ElementsAre(first));
    EXPECT_EQ(number("SELECT (next_try - failing_since) / 60000 FROM job_lanes"), 60);
    EXPECT_THAT(jobs({"lanes"}), AllOf(HasSubstr("LANE"), HasSubstr("h000.test  1 "), HasSubstr("answered 429")));
    const auto listed = parse_json(jobs({"list", "--lane", busy, "--json"}));
    ASSERT_TRUE(listed);
    EXPECT_THAT(listed->as_array(), SizeIs(2));
    EXPECT_EQ(text_of(listed->at(0), "state"), "waiting");

    hosts().answer_with(busy, 202);
    jobs({"retry", "--lane", busy});

    EXPECT_TRUE(eventually([&] { return number("SELECT COUNT(*) FROM jobs") == 0; }));
    EXPECT_THAT(hosts().arrived(busy), ElementsAre(first, first, second));
    EXPECT_EQ(number("SELECT COUNT(*) FROM job_lanes"), 0);
}

TEST_F(DeliveryToManyHosts, LeavesADeadLetterWhereItIsRefused)
{
    start(2);
    const auto gone = ManyHosts::name(0);
    hosts().answer_with(gone, 410);
    const auto post = activity_of(alice().post("A secret of mine"));
    const std::string dead = "SELECT COUNT(*) FROM jobs WHERE state = 2";
    ASSERT_TRUE(eventually([&] { return number(dead) == 1; }));

    const auto table = jobs({"list", "--dead"});
    EXPECT_THAT(table, AllOf(HasSubstr("deliver  h000.test  dead"), HasSubstr("answered 410"), Not(HasSubstr("secret"))));
    EXPECT_EQ(number("SELECT COUNT(*) FROM job_lanes"), 0); // the host is there

    hosts().answer_with(gone, 202);
    EXPECT_THAT(jobs({"retry", "--all-dead"}), HasSubstr("wait again: 1."));
    EXPECT_TRUE(eventually([&] { return number("SELECT COUNT(*) FROM jobs") == 0; }));
    EXPECT_THAT(hosts().arrived(gone), ElementsAre(post, post));

    hosts().answer_with(gone, 404);
    alice().post("Another");
    ASSERT_TRUE(eventually([&] { return number(dead) == 1; }));
    EXPECT_THAT(jobs({"purge", "--before", "2020-01-01"}), HasSubstr("deleted: 0."));
    EXPECT_THAT(jobs({"purge", "--all-dead"}), HasSubstr("deleted: 1."));
    EXPECT_EQ(number("SELECT COUNT(*) FROM jobs"), 0);
    EXPECT_EQ(alpha().run({"jobs", "retry"}).status, 1);
    EXPECT_EQ(alpha().run({"jobs", "purge", "--before", "soon"}).status, 1);
    EXPECT_EQ(alpha().run({"jobs", "retry", "12"}).status, 1);
}

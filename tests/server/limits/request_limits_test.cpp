// SPDX-License-Identifier: Apache-2.0
#include "server/limits/local_counters.h"
#include "server/limits/request_limits.h"

#include "server/auth/auth.h"
#include "tests/server/limits/fake_now.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

namespace kith::limits {

using namespace std::chrono_literals;
using http::Access;
using http::awaitable;
using http::Method;
using http::RateStatus;
using http::Request;
using http::Response;
using http::RouteClass;
using tests::fake_now;
using tests::pass;

namespace {

core::Config small()
{
    core::Config config;
    config.rate_limit.address_requests = 50;
    config.rate_limit.account_requests = 20;
    config.rate_limit.deletions = 3;
    config.rate_limit.sign_ups = 2;
    config.rate_limit.deliveries = 10;
    return config;
}

Request from(std::string address, std::int64_t account = 0)
{
    Request request;
    request.peer_address = std::move(address);
    if (account != 0) {
        auth::Identity identity;
        identity.account = AccountId{account};
        request.identity = identity;
    }
    return request;
}

class RequestLimitsTest : public ::testing::Test {
protected:
    explicit RequestLimitsTest(core::Config config = small()) : limits(counters, config, fake_now) { }

    bool passes(RouteClass route_class, const Request& request)
    {
        status = {};
        return limits.arrive(route_class, request, status) && limits.admit(route_class, request, status);
    }
    int passed(RouteClass route_class, const Request& request, int tries = 200)
    {
        int count = 0;
        for (int i = 0; i < tries; ++i)
            count += passes(route_class, request) ? 1 : 0;
        return count;
    }

    LocalCounters counters{4096};
    RequestLimits limits;
    RateStatus status;
};

class RequestLimitsWithTrust : public RequestLimitsTest {
protected:
    RequestLimitsWithTrust() : RequestLimitsTest(trusting()) { }
    static core::Config trusting()
    {
        auto config = small();
        config.rate_limit.trusted = {"192.0.2.0/24", "::1"};
        return config;
    }
};

} // namespace

TEST(Rules, AreMastodonsByDefault)
{
    const auto rules = rules_of(core::Config{});
    EXPECT_EQ(rules.account.limit, 300U);
    EXPECT_EQ(rules.account.period, 300s);
    EXPECT_EQ(rules.address.limit, 7500U);
    EXPECT_EQ(rules.of(RouteClass::media).account.limit, 30U);
    EXPECT_EQ(rules.of(RouteClass::media).account.period, 1800s);
    EXPECT_EQ(rules.of(RouteClass::deletion).account.limit, 30U);
    EXPECT_EQ(rules.of(RouteClass::sign_up).address.limit, 5U);
    EXPECT_EQ(rules.of(RouteClass::sign_up).address.period, 1800s);
    EXPECT_EQ(rules.of(RouteClass::sign_in).address.limit, 25U);
}

TEST_F(RequestLimitsTest, CountsAnAccountWhereverItAsksFrom)
{
    EXPECT_EQ(passed(RouteClass::api, from("192.0.2.1", 7), 15), 15);
    EXPECT_EQ(passed(RouteClass::api, from("192.0.2.2", 7), 15), 5);
    EXPECT_EQ(status.limit, 20U);
    EXPECT_TRUE(passes(RouteClass::api, from("192.0.2.2", 8)));
}

TEST_F(RequestLimitsTest, CountsAnAddressWhoeverAsks)
{
    EXPECT_EQ(passed(RouteClass::page, from("192.0.2.1")), 50);
    EXPECT_FALSE(passes(RouteClass::api, from("192.0.2.1", 7)));
    EXPECT_EQ(status.limit, 50U);
    EXPECT_TRUE(passes(RouteClass::page, from("192.0.2.2")));
    pass(6s);
    EXPECT_TRUE(passes(RouteClass::page, from("192.0.2.1")));
}

TEST_F(RequestLimitsTest, CountsANetworkOfIpv6AsOneClient)
{
    EXPECT_EQ(passed(RouteClass::page, from("2001:db8:0:1::1")), 50);
    EXPECT_FALSE(passes(RouteClass::page, from("2001:db8:0:1:ffff::2")));
    EXPECT_TRUE(passes(RouteClass::page, from("2001:db8:0:2::1")));
    EXPECT_EQ(passed(RouteClass::page, from("::ffff:192.0.2.9"), 25), 25);
    EXPECT_EQ(passed(RouteClass::page, from("192.0.2.9")), 25);
}

TEST_F(RequestLimitsTest, ExemptsNobodyForBeingNear)
{
    EXPECT_EQ(passed(RouteClass::page, from("127.0.0.1")), 50);
    EXPECT_EQ(passed(RouteClass::page, from("::1")), 50);
}

TEST_F(RequestLimitsTest, HasSmallerBucketsInTheLargeOnes)
{
    EXPECT_EQ(passed(RouteClass::deletion, from("192.0.2.1", 7), 10), 3);
    EXPECT_EQ(status.limit, 3U);
    EXPECT_EQ(passed(RouteClass::api, from("192.0.2.1", 7)), 20 - 10) << "what was refused counted as asked";
    EXPECT_EQ(passed(RouteClass::sign_up, from("192.0.2.3"), 10), 2);
}

TEST_F(RequestLimitsTest, LeavesHealthAlone)
{
    EXPECT_EQ(passed(RouteClass::none, from("192.0.2.1")), 200);
    EXPECT_EQ(status.limit, 0U);
}

TEST_F(RequestLimitsTest, CountsDeliveriesByThemselvesAndByTheHostThatSigned)
{
    EXPECT_EQ(passed(RouteClass::inbox, from("192.0.2.1")), 10);
    EXPECT_TRUE(passes(RouteClass::page, from("192.0.2.1")));
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(limits.take_delivery("far.example", status));
    EXPECT_FALSE(limits.take_delivery("far.example", status));
    EXPECT_TRUE(limits.take_delivery("near.example", status));
}

TEST_F(RequestLimitsWithTrust, ExemptsTrustedAddressesButNotTheirAccounts)
{
    EXPECT_EQ(passed(RouteClass::page, from("192.0.2.77")), 200);
    EXPECT_EQ(passed(RouteClass::page, from("::1")), 200);
    EXPECT_EQ(passed(RouteClass::api, from("192.0.2.77", 7)), 20);
    EXPECT_EQ(passed(RouteClass::page, from("198.51.100.1")), 50);
}

namespace {

awaitable<Result<Response>> answer(Request&)
{
    co_return http::text_response(200, "yes");
}

awaitable<Result<void>> admit_account_seven(const Access&, Request& request)
{
    if (!request.headers.find("Authorization"))
        co_return fail(Errc::unauthorized, "The access token is invalid");
    auth::Identity identity;
    identity.account = AccountId{7};
    request.identity = identity;
    co_return Result<void>{};
}

class LimitedRouter : public RequestLimitsTest {
protected:
    LimitedRouter()
    {
        router.add(Method::get, "/api/v1/mine", Access::user("read"), answer);
        router.add(Method::get, "/health", Access::anyone(), answer, RouteClass::none);
        router.set_authenticator(admit_account_seven);
        router.set_rate_gate(&limits);
    }
    Response ask(Method method, const std::string& path, bool with_token = true)
    {
        auto request = from("192.0.2.1");
        request.method = method;
        request.path = path;
        if (with_token)
            request.headers.add("Authorization", "Bearer good");
        boost::asio::io_context context;
        Response response;
        boost::asio::co_spawn(context, router.handle(request),
                              [&](std::exception_ptr, Response made) { response = std::move(made); });
        context.run();
        return response;
    }
    std::string header(const Response& response, const char* name)
    {
        return std::string{response.headers.find(name).value_or("")};
    }

    http::Router router;
};

} // namespace

TEST_F(LimitedRouter, TellsEveryAnswerWhatIsLeft)
{
    const auto first = ask(Method::get, "/api/v1/mine");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(header(first, "X-RateLimit-Limit"), "20");
    EXPECT_EQ(header(first, "X-RateLimit-Remaining"), "19");
    const auto reset = parse_iso8601(header(first, "X-RateLimit-Reset"));
    ASSERT_TRUE(reset);
    EXPECT_NEAR(static_cast<double>((*reset - SystemClock{}.now()).count()), 15000, 5000);

    const auto nowhere = ask(Method::get, "/nowhere");
    EXPECT_EQ(nowhere.status, 404);
    EXPECT_EQ(header(nowhere, "X-RateLimit-Limit"), "50");
    EXPECT_EQ(header(ask(Method::get, "/health"), "X-RateLimit-Limit"), "");
}

TEST_F(LimitedRouter, RefusesWithTheTimeToComeBack)
{
    for (int i = 0; i < 20; ++i)
        ASSERT_EQ(ask(Method::get, "/api/v1/mine").status, 200);
    const auto refused = ask(Method::get, "/api/v1/mine");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(header(refused, "Retry-After"), "15");
    EXPECT_EQ(header(refused, "X-RateLimit-Remaining"), "0");
    EXPECT_EQ(header(refused, "Access-Control-Allow-Origin"), "*") << "a web client must be able to read it";
    EXPECT_EQ(refused.body, R"({"error":"Too many requests. Please try again in 15 seconds.",)"
                            R"("error_description":"Too many requests. Please try again in 15 seconds."})");
    pass(15s);
    EXPECT_EQ(ask(Method::get, "/api/v1/mine").status, 200);
}

TEST_F(LimitedRouter, CountsWhatIsRefusedOrNotThere)
{
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(ask(Method::get, i % 2 == 0 ? "/nowhere" : "/api/v1/mine", false).status, i % 2 == 0 ? 404 : 401);
    EXPECT_EQ(ask(Method::get, "/nowhere", false).status, 429);
    EXPECT_EQ(ask(Method::post, "/api/v1/mine", false).status, 429);
    EXPECT_EQ(ask(Method::get, "/api/v1/mine").status, 429) << "before the token is looked at";
    EXPECT_EQ(ask(Method::get, "/health").status, 200);
    EXPECT_EQ(ask(Method::options, "/api/v1/mine").status, 204) << "else a browser could not show the 429";
}

} // namespace kith::limits

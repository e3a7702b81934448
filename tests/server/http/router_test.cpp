// SPDX-License-Identifier: Apache-2.0
#include "server/http/router.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace kith::http {

namespace {

awaitable<Result<Response>> answer(std::string text)
{
    co_return text_response(200, std::move(text));
}

Handler says(std::string text)
{
    return [text](Request&) { return answer(text); };
}

awaitable<Result<Response>> say_id(Request& request)
{
    co_return text_response(200, request.param("id"));
}

awaitable<Result<Response>> fail_with(Error error)
{
    co_return error;
}

awaitable<Result<WebSocketHandlers>> accept_nothing(Request&)
{
    co_return WebSocketHandlers{};
}

awaitable<Result<void>> admit_only_users(const Access& access, Request& request)
{
    if (request.headers.find("Authorization") == "Bearer good") {
        request.identity = access.scope;
        co_return Result<void>{};
    }
    co_return fail(Errc::unauthorized, "The access token is invalid");
}

Request a_request(Method method, std::string path)
{
    Request request;
    request.method = method;
    request.path = request.target = std::move(path);
    return request;
}

template <class T>
T run(awaitable<T> work)
{
    boost::asio::io_context context;
    std::optional<T> value;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr thrown, T result) {
        if (thrown)
            std::rethrow_exception(thrown);
        value = std::move(result);
    });
    context.run();
    return std::move(value.value());
}

Response ask(const Router& router, Request request)
{
    return run(router.handle(request));
}

} // namespace

TEST(Router, PrefersALiteralSegmentAndComesBackFromADeadEnd)
{
    Router router;
    router.add(Method::get, "/statuses/:id", Access::anyone(), say_id);
    router.add(Method::get, "/statuses/search", Access::anyone(), says("search"));
    router.add(Method::get, "/statuses/:id/context", Access::anyone(), say_id);
    router.add(Method::get, "/statuses/search/deep/er", Access::anyone(), says("deeper"));
    router.add(Method::get, "/", Access::anyone(), says("root"));

    EXPECT_EQ(ask(router, a_request(Method::get, "/statuses/search")).body, "search");
    EXPECT_EQ(ask(router, a_request(Method::get, "/statuses/12")).body, "12");
    EXPECT_EQ(ask(router, a_request(Method::get, "/statuses/search/context")).body, "search");
    EXPECT_EQ(ask(router, a_request(Method::get, "/")).body, "root");
    for (const char* path :
         {"/statuses", "/statuses/", "/statuses//context", "/statuses/1/2", "//", "", "x", "/Statuses/1"})
        EXPECT_EQ(ask(router, a_request(Method::get, path)).status, 404) << path;
}

TEST(Router, RefusesPathsWithoutEnd)
{
    Router router;
    router.add(Method::get, "/:a", Access::anyone(), says("a"));
    std::string path;
    for (int i = 0; i < 10000; ++i)
        path += "/x";

    EXPECT_EQ(ask(router, a_request(Method::get, path)).status, 404);
}

TEST(Router, AnswersAnUnknownPathAsMastodonDoes)
{
    const auto response = ask(Router{}, a_request(Method::get, "/api/v1/nothing"));

    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.body, R"({"error":"Record not found","error_description":"Record not found"})");
    EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), "*");
}

TEST(Router, SaysWhatIsAllowed)
{
    Router router;
    router.add(Method::get, "/a/:id", Access::anyone(), say_id);
    router.add(Method::del, "/a/:id", Access::anyone(), say_id);

    const auto response = ask(router, a_request(Method::post, "/a/1"));

    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(response.headers.find("Allow"), "OPTIONS, GET, HEAD, DELETE");
}

TEST(Router, AnswersHeadThroughGet)
{
    Router router;
    router.add(Method::get, "/a", Access::anyone(), says("body"));
    router.add(Method::post, "/b", Access::anyone(), says("body"));

    EXPECT_EQ(ask(router, a_request(Method::head, "/a")).status, 200);
    EXPECT_EQ(ask(router, a_request(Method::head, "/b")).status, 405);
}

TEST(Router, AnswersPreflightsForWhatOtherSitesMayCall)
{
    Router router;
    router.add(Method::get, "/api/v1/a", Access::user("read"), says("a"));
    router.add(Method::post, "/inbox", Access::anyone(), says("a"));

    auto preflight = a_request(Method::options, "/api/v1/a");
    preflight.headers.add("Access-Control-Request-Headers", "authorization,x-mine");
    const auto allowed = ask(router, preflight);
    EXPECT_EQ(allowed.status, 204);
    EXPECT_EQ(allowed.headers.find("Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(allowed.headers.find("Access-Control-Allow-Methods"), "OPTIONS, GET, HEAD");
    EXPECT_EQ(allowed.headers.find("Access-Control-Allow-Headers"), "authorization,x-mine");
    EXPECT_TRUE(allowed.headers.find("Access-Control-Expose-Headers")->find("X-RateLimit-Reset") !=
                std::string_view::npos);

    EXPECT_EQ(ask(router, a_request(Method::options, "/oauth/token")).status, 204);
    const auto private_path = ask(router, a_request(Method::options, "/inbox"));
    EXPECT_EQ(private_path.status, 204);
    EXPECT_EQ(private_path.headers.find("Allow"), "OPTIONS, POST");
    EXPECT_FALSE(private_path.headers.find("Access-Control-Allow-Origin"));
    EXPECT_EQ(ask(router, a_request(Method::options, "/nothing")).status, 404);
}

TEST(Router, RefusesTheSameRouteTwice)
{
    Router router;
    router.add(Method::get, "/a/:id", Access::anyone(), say_id);
    router.add(Method::post, "/a/:id", Access::anyone(), say_id);
    router.add_websocket("/a/:id", Access::anyone(), accept_nothing);

    EXPECT_THROW(router.add(Method::get, "/a/:other", Access::anyone(), say_id), std::logic_error);
    EXPECT_THROW(router.add_websocket("/a/:id", Access::anyone(), accept_nothing), std::logic_error);
    EXPECT_THROW(router.add(Method::get, "a", Access::anyone(), say_id), std::logic_error);
}

TEST(Router, AsksTheAuthenticatorBeforeTheHandler)
{
    Router router;
    router.add(Method::get, "/open", Access::anyone(), says("open"));
    router.add(Method::get, "/mine", Access::user("read:mine"), says("mine"));
    EXPECT_EQ(ask(router, a_request(Method::get, "/mine")).status, 401)
        << "closed while there is no authenticator";
    router.set_authenticator(admit_only_users);

    EXPECT_EQ(ask(router, a_request(Method::get, "/open")).status, 200);
    EXPECT_EQ(ask(router, a_request(Method::get, "/mine")).status, 401);
    auto request = a_request(Method::get, "/mine");
    request.headers.add("Authorization", "Bearer good");
    EXPECT_EQ(run(router.handle(request)).body, "mine");
    EXPECT_EQ(std::any_cast<std::string>(request.identity), "read:mine");
}

TEST(Router, TurnsExceptionsIntoAnswersAndTellsTheSink)
{
    Router router;
    router.add(Method::get, "/runtime", Access::anyone(),
               [](Request&) -> awaitable<Result<Response>> { throw std::runtime_error("the disk"); });
    router.add(Method::get, "/int", Access::anyone(),
               [](Request&) -> awaitable<Result<Response>> { throw 5; });
    router.add(Method::get, "/busy", Access::anyone(),
               [](Request&) { return fail_with(fail(Errc::unavailable, "Busy.")); });
    router.add(Method::get, "/gone", Access::anyone(),
               [](Request&) { return fail_with(fail(Errc::gone, "Gone.")); });
    std::vector<Error> errors;
    router.set_error_sink([&](const Request&, const Error& error) { errors.push_back(error); });

    const auto response = ask(router, a_request(Method::get, "/runtime"));
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("disk"), std::string::npos);
    EXPECT_EQ(ask(router, a_request(Method::get, "/int")).status, 500);
    const auto busy = ask(router, a_request(Method::get, "/busy"));
    EXPECT_EQ(busy.status, 503);
    EXPECT_EQ(busy.headers.find("Retry-After"), "5");
    EXPECT_EQ(ask(router, a_request(Method::get, "/gone")).status, 410);

    ASSERT_EQ(errors.size(), 3u);
    EXPECT_EQ(errors[0].cause, "the disk");
}

TEST(Router, LetsAMapperSayWhatAnExceptionMeans)
{
    Router router;
    router.add(Method::get, "/a", Access::anyone(),
               [](Request&) -> awaitable<Result<Response>> { throw std::out_of_range("x"); });
    router.set_exception_mapper([](std::exception_ptr thrown) -> Error {
        try {
            std::rethrow_exception(thrown);
        } catch (const std::out_of_range&) {
            return fail(Errc::unavailable, "Try again.");
        }
    });

    EXPECT_EQ(ask(router, a_request(Method::get, "/a")).status, 503);
}

TEST(Router, ObservesEveryRequestAndSurvivesItsObserver)
{
    Router router;
    router.add(Method::get, "/a/:id", Access::anyone(), say_id);
    std::vector<std::pair<std::string, int>> seen;
    router.set_observer([&](const Router::Observation& observation) {
        EXPECT_GE(observation.seconds, 0);
        seen.emplace_back(observation.pattern, observation.status);
        throw std::runtime_error("the observer fails");
    });

    EXPECT_EQ(ask(router, a_request(Method::get, "/a/1")).status, 200);
    EXPECT_EQ(ask(router, a_request(Method::get, "/b")).status, 404);

    EXPECT_EQ(seen, (std::vector<std::pair<std::string, int>>{{"/a/:id", 200}, {"none", 404}}));
}

TEST(Router, ListsItsRoutes)
{
    Router router;
    router.add(Method::post, "/a", Access::user("write"), says("a"));

    const auto routes = router.routes();

    ASSERT_EQ(routes.size(), 1u);
    EXPECT_EQ(routes[0].pattern, "/a");
    EXPECT_EQ(routes[0].access.scope, "write");
}

} // namespace kith::http

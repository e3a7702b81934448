// SPDX-License-Identifier: Apache-2.0
// A server that asks to be left alone for a while, and one that does not know us any more.
#include "app/controller/app_controller.h"
#include "app/net/http_exchange.h"
#include "app/services/services.h"
#include "app/store/outbox_table.h"
#include "tests/app/unit/app_test.h"
#include "tests/app/unit/home_server.h"

#include <QElapsedTimer>
#include <QSignalSpy>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const QString k_statuses = QStringLiteral("/api/v1/statuses");
const QString k_session = QStringLiteral("/api/kith/v1/session");

struct SignedIn : testing::Test {
    HomeServer server;
    QTemporaryDir folder;
    std::unique_ptr<app::AppController> controller = std::make_unique<app::AppController>();
    bool revoked = false;

    void SetUp() override
    {
        server.before = [this](const HttpRequest& request) -> std::optional<HttpReply> {
            if (revoked && request.path != k_session && request.path != QLatin1String("/api/v2/instance"))
                return HttpReply{.status = 401, .body = R"({"error": "The access token was revoked"})"};
            return std::nullopt;
        };
        ASSERT_TRUE(controller->take_profile(folder.path()));
        controller->open(QStringLiteral("eight or more"));
        ASSERT_TRUE(soon([&] { return controller->state() == QLatin1String("signedOut"); }));
        controller->signIn(server.address(), QStringLiteral("mira"), QStringLiteral("correct horse"));
        ASSERT_TRUE(soon([&] { return controller->state() == QLatin1String("ready"); }));
    }
    void TearDown() override { controller.reset(); }

    void write(const char* text)
    {
        controller->compose()->startNew();
        controller->compose()->setText(QString::fromUtf8(text));
        controller->compose()->send();
    }
    std::vector<store::OutboxItem> waiting()
    {
        return read_from<std::vector<store::OutboxItem>>(controller->services()->store, store::read_outbox);
    }
    void lose_sign_in()
    {
        revoked = true;
        controller->retryNow();
        ASSERT_TRUE(soon([&] { return controller->signInExpired(); }));
    }
};

} // namespace

TEST(RetryAfter, IsReadAsSecondsOrAsADateByTheServersOwnClock)
{
    EXPECT_EQ(net::retry_after_of("7", {}), seconds{7});
    EXPECT_EQ(net::retry_after_of(" 120 ", {}), seconds{120});
    EXPECT_EQ(net::retry_after_of("Sat, 21 Nov 2026 10:00:30 GMT", "Sat, 21 Nov 2026 10:00:00 GMT"), seconds{30});
    EXPECT_EQ(net::retry_after_of("Sat, 21 Nov 2026 10:00:30 GMT", {}), seconds{0});
    EXPECT_EQ(net::retry_after_of("-5", {}), seconds{0});
    EXPECT_EQ(net::retry_after_of("99999999", {}), seconds{3600});
    EXPECT_EQ(net::retry_after_of("soon", {}), seconds{0});
    EXPECT_EQ(net::retry_after_of({}, {}), seconds{0});
}

TEST_F(SignedIn, APostWaitsAsLongAsTheServerAsks)
{
    int refusals = 0;
    QElapsedTimer since_refusal;
    server.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.verb != "POST" || request.path != k_statuses || refusals > 0)
            return std::nullopt;
        ++refusals;
        since_refusal.start();
        // Longer than the outbox would wait by itself.
        return HttpReply{.status = 429, .body = R"({"error": "Too many requests"})", .extra_header = "Retry-After: 3"};
    };

    write("patience");

    ASSERT_TRUE(soon([&] { return refusals == 1; }));
    ASSERT_TRUE(soon([&] { return server.created.size() == 1; }));
    EXPECT_GE(since_refusal.elapsed(), 2'900);
    EXPECT_TRUE(controller->online()) << "a busy server is no lost one";
}

TEST_F(SignedIn, ReadingWaitsAsLongAsTheServerAsksToo)
{
    int refusals = 0;
    QElapsedTimer since_refusal;
    qint64 came_back = 0;
    const auto home = QStringLiteral("/api/v1/timelines/home");
    ASSERT_TRUE(soon([&] { return server.listeners() == 1 && controller->services()->stream.is_open(); }));
    server.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path != home)
            return std::nullopt;
        if (refusals++ == 0) {
            since_refusal.start();
            return HttpReply{.status = 503, .body = R"({"error": "Busy"})", .extra_header = "Retry-After: 3"};
        }
        came_back = since_refusal.elapsed();
        return std::nullopt;
    };
    controller->services()->home.refresh();
    ASSERT_TRUE(soon([&] { return refusals >= 2; }));
    EXPECT_GE(came_back, 2'900);
}

TEST_F(SignedIn, WhatRunsByItselfWaitsWhenTheStreamOpensMeanwhile)
{
    auto& services = *controller->services();
    ASSERT_TRUE(soon([&] { return server.listeners() == 1 && services.stream.is_open(); }));
    const auto home = QStringLiteral("/api/v1/timelines/home");
    int asked = 0;
    QElapsedTimer since_refusal;
    qint64 came_back = 0;
    server.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path != home)
            return std::nullopt;
        if (asked++ == 0) {
            since_refusal.start();
            return HttpReply{.status = 503, .body = R"({"error": "Busy"})", .extra_header = "Retry-After: 3"};
        }
        came_back = came_back > 0 ? came_back : since_refusal.elapsed();
        return std::nullopt;
    };
    services.home.refresh();
    ASSERT_TRUE(soon([&] { return services.api.asked_to_wait().count() > 0; }));
    emit services.stream.opened();
    emit services.connection.came_online();

    ASSERT_TRUE(soon([&] { return asked >= 2; }));
    EXPECT_GE(came_back, 2'900);
}

TEST_F(SignedIn, SaysThatTheSignInHasEndedAndKeepsWhatWaits)
{
    lose_sign_in();
    EXPECT_TRUE(controller->connectionSentence().contains(QStringLiteral("has ended this sign-in")));
    EXPECT_EQ(controller->state(), QStringLiteral("ready")) << "what is here can still be read";

    write("not lost");
    ASSERT_TRUE(soon([&] { return server.count_requests("POST", k_statuses) == 1; }));
    ASSERT_TRUE(soon([&] { return waiting().size() == 1 && waiting().front().state == "waiting"; }));
    controller->compose()->startNew();
    controller->compose()->setText(QStringLiteral("half a thought"));
    EXPECT_EQ(server.created.size(), 0U);

    QObject::connect(controller.get(), &app::AppController::busyChanged, controller.get(), [this] {
        if (controller->busy())
            revoked = false;
    });
    controller->signInAgain(QStringLiteral("correct horse"));

    EXPECT_TRUE(soon([&] { return !controller->signInExpired(); }));
    EXPECT_TRUE(soon([&] { return server.created.size() == 1; })) << "it goes out by itself";
    EXPECT_EQ(controller->compose()->text(), QStringLiteral("half a thought"));
    EXPECT_TRUE(soon([&] { return server.listeners() == 1; })) << "and the stream is back";
    EXPECT_TRUE(controller->connectionSentence().isEmpty());
}

TEST_F(SignedIn, AWrongPasswordLeavesEverythingAsItWas)
{
    lose_sign_in();
    controller->signInAgain(QStringLiteral("wrong"));
    ASSERT_TRUE(soon([&] { return !controller->busy(); }));
    EXPECT_EQ(controller->signInError(), QStringLiteral("That name and password do not belong together."));
    EXPECT_TRUE(controller->signInExpired());
    EXPECT_EQ(controller->services()->api.exchange().token(), "token-1");
}

TEST_F(SignedIn, AnotherAccountIsNotLetIntoThisOnesStore)
{
    lose_sign_in();
    server.before = [](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path != QLatin1String("/api/v1/accounts/verify_credentials"))
            return std::nullopt;
        return HttpReply{.body = to_json_bytes(api::to_json(an_account("99", "someone")))};
    };
    controller->signInAgain(QStringLiteral("correct horse"));
    ASSERT_TRUE(soon([&] { return !controller->busy(); }));
    EXPECT_TRUE(controller->signInError().contains(QStringLiteral("another account")));
    EXPECT_EQ(controller->account().value(QStringLiteral("accountId")).toString(), QStringLiteral("1"));
}

TEST_F(SignedIn, ASignInThatTheServerTakesAgainGoesOnByItself)
{
    lose_sign_in();
    revoked = false;
    controller->retryNow();
    EXPECT_TRUE(soon([&] { return !controller->signInExpired(); }));
}

} // namespace kith

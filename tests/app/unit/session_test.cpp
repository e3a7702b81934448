// SPDX-License-Identifier: Apache-2.0
// Whose store it is: signing in, again, out, and what is still on its way then.
#include "app/controller/app_controller.h"
#include "app/services/services.h"
#include "app/store/outbox_table.h"
#include "app/store/status_table.h"
#include "app/store/timeline_table.h"
#include "tests/app/unit/app_test.h"
#include "tests/app/unit/home_server.h"

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using sqlite::Connection;

namespace {

const QString k_statuses = QStringLiteral("/api/v1/statuses");
const QString k_home_path = QStringLiteral("/api/v1/timelines/home");
const QString k_verify = QStringLiteral("/api/v1/accounts/verify_credentials");
const QString k_revoke = QStringLiteral("/oauth/revoke");

struct SessionTest : testing::Test {
    HomeServer server;
    QTemporaryDir folder;
    std::unique_ptr<app::AppController> controller;

    void SetUp() override
    {
        server.add_home(101, 103);
        begin();
        ASSERT_TRUE(soon([&] { return controller->state() == QLatin1String("signedOut"); }));
        sign_in();
        ASSERT_TRUE(soon([&] { return controller->home()->count() == 3; }));
    }
    void TearDown() override { controller.reset(); }

    void begin()
    {
        controller.reset();
        controller = std::make_unique<app::AppController>();
        ASSERT_TRUE(controller->take_profile(folder.path()));
        controller->open(QStringLiteral("eight or more"));
    }
    void sign_in()
    {
        controller->signIn(server.address(), QStringLiteral("mira"), QStringLiteral("correct horse"));
        ASSERT_TRUE(soon([&] { return controller->state() == QLatin1String("ready"); }));
    }
    store::Store& store() { return controller->services()->store; }
    std::size_t entries()
    {
        return read_from<std::vector<api::Status>>(store(), [](Connection& connection) {
                   return store::read_entries(connection, store::k_home, {}, 1000);
               }).size();
    }
};

} // namespace

TEST_F(SessionTest, ANewTokenIsNotUsedBeforeItIsKnownWhoseItIs)
{
    server.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        const auto token = request.headers.value("authorization");
        if (request.path == QLatin1String("/api/kith/v1/session"))
            return HttpReply{.body = R"({"access_token": "token-2", "token_type": "Bearer", "scope": "", "created_at": 1})"};
        if (request.path == k_verify && token == "Bearer token-2") {
            controller->services()->outbox.wake();
            return HttpReply{.body = to_json_bytes(api::to_json(an_account("99", "someone")))};
        }
        return HttpReply{.status = 401, .body = R"({"error": "The access token was revoked"})"};
    };
    controller->compose()->setText(QStringLiteral("mine"));
    controller->compose()->send();
    ASSERT_TRUE(soon([&] { return controller->signInExpired() && server.count_requests("POST", k_statuses) == 1; }));

    controller->signInAgain(QStringLiteral("correct horse"));

    ASSERT_TRUE(soon([&] { return controller->signInError().contains(QStringLiteral("another account")); }));
    ASSERT_TRUE(soon([&] { return server.count_requests("POST", k_statuses) == 2; })) << "it was tried meanwhile";
    for (const auto& request : server.requests)
        if (request.path != k_verify) {
            EXPECT_NE(request.headers.value("authorization"), "Bearer token-2") << request.path.toStdString();
        }
    EXPECT_EQ(controller->services()->api.exchange().token(), "token-1");
}

TEST_F(SessionTest, StaysSignedInWhenTheStoreCannotForget)
{
    write_to(store(), [](Connection& connection) {
        connection.execute("CREATE TRIGGER full_disk BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'full'); END");
    });
    controller->compose()->setText(QStringLiteral("half a thought"));

    controller->signOut();

    ASSERT_TRUE(soon([&] { return controller->signInError().contains(QStringLiteral("You are still signed in")); }));
    EXPECT_EQ(controller->state(), QStringLiteral("ready"));
    EXPECT_EQ(server.count_requests("POST", k_revoke), 0);
    EXPECT_TRUE(soon([&] { return controller->home()->count() == 3; }));
    EXPECT_TRUE(soon([&] { return controller->compose()->text() == QLatin1String("half a thought"); }));
    server.add_home(104, 104);
    controller->retryNow();
    EXPECT_TRUE(soon([&] { return controller->home()->count() == 4; })) << "everything goes on";

    write_to(store(), [](Connection& connection) { connection.execute("DROP TRIGGER full_disk"); });
    controller->signOut();
    EXPECT_TRUE(soon([&] { return controller->state() == QLatin1String("signedOut"); }));
    EXPECT_TRUE(soon([&] { return server.count_requests("POST", k_revoke) == 1; }));
}

TEST_F(SessionTest, ALateAnswerDoesNotReachTheNextAccountsStore)
{
    bool left = false;
    server.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path == k_home_path && request.query.hasQueryItem(QStringLiteral("max_id")) && !left) {
            left = true;
            server.add_home(1, 20);
            controller->signOut(); // and only then it answers
        }
        return std::nullopt;
    };
    controller->home()->loadOlder();
    ASSERT_TRUE(soon([&] { return left && controller->state() == QLatin1String("signedOut"); }));
    ASSERT_TRUE(soon([&] { return server.count_requests("POST", k_revoke) == 1; }));
    EXPECT_EQ(entries(), 0u);
    server.home.clear();

    sign_in();

    ASSERT_TRUE(soon([&] { return controller->home()->phase() == QLatin1String("empty"); }));
    EXPECT_EQ(entries(), 0u);
}

TEST_F(SessionTest, WhoeverSignsInFindsNothingOfSomebodyElses)
{
    write_to(store(), [](Connection& connection) {
        connection.execute("UPDATE sessions SET account_json = '[]'"); // nobody can say whose it was
        store::save_draft(connection, "new", {.text = "private"}, 1);
        store::add_to_outbox(connection, {.key = "k", .created_at = 1, .state = "failed", .post = {.text = "private"}});
    });
    begin();
    ASSERT_TRUE(soon([&] { return controller->state() == QLatin1String("signedOut"); }));
    server.home.clear();

    sign_in();

    EXPECT_EQ(entries(), 0u);
    EXPECT_TRUE(read_from<std::vector<store::OutboxItem>>(store(), store::read_outbox).empty());
    EXPECT_FALSE(read_from<bool>(store(), [](Connection& c) { return store::read_draft(c, "new").has_value(); }));
}

TEST_F(SessionTest, SigningOutWhileSigningInAgainLeavesNothingBehind)
{
    server.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path == QLatin1String("/api/kith/v1/session"))
            return HttpReply{.manner = HttpReply::Manner::Silence};
        return std::nullopt;
    };
    controller->signInAgain(QStringLiteral("correct horse"));
    ASSERT_TRUE(controller->busy());
    controller->signOut();
    ASSERT_TRUE(soon([&] { return controller->state() == QLatin1String("signedOut"); }));
    EXPECT_FALSE(controller->busy());
    server.before = nullptr;
    sign_in();
}

} // namespace kith

// SPDX-License-Identifier: Apache-2.0
#include "app/controller/app_controller.h"

#include "app/controller/qml_network.h"
#include "app/services/services.h"
#include "app/store/timeline_table.h"
#include "tests/app/unit/app_test.h"
#include "tests/app/unit/home_server.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using app::AppController;

namespace {

const QString k_passphrase = QStringLiteral("eight or more");

struct AppControllerTest : testing::Test {
    HomeServer server;
    QTemporaryDir folder;
    std::unique_ptr<AppController> controller;

    ~AppControllerTest() override { controller.reset(); }

    void open()
    {
        controller = std::make_unique<AppController>();
        ASSERT_TRUE(controller->take_profile(folder.path()));
        controller->open(k_passphrase);
    }
    bool becomes(const char* state)
    {
        return soon([&] { return controller->state() == QLatin1String(state); });
    }
    void sign_in()
    {
        controller->signIn(server.address(), QStringLiteral("mira"), QStringLiteral("correct horse"));
        ASSERT_TRUE(becomes("ready"));
    }
};

} // namespace

TEST_F(AppControllerTest, SignsInAndShowsWhoItIs)
{
    server.add_home(1, 3);
    open();
    ASSERT_TRUE(becomes("signedOut")) << controller->failure().toStdString();

    sign_in();

    EXPECT_EQ(controller->account().value(QStringLiteral("handle")).toString(),
              QStringLiteral("@mira@hollow.example"));
    EXPECT_EQ(controller->instanceTitle(), QStringLiteral("Hollow"));
    EXPECT_EQ(controller->compose()->limit(), 500);
    EXPECT_TRUE(soon([&] { return controller->home()->count() == 3; }));
}

TEST_F(AppControllerTest, SaysWhySigningInFailed)
{
    open();
    ASSERT_TRUE(becomes("signedOut"));

    controller->signIn(server.address(), QStringLiteral("mira"), QStringLiteral("wrong"));
    EXPECT_TRUE(controller->busy());
    ASSERT_TRUE(soon([&] { return !controller->busy(); }));
    EXPECT_EQ(controller->signInError(),
              QStringLiteral("That name and password do not belong together."));

    controller->signIn(QStringLiteral("http://hollow.example"), QStringLiteral("mira"), QStringLiteral("x"));
    EXPECT_TRUE(controller->signInError().contains(QStringLiteral("https")));
    controller->signIn(server.address(), QString(), QStringLiteral("x"));
    EXPECT_EQ(controller->signInError(), QStringLiteral("Type your name and your password."));
    EXPECT_EQ(controller->state(), QStringLiteral("signedOut"));
}

TEST_F(AppControllerTest, SaysThatTheServerCannotBeReached)
{
    open();
    ASSERT_TRUE(becomes("signedOut"));
    server.go_away();
    controller->signUp(server.address(), QStringLiteral("mira"), QStringLiteral("correct horse"));
    ASSERT_TRUE(soon([&] { return !controller->busy(); }));
    EXPECT_TRUE(controller->signInError().startsWith(QStringLiteral("127.0.0.1:")));
    EXPECT_TRUE(controller->connectionSentence().isEmpty())
        << "nobody is signed in, so nobody is offline";
}

TEST_F(AppControllerTest, OpensAgainWithoutANetwork)
{
    server.add_home(1, 3);
    open();
    ASSERT_TRUE(becomes("signedOut"));
    sign_in();
    ASSERT_TRUE(soon([&] { return controller->home()->count() == 3; }));
    controller->setColorScheme(QStringLiteral("dark"));
    controller.reset();
    server.go_away();

    open();

    ASSERT_TRUE(becomes("ready"));
    EXPECT_TRUE(soon([&] { return controller->home()->count() == 3; }));
    EXPECT_TRUE(soon([&] { return !controller->online(); }));
    EXPECT_EQ(controller->colorScheme(), QStringLiteral("dark"));
    EXPECT_FALSE(folder_contains(folder.path(), "post 2"));
    EXPECT_FALSE(folder_contains(folder.path(), "token-1"));
}

TEST_F(AppControllerTest, AsksForThePassphraseAgainWhenItIsWrong)
{
    open();
    ASSERT_TRUE(becomes("signedOut"));
    controller.reset();
    controller = std::make_unique<AppController>();
    ASSERT_TRUE(controller->take_profile(folder.path()));
    controller->open({});
    ASSERT_TRUE(becomes("locked"));

    controller->unlock(QStringLiteral("not this one"));
    ASSERT_TRUE(soon([&] { return !controller->busy(); }));
    EXPECT_EQ(controller->state(), QStringLiteral("locked"));
    EXPECT_EQ(controller->signInError(),
              QStringLiteral("That passphrase does not open this profile."));

    controller->unlock(k_passphrase);
    EXPECT_TRUE(becomes("signedOut"));
}

TEST_F(AppControllerTest, RefusesASecondProcess)
{
    open();
    AppController second;
    EXPECT_FALSE(second.take_profile(folder.path()));
    EXPECT_EQ(second.state(), QStringLiteral("failed"));
    EXPECT_EQ(second.failure(), QStringLiteral("Kith is already open with this profile."));
}

TEST_F(AppControllerTest, ForgetsEverythingWhenSigningOut)
{
    server.add_home(1, 3);
    open();
    ASSERT_TRUE(becomes("signedOut"));
    sign_in();
    ASSERT_TRUE(soon([&] { return controller->home()->count() == 3; }));
    controller->compose()->setText(QStringLiteral("half a thought"));

    controller->signOut();

    ASSERT_TRUE(becomes("signedOut"));
    EXPECT_EQ(controller->home()->count(), 0);
    EXPECT_TRUE(
        soon([&] { return server.count_requests("POST", QStringLiteral("/oauth/revoke")) == 1; }));
    EXPECT_EQ(controller->server(), server.address()) << "ready to sign in again";
    const auto left = read_from<std::size_t>(controller->services()->store, [](sqlite::Connection& connection) {
        return store::read_entries(connection, store::k_home, "", 10).size() +
               static_cast<std::size_t>(connection.integer("SELECT count(*) FROM drafts"));
    });
    EXPECT_EQ(left, 0u);
}

TEST_F(AppControllerTest, TellsWhenTheServerEndsTheSignIn)
{
    open();
    ASSERT_TRUE(becomes("signedOut"));
    sign_in();
    controller.reset();
    server.before = [](const HttpRequest&) {
        return std::optional(HttpReply{.status = 401, .body = R"({"error": "The access token was revoked."})"});
    };
    open();
    ASSERT_TRUE(becomes("ready"));
    EXPECT_TRUE(soon([&] {
        return controller->connectionSentence().contains(QStringLiteral("has ended this sign-in"));
    }));
}

TEST(Demonstration, StandsWithoutANetwork)
{
    AppController controller;
    controller.open_demo(QStringLiteral("home"));
    ASSERT_TRUE(soon([&] { return controller.home()->phase() == QLatin1String("ready"); }));
    EXPECT_GE(controller.home()->count(), 6);
    EXPECT_TRUE(controller.connectionSentence().isEmpty());
    controller.openThread(QStringLiteral("1000"));
    EXPECT_TRUE(soon([&] { return controller.thread()->count() == 5; }));
    EXPECT_TRUE(soon([&] {
        return controller.notifications()->count() == 5 && controller.unreadNotifications() == 3;
    }));
    controller.people()->search(QStringLiteral("tomas"));
    EXPECT_TRUE(soon([&] { return controller.people()->count() == 1; }));
}

TEST(Demonstration, HasASignInPage)
{
    AppController controller;
    controller.open_demo(QStringLiteral("signin"));
    EXPECT_TRUE(soon([&] { return controller.state() == QLatin1String("signedOut"); }));
}

TEST(QmlNetwork, RefusesEveryHostButTheOwnServer)
{
    HomeServer own, other;
    const auto allowed = std::make_shared<app::AllowedServer>();
    allowed->set(own.url());
    app::QmlNetwork network(allowed);
    const std::unique_ptr<QNetworkAccessManager> manager(network.create(nullptr));
    const auto get = [&](const QUrl& url) {
        const std::unique_ptr<QNetworkReply> reply(manager->get(QNetworkRequest(url)));
        EXPECT_TRUE(soon([&] { return reply->isFinished(); }));
        return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    };

    EXPECT_EQ(get(QUrl(own.address() + QStringLiteral("/api/v2/instance"))), 200);
    EXPECT_EQ(get(QUrl(other.address() + QStringLiteral("/api/v2/instance"))), 0);
    EXPECT_EQ(get(QUrl(QStringLiteral("file:///etc/hostname"))), 0);
    EXPECT_TRUE(other.requests.empty());
}

} // namespace kith

// SPDX-License-Identifier: Apache-2.0
#include "app/net/browser_sign_in.h"

#include "app/controller/app_controller.h"
#include "app/net/server_discovery.h"
#include "app/services/services.h"
#include "tests/app/unit/app_test.h"
#include "tests/app/unit/mastodon_server.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTcpSocket>

#include <gtest/gtest.h>

namespace kith {

using namespace test;

namespace {

struct BrowserSignInTest : testing::Test {
    MastodonServer server;
    QTemporaryDir folder;
    std::unique_ptr<app::AppController> controller = std::make_unique<app::AppController>();

    void SetUp() override
    {
        controller->set_browser(server.browser());
        ASSERT_TRUE(controller->take_profile(folder.path()));
        controller->open(QStringLiteral("eight or more"));
        ASSERT_TRUE(becomes("signedOut"));
    }
    void TearDown() override { controller.reset(); }

    bool becomes(const char* state)
    {
        return soon([&] { return controller->state() == QLatin1String(state); });
    }
    void sign_in()
    {
        controller->signInWithBrowser(server.address());
        ASSERT_TRUE(becomes("ready")) << controller->signInError().toStdString();
    }
};

/// As any program on this machine may.
void call(const QUrl& url)
{
    QNetworkAccessManager manager;
    const std::unique_ptr<QNetworkReply> reply(manager.get(QNetworkRequest(url)));
    EXPECT_TRUE(soon([&] { return reply->isFinished(); }));
}

QUrl redirect_of(const QUrl& page)
{
    return QUrl(QUrlQuery(page).queryItemValue(QStringLiteral("redirect_uri"), QUrl::FullyDecoded));
}

/// Signing in without an app around it.
struct Attempt {
    MastodonServer server;
    net::ApiClient api;
    QUrl page;
    int pages_opened = 0;
    net::BrowserSignIn sign_in{api, [this](const QUrl& url) {
                                   page = url;
                                   ++pages_opened;
                                   return true;
                               }};
    QSignalSpy failed{&sign_in, &net::BrowserSignIn::failed};
    QSignalSpy finished{&sign_in, &net::BrowserSignIn::finished};

    Attempt() { api.set_server(server.url()); }
};

} // namespace

TEST_F(BrowserSignInTest, SignsInToAServerThatIsNotKiths)
{
    server.add_home(1, 3);
    sign_in();

    EXPECT_EQ(server.complaints, QStringList());
    EXPECT_EQ(controller->account().value(QStringLiteral("handle")).toString(), QStringLiteral("@mira@mastodon.example"));
    EXPECT_FALSE(controller->serverHasKith());
    EXPECT_EQ(controller->compose()->limit(), 500);
    EXPECT_TRUE(soon([&] { return controller->home()->count() == 3; }));
    EXPECT_TRUE(soon([&] { return server.listeners() == 1; })) << "the stream, where the server says it is";
    EXPECT_FALSE(folder_contains(folder.path(), "token-1"));
}

TEST_F(BrowserSignInTest, StaysSignedInAfterARestart)
{
    sign_in();
    controller = std::make_unique<app::AppController>();
    ASSERT_TRUE(controller->take_profile(folder.path()));
    controller->open(QStringLiteral("eight or more"));
    ASSERT_TRUE(becomes("ready"));
    EXPECT_FALSE(controller->serverHasKith());
}

TEST_F(BrowserSignInTest, OffersOnlyTheAudiencesThatTheServerKnows)
{
    sign_in();
    EXPECT_EQ(controller->compose()->audiences().size(), 4);
    controller->compose()->setAudience(QStringLiteral("friends"));
    EXPECT_EQ(controller->compose()->audience(), QStringLiteral("public"));
    controller->compose()->setAudience(QStringLiteral("followers"));
    controller->compose()->setText(QStringLiteral("to a few"));
    controller->compose()->send();
    ASSERT_TRUE(soon([&] { return server.created.size() == 1; }));
    const auto posted = std::find_if(server.requests.begin(), server.requests.end(), [](const HttpRequest& request) {
        return request.verb == "POST" && request.path == QLatin1String("/api/v1/statuses");
    });
    const auto body = parse_json(posted->body.toStdString());
    EXPECT_EQ(find_string(*body, "visibility"), "private");
    EXPECT_FALSE(body->as_object().contains("kith_audience"));
}

TEST(Audience, IsNeverWidenedForAServerThatDoesNotKnowIt)
{
    EXPECT_EQ(net::nearest_visibility(QStringLiteral("friends")), QStringLiteral("direct"));
    EXPECT_EQ(net::nearest_visibility(QStringLiteral("self")), QStringLiteral("direct"));
    EXPECT_EQ(net::nearest_visibility(QStringLiteral("followers")), QStringLiteral("private"));
    EXPECT_EQ(net::nearest_visibility(QStringLiteral("unlisted")), QStringLiteral("unlisted"));
}

TEST_F(BrowserSignInTest, RevokesItsTokenAsTheServerWantsIt)
{
    sign_in();
    controller->signOut();
    ASSERT_TRUE(becomes("signedOut"));
    EXPECT_TRUE(soon([&] { return server.revoked == 1; }));
}

TEST_F(BrowserSignInTest, UnderstandsAServerOfBeforeVersion4)
{
    server.has_version_2 = false;
    sign_in();
    EXPECT_EQ(controller->instanceTitle(), QStringLiteral("An old one"));
    EXPECT_FALSE(controller->serverHasKith());
}

TEST_F(BrowserSignInTest, SaysThatItWasNotAllowed)
{
    server.allows = false;
    controller->signInWithBrowser(server.address());
    ASSERT_TRUE(soon([&] { return !controller->signInError().isEmpty(); }));
    EXPECT_EQ(controller->signInError(), QStringLiteral("You did not allow Kith to use your account."));
    EXPECT_FALSE(controller->busy());
    EXPECT_EQ(controller->state(), QStringLiteral("signedOut"));
}

TEST_F(BrowserSignInTest, APasswordIsSentToTheBrowserInstead)
{
    controller->signIn(server.address(), QStringLiteral("mira"), QStringLiteral("correct horse"));
    ASSERT_TRUE(soon([&] { return !controller->signInError().isEmpty(); }));
    EXPECT_TRUE(controller->signInError().contains(QStringLiteral("Sign in with your browser")));
}

TEST_F(BrowserSignInTest, GoesOnWithTheBrowserWhenTheSignInHasEnded)
{
    sign_in();
    bool revoked = true;
    server.first = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (!revoked || !request.headers.contains("authorization"))
            return std::nullopt;
        return HttpReply{.status = 401, .body = R"({"error": "The access token was revoked"})"};
    };
    controller->retryNow();
    ASSERT_TRUE(soon([&] { return controller->signInExpired(); }));
    QObject::connect(controller.get(), &app::AppController::busyChanged, controller.get(), [&] {
        if (controller->busy())
            revoked = false;
    });

    controller->signInAgainWithBrowser();

    EXPECT_TRUE(soon([&] { return !controller->signInExpired() && !controller->busy(); }));
    EXPECT_EQ(server.complaints, QStringList());
}

TEST_F(BrowserSignInTest, FindsTheServerBehindTheDomainOfAHandle)
{
    HomeServer domain;
    domain.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path != QLatin1String("/.well-known/host-meta"))
            return HttpReply{.status = 404};
        return HttpReply{.status = 301,
                         .extra_header = "Location: " + server.address().toLatin1() + "/.well-known/host-meta"};
    };
    server.first = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path != QLatin1String("/.well-known/host-meta"))
            return std::nullopt;
        return HttpReply{.body = "<XRD/>"};
    };
    controller->signInWithBrowser(domain.address());
    ASSERT_TRUE(becomes("ready")) << controller->signInError().toStdString();
    EXPECT_EQ(controller->server(), server.address());
}

TEST(HostMeta, NamesTheServerOfItsTemplate)
{
    EXPECT_EQ(net::server_in_host_meta(R"(<?xml version="1.0"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
        <Link rel="lrdd" template="https://social.hollow.example/.well-known/webfinger?resource={uri}"/></XRD>)"),
              QUrl(QStringLiteral("https://social.hollow.example")));
    EXPECT_EQ(net::server_in_host_meta(R"(<XRD><Link rel="lrdd" template="http://far.example/x?resource={uri}"/></XRD>)"), QUrl());
    EXPECT_EQ(net::server_in_host_meta("no xml at all"), QUrl());
    EXPECT_EQ(net::server_in_host_meta({}), QUrl());
}

TEST(BrowserSignIn, IgnoresWhatDoesNotBringItsState)
{
    Attempt attempt;
    attempt.sign_in.start();
    ASSERT_TRUE(soon([&] { return attempt.sign_in.waiting(); }));
    auto forged = redirect_of(attempt.page);
    forged.setQuery(QStringLiteral("code=stolen&state=guessed"));

    call(forged);

    EXPECT_TRUE(attempt.sign_in.waiting()) << "somebody else's call ends nothing";
    EXPECT_EQ(attempt.failed.size(), 0);
    EXPECT_TRUE(attempt.server.browser()(attempt.page));
    EXPECT_TRUE(soon([&] { return attempt.finished.size() == 1; }));
    EXPECT_EQ(attempt.server.complaints, QStringList());
}

TEST(BrowserSignIn, EndsWhenNobodyAnswersInTime)
{
    Attempt attempt;
    attempt.sign_in.start(std::chrono::milliseconds{150});
    EXPECT_TRUE(soon([&] { return attempt.failed.size() == 1; }));
    EXPECT_TRUE(attempt.failed.first().first().toString().contains(QStringLiteral("Nothing came back")));
    EXPECT_FALSE(attempt.sign_in.waiting());
}

TEST(BrowserSignIn, CanBeCancelledAndLeavesNoOpenPort)
{
    Attempt attempt;
    attempt.sign_in.start();
    ASSERT_TRUE(soon([&] { return attempt.sign_in.waiting(); }));
    const auto redirect = redirect_of(attempt.page);
    attempt.sign_in.open_again();
    EXPECT_EQ(attempt.pages_opened, 2);

    attempt.sign_in.cancel();

    EXPECT_FALSE(attempt.sign_in.waiting());
    QTcpSocket socket;
    socket.connectToHost(redirect.host(), static_cast<quint16>(redirect.port()));
    EXPECT_TRUE(soon([&] { return socket.state() == QTcpSocket::UnconnectedState; }));
    EXPECT_EQ(attempt.failed.size(), 0);
}

TEST(BrowserSignIn, UsesANewVerifierAndStateEachTime)
{
    Attempt attempt;
    attempt.sign_in.start();
    ASSERT_TRUE(soon([&] { return attempt.sign_in.waiting(); }));
    const QUrlQuery before(attempt.page);
    attempt.sign_in.start();
    ASSERT_TRUE(soon([&] { return attempt.pages_opened == 2; }));
    const QUrlQuery after(attempt.page);
    for (const auto* name : {"state", "code_challenge"})
        EXPECT_NE(before.queryItemValue(QLatin1String(name)), after.queryItemValue(QLatin1String(name)));
}

} // namespace kith

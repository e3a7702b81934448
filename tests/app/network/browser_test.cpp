// SPDX-License-Identifier: Apache-2.0
// Signing in through the browser, on the page of a real home server.
#include "tests/app/network/browser.h"
#include "tests/app/network/online_app.h"

using namespace kith;
using namespace kith::tests;

namespace {

struct SignInThroughTheBrowser : testing::Test {
    KithdProcess server;
    QTemporaryDir folder;
    app::AppController app;
    std::future<std::string> page;

    void begin(const std::string& password)
    {
        server.sign_up("mira");
        app.set_browser([this, password](const QUrl& url) {
            page = browse(url.toEncoded().toStdString(), "mira", password);
            return true;
        });
        ASSERT_TRUE(app.take_profile(folder.path()));
        app.open(QStringLiteral("four quiet grey herons"));
        ASSERT_TRUE(OnlineApp::soon([&] { return app.state() == QLatin1String("signedOut"); }));
        app.signInWithBrowser(QString::fromStdString(server.base_url()));
    }
};

} // namespace

TEST_F(SignInThroughTheBrowser, AsksOnTheServersOwnPageAndGoesOnByItself)
{
    begin(KithdProcess::k_password);

    ASSERT_TRUE(OnlineApp::soon([&] { return app.state() == QLatin1String("ready"); })) << app.signInError().toStdString();

    EXPECT_NE(page.get().find("Back to Kith"), std::string::npos);
    EXPECT_TRUE(app.serverHasKith());
    EXPECT_TRUE(OnlineApp::soon([&] { return app.services()->stream.is_open(); }));
    const auto token = app.services()->api.exchange().token().toStdString();
    EXPECT_EQ(server.client().with_token(token).post("/api/v1/statuses", {{"status", "with the browser's token"}}).status, 200);
}

TEST_F(SignInThroughTheBrowser, SigningOutEndsTheTokenOnTheServer)
{
    begin(KithdProcess::k_password);
    ASSERT_TRUE(OnlineApp::soon([&] { return app.state() == QLatin1String("ready"); }));
    page.get();
    const auto client = server.client().with_token(app.services()->api.exchange().token().toStdString());

    app.signOut();

    EXPECT_TRUE(OnlineApp::soon([&] { return client.get("/api/v1/accounts/verify_credentials").status == 401; }));
}

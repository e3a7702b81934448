// SPDX-License-Identifier: Apache-2.0
// The server has stored a post, but the app never hears of it; or the app does not know whether the server heard.
#include "tests/app/network/online_app.h"

using namespace kith::tests;

namespace {

const QByteArray k_post = "POST /api/v1/statuses";

} // namespace

TEST_F(OnlineApp, SendsAPostOnceWhereverItsAnswerIsCut)
{
    int expected_cuts = 0;
    for (const qint64 after : {0, 1, 12, 200, 900}) {
        SCOPED_TRACE(after);
        const auto text = QStringLiteral("Cut after %1 bytes").arg(after);
        wire->cut_answer(k_post, after);

        write(text);

        ASSERT_TRUE(soon([&] { return wire->cuts() == expected_cuts + 1; })) << "the wire was cut";
        ++expected_cuts;
        EXPECT_TRUE(soon([&] { return shown(text) == 1 && outbox_is_empty(); })) << shown_rows();
        EXPECT_EQ(stored(text.toStdString()), 1);
    }
}

TEST_F(OnlineApp, SendsAPostOnceWhereverItsRequestIsCut)
{
    int expected_cuts = 0;
    for (const qint64 after : {0, 5, 150, 420}) {
        SCOPED_TRACE(after);
        const auto text = QStringLiteral("Request cut after %1 bytes").arg(after);
        wire->cut_request(k_post, after);

        write(text);

        ASSERT_TRUE(soon([&] { return wire->cuts() == expected_cuts + 1; }));
        ++expected_cuts;
        EXPECT_TRUE(soon([&] { return shown(text) == 1 && outbox_is_empty(); })) << shown_rows();
        EXPECT_EQ(stored(text.toStdString()), 1);
    }
}

TEST_F(OnlineApp, SendsAPostOnceWhenItIsClosedBeforeTheAnswerAndOpenedAgain)
{
    wire->cut_answer(k_post, 0);
    write(QStringLiteral("Closed too early"));
    ASSERT_TRUE(soon([&] { return wire->cuts() == 1; }));

    app.reset();
    app = std::make_unique<kith::app::AppController>();
    ASSERT_TRUE(app->take_profile(folder.path()));
    app->open(QStringLiteral("four quiet grey herons"));

    ASSERT_TRUE(soon([&] { return app->state() == QLatin1String("ready"); }));
    EXPECT_TRUE(soon([&] { return shown(QStringLiteral("Closed too early")) == 1 && outbox_is_empty(); })) << shown_rows();
    EXPECT_EQ(stored("Closed too early"), 1);
}

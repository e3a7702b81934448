// SPDX-License-Identifier: Apache-2.0
#include "app/features/notifications/notification_model.h"

#include "app/services/services.h"
#include "tests/app/unit/app_test.h"
#include "tests/app/unit/home_server.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using notifications::NotificationModel;
using services::NotificationSync;

namespace {

struct NotificationModelTest : testing::Test {
    HomeServer server;
    std::shared_ptr<store::Store> store = memory_store();
    services::Services services{store, services::Network::Yes};
    NotificationModel model;
    int unseen = -1;

    NotificationModelTest()
    {
        services.api.set_server(server.url());
        services.api.set_token("token-1");
        QObject::connect(&services.notifications, &NotificationSync::unseen_counted, &model,
                         [this](int n) { unseen = n; });
        services.notifications.start(a_viewer());
        model.attach(services);
    }
    ~NotificationModelTest() override { model.detach(); }

    void add(int from, int to)
    {
        for (int id = from; id <= to; ++id)
            server.notifications.push_back(a_notification(std::to_string(id)));
    }
};

} // namespace

TEST_F(NotificationModelTest, ShowsThemNewestFirstAndCountsTheUnseen)
{
    add(9, 12);
    services.notifications.refresh();

    ASSERT_TRUE(soon([&] { return model.count() == 4 && unseen == 4; }));
    EXPECT_EQ(column(model, "notificationId").first(), QStringLiteral("12"));
    EXPECT_EQ(value(model, 0, "sentence").toString(), QStringLiteral("tomas follows you now."));
    EXPECT_TRUE(value(model, 0, "unread").toBool());

    services.notifications.mark_seen();
    ASSERT_TRUE(soon([&] { return unseen == 0; }));
    EXPECT_FALSE(value(model, 0, "unread").toBool());
}

TEST_F(NotificationModelTest, CatchesUpWithoutHoles)
{
    add(1, 2);
    services.notifications.refresh();
    ASSERT_TRUE(soon([&] { return model.count() == 2; }));
    add(3, 100);
    services.notifications.refresh();
    EXPECT_TRUE(soon([&] { return model.count() == 100; })) << model.count();
}

TEST_F(NotificationModelTest, CatchesUpHoweverMuchWasMissed)
{
    add(1, 2);
    services.notifications.refresh();
    ASSERT_TRUE(soon([&] { return model.count() == 2; }));
    model.detach(); // it has to show them all, which is not what this is about
    add(3, 700);
    services.notifications.refresh();
    const auto stored = [&] {
        return read_from<std::int64_t>(
            *store, [](sqlite::Connection& connection) { return connection.integer("SELECT count(*) FROM notifications"); });
    };
    EXPECT_TRUE(soon([&] { return stored() == 700; })) << stored();
}

TEST_F(NotificationModelTest, CatchesUpWhenManyKnownOnesCameInOneMinute)
{
    // Ids with a time in them, a second apart: the minute that is read again is more than a page.
    const auto add_seconds = [this](qint64 from, qint64 to) {
        for (auto second = from; second <= to; ++second)
            server.notifications.push_back(a_notification(std::to_string((1'795'000'000'000 + second * 1'000) << 16)));
    };
    add_seconds(1, 20);
    services.notifications.refresh();
    ASSERT_TRUE(soon([&] { return model.count() == 20; }));
    add_seconds(21, 40);
    services.notifications.refresh();
    ASSERT_TRUE(soon([&] { return model.count() == 40; }));

    add_seconds(41, 50);
    services.notifications.refresh();

    EXPECT_TRUE(soon([&] { return model.count() == 50; })) << model.count();
}

TEST_F(NotificationModelTest, FindsAgainWhatTheStoreDidNotTake)
{
    add(1, 2);
    services.notifications.refresh();
    ASSERT_TRUE(soon([&] { return model.count() == 2; }));
    write_to(*store, [](sqlite::Connection& connection) {
        connection.execute("CREATE TRIGGER full_disk BEFORE INSERT ON notifications "
                           "BEGIN SELECT RAISE(ABORT, 'full'); END");
    });
    add(3, 3);
    const auto path = QStringLiteral("/api/v1/notifications");
    const auto asked = server.count_requests("GET", path);
    services.notifications.on_notification(std::make_shared<const api::Notification>(a_notification("3")));
    ASSERT_TRUE(soon([&] { return server.count_requests("GET", path) > asked; }));

    write_to(*store, [](sqlite::Connection& connection) { connection.execute("DROP TRIGGER full_disk"); });
    services.notifications.refresh();

    EXPECT_TRUE(soon([&] { return model.count() == 3; })) << model.count();
}

TEST_F(NotificationModelTest, CountsTheTimeAgainWhenTheClockIsSet)
{
    add(1, 2);
    services.notifications.refresh();
    ASSERT_TRUE(soon([&] { return model.count() == 2; }));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    emit services.clock_set();
    EXPECT_EQ(changed.size(), 1);
}

TEST_F(NotificationModelTest, TakesLiveOnes)
{
    services.notifications.refresh();
    ASSERT_TRUE(soon([&] { return model.phase() == QLatin1String("empty"); }));
    auto mention = a_notification("50", "mention");
    mention.status = a_status("7", "<p>@mira hello <b>there</b></p>");
    services.notifications.on_notification(std::make_shared<const api::Notification>(mention));
    ASSERT_TRUE(soon([&] { return model.count() == 1 && unseen == 1; }));
    EXPECT_EQ(value(model, 0, "statusText").toString(), QStringLiteral("@mira hello there"));
    EXPECT_EQ(value(model, 0, "statusId").toString(), QStringLiteral("7"));
}

TEST_F(NotificationModelTest, ReadsOlderOnes)
{
    add(1, 70);
    services.notifications.refresh();
    ASSERT_TRUE(soon([&] { return model.count() == 30; }));
    for (int page = 0; page < 4 && !model.atEnd(); ++page) {
        model.loadOlder();
        ASSERT_TRUE(soon([&] { return !model.loadingOlder(); }));
    }
    EXPECT_EQ(model.count(), 70);
    EXPECT_TRUE(model.atEnd());
}

} // namespace kith

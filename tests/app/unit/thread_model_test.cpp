// SPDX-License-Identifier: Apache-2.0
#include "app/features/timeline/thread_model.h"

#include "app/services/services.h"
#include "app/store/status_table.h"
#include "tests/app/unit/app_test.h"
#include "tests/app/unit/home_server.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using sqlite::Connection;
using timeline::ThreadModel;

namespace {

struct ThreadModelTest : testing::Test {
    HomeServer server;
    std::shared_ptr<store::Store> store = memory_store();
    services::Services services{store, services::Network::Yes};
    ThreadModel model;

    ThreadModelTest()
    {
        services.api.set_server(server.url());
        services.api.set_token("token-1");
        services.threads.start(a_viewer());
        model.attach(services);
    }
    ~ThreadModelTest() override { model.detach(); }
};

api::Status an_answer(const char* id, const char* to)
{
    auto status = a_status(id);
    status.in_reply_to_id = to;
    return status;
}

} // namespace

TEST_F(ThreadModelTest, ShowsTheStoredThreadAndThenTheServers)
{
    server.home = {a_status("5"), an_answer("6", "5"), an_answer("7", "5")};
    write_to(*store, [](Connection& connection) {
        store::save_statuses(connection, {a_status("5"), an_answer("6", "5")});
    });

    model.open(QStringLiteral("5"));

    EXPECT_TRUE(soon([&] { return column(model, "statusId").size() == 2; }));
    EXPECT_TRUE(soon([&] { return column(model, "statusId").size() == 3; }));
    EXPECT_TRUE(value(model, 0, "focused").toBool());
    EXPECT_EQ(value(model, 1, "depth").toInt(), 1);
    EXPECT_EQ(model.focusedRow(), 0);
}

TEST_F(ThreadModelTest, IsReadableWithoutANetwork)
{
    server.go_away();
    write_to(*store,
             [](Connection& connection) { store::save_statuses(connection, {a_status("5")}); });
    model.open(QStringLiteral("5"));
    EXPECT_TRUE(soon([&] { return model.phase() == QLatin1String("ready") && model.count() == 1; }));
}

TEST_F(ThreadModelTest, CountsTheTimeAgainWhenTheClockIsSet)
{
    write_to(*store, [](Connection& connection) { store::save_statuses(connection, {a_status("5")}); });
    model.open(QStringLiteral("5"));
    ASSERT_TRUE(soon([&] { return model.count() == 1; }));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    emit services.clock_set();
    EXPECT_EQ(changed.size(), 1);
}

TEST_F(ThreadModelTest, SaysThatThereIsNoSuchPost)
{
    model.open(QStringLiteral("77"));
    EXPECT_TRUE(soon([&] { return model.phase() == QLatin1String("error"); }));
    EXPECT_EQ(model.errorSentence(), QStringLiteral("Nothing is here."));
}

} // namespace kith

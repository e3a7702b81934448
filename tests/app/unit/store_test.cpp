// SPDX-License-Identifier: Apache-2.0
#include "app/store/store.h"

#include "app/base/strings.h"
#include "app/store/rows.h"
#include "app/store/schema.h"
#include "app/store/session_table.h"
#include "app/store/status_table.h"
#include "app/store/timeline_table.h"
#include "tests/app/unit/app_test.h"

#include <QFileInfo>

#include <gtest/gtest.h>

#include <algorithm>

namespace kith {

using namespace test;
using sqlite::Connection;
using store::k_home;

namespace {

std::vector<std::string> ids(const std::vector<api::Status>& statuses)
{
    std::vector<std::string> list;
    for (const auto& status : statuses)
        list.push_back(status.id);
    return list;
}

std::vector<std::string> home_of(store::Store& store)
{
    return read_from<std::vector<std::string>>(store, [](Connection& connection) {
        return ids(store::read_entries(connection, k_home, "", 100));
    });
}

} // namespace

TEST(SortKey, OrdersIdsOfDifferentLengths)
{
    EXPECT_LT(app::sort_key(QStringLiteral("999")), app::sort_key(QStringLiteral("1000")));
    EXPECT_EQ(app::sort_key(QString(65, QLatin1Char('1'))), QString());
}

TEST(SortKey, GoesBackByTheTimeThatIdsCarry)
{
    const auto id = static_cast<qint64>(1'000'000) << 16;
    EXPECT_EQ(app::id_before(QString::number(id), 60),
              QString::number(id - (static_cast<qint64>(60'000) << 16)));
    EXPECT_EQ(app::id_before(QStringLiteral("17"), 60), QStringLiteral("17"));
    EXPECT_EQ(app::id_before(QStringLiteral("01HXYZ"), 60), QStringLiteral("01HXYZ"));
}

TEST(Store, GivesBackATimelineNewestFirst)
{
    const auto store = memory_store();
    write_to(*store, [](Connection& connection) {
        store::add_entries(connection, k_home, {a_status("9"), a_status("100"), a_status("20")});
        store::add_entries(connection, k_home, {a_status("20", "<p>changed</p>")});
    });

    EXPECT_EQ(home_of(*store), (std::vector<std::string>{"100", "20", "9"}));
    const auto changed = read_from<std::string>(*store, [](Connection& connection) {
        return store::read_status(connection, "20")->content;
    });
    EXPECT_EQ(changed, "<p>changed</p>");
}

TEST(Store, KeepsEverythingForTheNextOpening)
{
    QTemporaryDir folder;
    const auto file = folder.filePath(QStringLiteral("store.db"));
    {
        const auto store = open_store(file);
        write_to(*store, [](Connection& connection) {
            store::add_entries(connection, k_home, {a_status("5")});
            store::write_setting(connection, "look.color_scheme", "dark");
        });
    }

    const auto store = open_store(file);

    EXPECT_EQ(home_of(*store), std::vector<std::string>{"5"});
    EXPECT_EQ(read_from<std::optional<std::string>>(
                  *store, [](Connection& c) { return store::read_setting(c, "look.color_scheme"); }),
              "dark");
}

TEST(Store, FinishesWhatIsQueuedBeforeItCloses)
{
    QTemporaryDir folder;
    const auto file = folder.filePath(QStringLiteral("store.db"));
    {
        const auto store = open_store(file);
        for (int i = 0; i < 20; ++i)
            store->write([i](Connection& connection) {
                store::add_entries(connection, k_home, {a_status(std::to_string(100 + i))});
            });
    }
    EXPECT_EQ(home_of(*open_store(file)).size(), 20u);
}

TEST(Store, RefusesAWrongKeyAndLeavesTheFile)
{
    QTemporaryDir folder;
    const auto file = folder.filePath(QStringLiteral("store.db"));
    write_to(*open_store(file, 7),
             [](Connection& connection) { store::add_entries(connection, k_home, {a_status("5")}); });
    const auto before = content_of(file);

    const auto outcome = try_open(file, 8);

    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Errc::unauthorized);
    EXPECT_EQ(content_of(file), before);
    EXPECT_EQ(home_of(*open_store(file, 7)), std::vector<std::string>{"5"});
}

TEST(Store, RefusesAFileOfANewerKithAndLeavesIt)
{
    QTemporaryDir folder;
    const auto file = folder.filePath(QStringLiteral("store.db"));
    write_to(*open_store(file), [](Connection& connection) {
        connection.execute("PRAGMA user_version = " + std::to_string(store::newest_version() + 1));
    });
    const auto before = content_of(file);

    const auto outcome = try_open(file, 7);

    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Errc::conflict);
    EXPECT_NE(outcome.error().message.find("newer version of Kith"), std::string::npos);
    EXPECT_EQ(content_of(file), before);
}

TEST(Store, WritesNoPlainTextNeitherToTheFileNorToItsLog)
{
    QTemporaryDir folder;
    const auto file = folder.filePath(QStringLiteral("store.db"));
    const QByteArray secret = "the heron sleeps behind the library";
    {
        const auto store = open_store(file);
        write_to(*store, [&](Connection& connection) {
            store::add_entries(connection, k_home, {a_status("5", "<p>" + secret.toStdString() + "</p>")});
        });
        ASSERT_TRUE(QFileInfo::exists(file + QStringLiteral("-wal")));
        EXPECT_GT(QFileInfo(file + QStringLiteral("-wal")).size(), 0);
        EXPECT_FALSE(folder_contains(folder.path(), secret));
        EXPECT_FALSE(folder_contains(folder.path(), "CREATE TABLE"));
    }
    EXPECT_FALSE(folder_contains(folder.path(), secret));
    EXPECT_FALSE(content_of(file).startsWith("SQLite format 3"));
}

TEST(Store, IsReadableByItsOwnerOnly)
{
    QTemporaryDir folder;
    const auto file = folder.filePath(QStringLiteral("store.db"));
    const auto store = open_store(file);
    const auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther |
                        QFileDevice::WriteOther;

    for (const auto* suffix : {"", "-wal"})
        EXPECT_FALSE(QFileInfo(file + QLatin1String(suffix)).permissions() & others) << suffix;
}

TEST(Store, RollsBackAWriteThatFailsHalfway)
{
    const auto store = memory_store();
    QObject here;
    std::optional<Result<void>> outcome;
    const auto work = [](Connection& connection) {
        store::add_entries(connection, k_home, {a_status("5")});
        connection.execute("INSERT INTO no_such_table VALUES (1)");
    };

    store->write(&here, work, [&](Result<void> done) { outcome = done; });

    ASSERT_TRUE(soon([&] { return outcome.has_value(); }));
    EXPECT_FALSE(*outcome);
    EXPECT_TRUE(home_of(*store).empty());
}

TEST(Store, AnswersNobodyWhoIsGone)
{
    const auto store = memory_store();
    bool called = false;
    {
        QObject gone;
        store->read(
            &gone, [](Connection&) { return 1; }, [&](const Result<int>&) { called = true; });
    }
    EXPECT_EQ(read_from<int>(*store, [](Connection&) { return 2; }), 2);
    EXPECT_FALSE(called);
}

TEST(Store, ForgetsEverythingButTheLook)
{
    const auto store = memory_store();
    write_to(*store, [](Connection& connection) {
        store::write_session(
            connection, {.server = "https://hollow.example", .token = "t", .account = an_account("1", "mira")});
        store::add_entries(connection, k_home, {a_status("5")});
        store::write_setting(connection, "look.color_scheme", "dark");
        store::write_setting(connection, "home.anchor_id", "5");
        store::forget_everything(connection);
    });

    EXPECT_TRUE(home_of(*store).empty());
    EXPECT_FALSE(
        read_from<bool>(*store, [](Connection& c) { return store::read_session(c).has_value(); }));
    EXPECT_TRUE(read_from<bool>(*store, [](Connection& c) {
        return store::read_setting(c, "look.color_scheme") == "dark";
    }));
    EXPECT_FALSE(read_from<bool>(
        *store, [](Connection& c) { return store::read_setting(c, "home.anchor_id").has_value(); }));
}

TEST(Store, RaisesTheMarkAndNeverLowersIt)
{
    const auto store = memory_store();
    const auto mark = [&] {
        return read_from<std::string>(*store, [](Connection& connection) { return store::read_mark(connection, k_home); });
    };
    const auto raise = [&](const std::vector<api::Status>& to) {
        write_to(*store, [&](Connection& connection) { store::raise_mark(connection, k_home, to); });
    };
    EXPECT_EQ(mark(), "");
    raise({a_status("9"), a_status("100"), a_status("20")});
    EXPECT_EQ(mark(), "100");
    raise({a_status("99")});
    raise({});
    EXPECT_EQ(mark(), "100");
    write_to(*store, [](Connection& connection) { store::forget_everything(connection); });
    EXPECT_EQ(mark(), "");
}

TEST(Store, ChangesAPostAloneAndInItsBoosts)
{
    const auto store = memory_store();
    auto boost = a_status("6");
    boost.reblog = std::make_shared<api::Status>(a_status("5"));
    std::vector<std::string> changed;
    write_to(*store, [&](Connection& connection) {
        store::add_entries(connection, k_home, {boost, a_status("4")});
        changed = ids(store::update_status(connection, a_status("5", "better")));
        EXPECT_EQ(store::read_status(connection, "5")->content, "better");
        EXPECT_EQ(store::read_status(connection, "6")->reblog->content, "better");
        EXPECT_TRUE(store::update_status(connection, a_status("7")).empty());
    });
    std::sort(changed.begin(), changed.end());
    EXPECT_EQ(changed, (std::vector<std::string>{"5", "6"}));
}

TEST(Store, RemovesAPostWithItsBoostsFromTheTimeline)
{
    const auto store = memory_store();
    auto boost = a_status("6");
    boost.reblog = std::make_shared<api::Status>(a_status("5"));
    write_to(*store, [&](Connection& connection) {
        store::add_entries(connection, k_home, {a_status("5"), boost, a_status("4")});
        store::remove_status(connection, "5");
    });
    EXPECT_EQ(home_of(*store), std::vector<std::string>{"4"});
}

TEST(Store, PrunesTheOldestEntries)
{
    const auto store = memory_store();
    write_to(*store, [](Connection& connection) {
        for (int id = 1; id <= 30; ++id)
            store::add_entries(connection, k_home, {a_status(std::to_string(id))});
        store::prune(connection, k_home, 10);
    });
    EXPECT_EQ(home_of(*store).front(), "30");
    EXPECT_LE(home_of(*store).size(), 11u);
}

TEST(Store, ReadsAThreadInOrder)
{
    const auto store = memory_store();
    const auto answer = [](const char* id, const char* to) {
        auto status = a_status(id);
        status.in_reply_to_id = to;
        return status;
    };
    write_to(*store, [&](Connection& connection) {
        store::save_statuses(connection, {a_status("1"), answer("2", "1"), answer("3", "2"),
                                          answer("4", "3"), answer("5", "2")});
    });

    const auto thread = read_from<std::vector<store::ThreadPost>>(
        *store, [](Connection& connection) { return store::read_thread(connection, "2"); });

    ASSERT_EQ(thread.size(), 5u);
    EXPECT_EQ(thread[0].status.id, "1");
    EXPECT_EQ(thread[1].status.id, "2");
    EXPECT_EQ(thread[2].status.id, "3");
    EXPECT_EQ(thread[3].status.id, "4");
    EXPECT_EQ(thread[3].depth, 2);
    EXPECT_EQ(thread[4].status.id, "5");
}

TEST(Store, SurvivesAThreadThatAnswersItself)
{
    const auto store = memory_store();
    auto one = a_status("1"), two = a_status("2");
    one.in_reply_to_id = "2";
    two.in_reply_to_id = "1";
    write_to(*store, [&](Connection& connection) { store::save_statuses(connection, {one, two}); });
    const auto size = read_from<std::size_t>(
        *store, [](Connection& c) { return store::read_thread(c, "1").size(); });
    EXPECT_EQ(size, 2u);
}

} // namespace kith

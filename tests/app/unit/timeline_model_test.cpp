// SPDX-License-Identifier: Apache-2.0
#include "app/features/timeline/timeline_model.h"

#include "app/services/services.h"
#include "app/store/timeline_table.h"
#include "tests/app/unit/app_test.h"
#include "tests/app/unit/home_server.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using sqlite::Connection;
using timeline::TimelineModel;

namespace {

const QString k_home_path = QStringLiteral("/api/v1/timelines/home");

/// Signed in, with the posts 101 to 103 in the store, as if read yesterday.
struct TimelineModelTest : testing::Test {
    HomeServer server;
    std::shared_ptr<store::Store> store = memory_store();
    std::unique_ptr<services::Services> services;
    TimelineModel model;
    bool refusing = true;

    TimelineModelTest()
    {
        write_to(*store, [&](Connection& connection) {
            store::write_session(connection, {.server = server.address().toStdString(),
                                              .token = "token-1",
                                              .account = an_account("1", "mira"),
                                              .instance_domain = "hollow.example"});
        });
    }
    ~TimelineModelTest() override { model.detach(); }

    void keep(int from, int to)
    {
        write_to(*store, [=](Connection& connection) {
            for (int id = from; id <= to; ++id)
                store::add_entries(connection, store::k_home, {a_status(std::to_string(id))});
            store::raise_mark(connection, store::k_home, {a_status(std::to_string(to))});
        });
    }
    /// The server has no page of the home timeline while `refusing`, unless it is asked for the newest.
    void refuse_what_is_missed()
    {
        server.before = [this](const HttpRequest& request) -> std::optional<HttpReply> {
            const bool missed = request.path == k_home_path && request.query.hasQueryItem(QStringLiteral("since_id"));
            return refusing && missed ? std::optional(HttpReply{.status = 503}) : std::nullopt;
        };
    }
    void send(const char* text)
    {
        QSignalSpy sent(&services->outbox, &services::Outbox::sent);
        services->outbox.send({.text = text}, {}, &model, [](const Result<void>&) {});
        ASSERT_TRUE(soon([&] { return sent.size() == 1; }));
    }
    void start()
    {
        services = std::make_unique<services::Services>(store, services::Network::Yes);
        QObject::connect(&services->session, &services::Session::signed_in, &model,
                         [this] { model.attach(*services); });
        services->session.restore();
    }
    /// Started, refreshed, and the stream open.
    void start_and_settle()
    {
        start();
        ASSERT_TRUE(soon([&] { return server.listeners() == 1 && services->stream.is_open(); }));
        QSignalSpy refreshed(&services->home, &services::HomeTimelineSync::refreshed);
        services->home.refresh();
        ASSERT_TRUE(soon([&] { return refreshed.size() >= 1; }));
        ASSERT_TRUE(soon([&] { return model.phase() != QLatin1String("loading"); }));
    }
    void push(int id)
    {
        server.push("update", to_text(api::to_json(a_status(std::to_string(id)))));
    }
    QStringList ids() const { return column(model, "statusId"); }
    QStringList range(int newest, int oldest) const
    {
        QStringList list;
        for (int id = newest; id >= oldest; --id)
            list.append(QString::number(id));
        return list;
    }
};

} // namespace

TEST_F(TimelineModelTest, OpensFromTheStoreWithoutANetwork)
{
    keep(101, 103);
    server.go_away();
    start();
    EXPECT_TRUE(soon([&] { return ids() == range(103, 101); }));
    EXPECT_EQ(model.phase(), QStringLiteral("ready"));
    EXPECT_TRUE(soon([&] { return !services->connection.online(); }));
    EXPECT_TRUE(services->connection.sentence().endsWith(
        QStringLiteral("You can still read what is here, and write.")));
    EXPECT_EQ(ids(), range(103, 101));
}

TEST_F(TimelineModelTest, SaysThatItIsEmpty)
{
    start();
    EXPECT_TRUE(soon([&] { return model.phase() == QLatin1String("empty"); }));
}

TEST_F(TimelineModelTest, SaysWhyItHasNothing)
{
    server.go_away();
    start();
    EXPECT_TRUE(soon([&] { return model.phase() == QLatin1String("error"); }));
    EXPECT_FALSE(model.errorSentence().isEmpty());
}

TEST_F(TimelineModelTest, PutsALivePostOnTopForAReaderAtTheTop)
{
    server.add_home(101, 103);
    start_and_settle();
    ASSERT_EQ(ids(), range(103, 101));

    push(104);

    EXPECT_TRUE(soon([&] { return ids() == range(104, 101); }));
    EXPECT_EQ(model.newCount(), 0);
}

TEST_F(TimelineModelTest, HoldsLivePostsBackForAReaderFurtherDown)
{
    server.add_home(101, 103);
    start_and_settle();
    model.setAtTop(false);

    push(104);
    push(105);
    push(104);

    ASSERT_TRUE(soon([&] { return model.newCount() == 2; }));
    EXPECT_EQ(ids(), range(103, 101));
    model.showNew();
    EXPECT_EQ(ids(), range(105, 101));
    EXPECT_EQ(model.newCount(), 0);
}

TEST_F(TimelineModelTest, ShowsWhatWasHeldBackWhenTheReaderComesToTheTop)
{
    server.add_home(101, 103);
    start_and_settle();
    model.setAtTop(false);
    push(104);
    ASSERT_TRUE(soon([&] { return model.newCount() == 1; }));
    model.setAtTop(true);
    EXPECT_EQ(ids(), range(104, 101));
}

TEST_F(TimelineModelTest, InsertsWithoutTouchingOtherRows)
{
    server.add_home(101, 103);
    start_and_settle();
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    push(104);
    ASSERT_TRUE(soon([&] { return inserted.size() == 1; }));
    EXPECT_EQ(inserted.front().at(1).toInt(), 0);
    EXPECT_EQ(reset.size(), 0);
}

TEST_F(TimelineModelTest, RemovesDoubles)
{
    server.add_home(101, 103);
    start_and_settle();
    push(103);
    push(104);
    push(104);
    server.add_home(104, 104);
    services->home.reread();
    ASSERT_TRUE(soon([&] { return ids().contains(QStringLiteral("104")); }));
    QSignalSpy stored(&services->home, &services::HomeTimelineSync::posts_stored);
    services->home.reread();
    ASSERT_TRUE(soon([&] { return stored.size() >= 1; }));
    EXPECT_EQ(ids(), range(104, 101));
}

TEST_F(TimelineModelTest, FillsTheHoleBelowTheNewestPage)
{
    keep(1, 3);
    server.add_home(1, 150);

    start();

    ASSERT_TRUE(soon([&] { return ids() == range(150, 1); })) << ids().size();
    // One more page, an empty one, tells that nothing is left between.
    EXPECT_TRUE(soon([&] {
        return read_from<std::vector<store::Gap>>(
                   *store,
                   [](Connection& connection) { return store::read_gaps(connection, store::k_home); })
            .empty();
    }));
}

TEST_F(TimelineModelTest, FillsAHoleThatAnEarlierRunLeft)
{
    server.add_home(1, 60);
    keep(1, 3);
    keep(50, 60);
    write_to(*store, [](Connection& connection) {
        store::open_gap(connection, store::k_home, {.newer_id = "50", .older_id = "3"});
    });
    start();
    EXPECT_TRUE(soon([&] { return ids() == range(60, 1); }));
}

TEST_F(TimelineModelTest, LeavesNoHoleBelowAnOwnPostThatCameFirst)
{
    keep(1, 3);
    server.add_home(1, 100);
    refuse_what_is_missed();
    start();
    ASSERT_TRUE(soon([&] { return ids() == range(3, 1); }));
    send("hello");

    refusing = false;
    services->retry_now();

    const auto all = QStringList{QStringLiteral("9000")} + range(100, 1);
    EXPECT_TRUE(soon([&] { return ids() == all; })) << ids().join(QLatin1Char(' ')).toStdString();
}

TEST_F(TimelineModelTest, LeavesNoHoleBelowAPageThatWasReadAgain)
{
    keep(1, 3);
    server.add_home(1, 100);
    refuse_what_is_missed();
    start();
    ASSERT_TRUE(soon([&] { return ids() == range(3, 1); }));
    services->home.reread(); // somebody new is followed
    ASSERT_TRUE(soon([&] { return ids() == range(100, 61) + range(3, 1); }));

    refusing = false;
    services->retry_now();

    EXPECT_TRUE(soon([&] { return ids() == range(100, 1); })) << ids().join(QLatin1Char(' ')).toStdString();
}

TEST_F(TimelineModelTest, LeavesNoHoleAboveAnOwnPostThatWasTheVeryFirst)
{
    server.before = [this](const HttpRequest& request) -> std::optional<HttpReply> {
        return refusing && request.path == k_home_path ? std::optional(HttpReply{.status = 503}) : std::nullopt;
    };
    start();
    ASSERT_TRUE(soon([&] { return model.phase() == QLatin1String("error"); }));
    send("hello");
    server.add_home(9001, 9100);

    refusing = false;
    services->retry_now();

    EXPECT_TRUE(soon([&] { return ids() == range(9100, 9000); })) << ids().join(QLatin1Char(' ')).toStdString();
}

TEST_F(TimelineModelTest, LeavesNoHoleWhenTheStreamSaysMoreThanCanBeHeldBack)
{
    server.add_home(101, 103);
    start_and_settle();
    bool said = false;
    server.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path != k_home_path || said)
            return std::nullopt;
        said = true;
        for (int id = 104; id <= 350; ++id) {
            server.add_home(id, id);
            services->home.on_status(std::make_shared<const api::Status>(a_status(std::to_string(id))));
        }
        return HttpReply{.body = to_json_bytes(json::array{api::to_json(a_status("103"))})}; // as of a moment ago
    };
    services->home.refresh();
    EXPECT_TRUE(soon([&] { return ids() == range(350, 101); })) << ids().size();
}

TEST_F(TimelineModelTest, FindsAgainWhatTheStoreDidNotTake)
{
    server.add_home(101, 103);
    start_and_settle();
    write_to(*store, [](Connection& connection) {
        connection.execute("CREATE TRIGGER full_disk BEFORE INSERT ON timeline_entries WHEN NEW.status_id = '104' "
                           "BEGIN SELECT RAISE(ABORT, 'full'); END");
    });
    server.add_home(104, 105);
    const auto asked = server.count_requests("GET", k_home_path);
    push(104);
    push(105);
    ASSERT_TRUE(soon([&] { return server.count_requests("GET", k_home_path) > asked; })) << "it looks for it by itself";

    write_to(*store, [](Connection& connection) { connection.execute("DROP TRIGGER full_disk"); });
    services->retry_now();

    EXPECT_TRUE(soon([&] { return ids() == range(105, 101); })) << ids().join(QLatin1Char(' ')).toStdString();
}

TEST_F(TimelineModelTest, ReadsAgainWhatTheServerRefused)
{
    int refusals = 0;
    server.add_home(101, 103);
    server.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path != k_home_path || refusals >= 2)
            return std::nullopt;
        ++refusals;
        return HttpReply{.status = 404, .body = R"({"error": "Not here."})"};
    };
    start();
    EXPECT_TRUE(soon([&] { return ids() == range(103, 101); }));
}

TEST_F(TimelineModelTest, LeavesNoHoleWhenAPostArrivesWhileItReads)
{
    keep(1, 3);
    server.add_home(1, 100);
    // The first page is answered only after the stream has brought something newer.
    bool pushed = false;
    server.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path != QLatin1String("/api/v1/timelines/home") || pushed)
            return std::nullopt;
        pushed = true;
        server.add_home(101, 101);
        push(101);
        return HttpReply{.manner = HttpReply::Manner::HangUp};
    };
    start();
    ASSERT_TRUE(soon([&] { return server.listeners() == 1; }));
    services->retry_now();
    EXPECT_TRUE(soon([&] { return ids() == range(101, 1); })) << ids().join(QLatin1Char(' ')).toStdString();
}

TEST_F(TimelineModelTest, CatchesUpAfterTheConnectionBroke)
{
    server.add_home(101, 103);
    start_and_settle();
    server.go_away();
    ASSERT_TRUE(soon([&] { return !services->connection.online(); }));
    server.add_home(104, 106);

    server.come_back();
    services->retry_now();

    EXPECT_TRUE(soon([&] { return ids() == range(106, 101); }));
    EXPECT_TRUE(soon([&] { return services->connection.online(); }));
    EXPECT_TRUE(services->connection.sentence().isEmpty());
}

TEST_F(TimelineModelTest, ReadsOlderPagesToTheEnd)
{
    server.add_home(1, 100);
    start_and_settle();
    ASSERT_EQ(ids(), range(100, 61));

    for (int page = 0; page < 5 && !model.atEnd(); ++page) {
        model.loadOlder();
        ASSERT_TRUE(soon([&] { return !model.loadingOlder(); }));
    }

    EXPECT_EQ(ids(), range(100, 1));
    EXPECT_TRUE(model.atEnd());
}

TEST_F(TimelineModelTest, ReadsOlderPagesFromTheStoreWithoutANetwork)
{
    keep(1, 90);
    server.go_away();
    start();
    ASSERT_TRUE(soon([&] { return ids() == range(90, 51); }));
    model.loadOlder();
    EXPECT_TRUE(soon([&] { return ids() == range(90, 11); }));
}

TEST_F(TimelineModelTest, RestsAfterOlderPagesCannotBeRead)
{
    server.add_home(1, 3);
    start_and_settle();
    server.before = [](const HttpRequest&) { return std::optional(HttpReply{.status = 503}); };
    QSignalSpy failed(&model, &TimelineModel::failed);
    model.loadOlder();
    ASSERT_TRUE(soon([&] { return failed.size() == 1; }));
    EXPECT_FALSE(model.loadingOlder());

    // As a view does that stands near its end.
    model.loadOlder();
    EXPECT_FALSE(model.loadingOlder());

    server.before = nullptr;
    model.refresh();
    model.loadOlder();
    EXPECT_TRUE(soon([&] { return model.atEnd(); }));
}

TEST_F(TimelineModelTest, OpensAtTheKeptPlace)
{
    keep(1, 100);
    server.go_away();
    start();
    ASSERT_TRUE(soon([&] { return ids().size() == 40; }));
    model.loadOlder();
    ASSERT_TRUE(soon([&] { return ids().size() == 80; }));
    model.setAtTop(false);
    model.rememberPlace(QStringLiteral("30"), 12);

    model.detach();
    TimelineModel next;
    next.attach(*services);

    ASSERT_TRUE(soon([&] { return next.phase() == QLatin1String("ready"); }));
    EXPECT_EQ(next.anchorId(), QStringLiteral("30"));
    EXPECT_EQ(next.anchorOffset(), 12);
    EXPECT_FALSE(next.atTop());
    EXPECT_TRUE(column(next, "statusId").contains(QStringLiteral("30")));
    next.detach();
}

TEST_F(TimelineModelTest, HoldsBackWhatIsNewAboveAKeptPlace)
{
    keep(101, 110);
    write_to(*store, [](Connection& connection) { store::prune(connection, store::k_home, 100); });
    start_and_settle();
    model.setAtTop(false);
    model.rememberPlace(QStringLiteral("103"), 0);
    model.detach();
    server.add_home(101, 112);

    model.attach(*services);
    services->home.refresh();

    ASSERT_TRUE(soon([&] { return model.newCount() == 2; }));
    EXPECT_EQ(ids(), range(110, 101));
}

TEST_F(TimelineModelTest, ShowsOwnPostsAtOnceAndOnce)
{
    server.add_home(101, 103);
    start_and_settle();
    model.setAtTop(false);
    services->outbox.send({.text = "hello"}, {}, &model, [](const Result<void>&) {});
    ASSERT_TRUE(soon([&] { return model.rowCount() == 4; }));
    EXPECT_TRUE(value(model, 0, "isOwn").toBool());

    ASSERT_TRUE(soon([&] { return value(model, 0, "sendState").toString() == QLatin1String("sent"); }));

    server.push("update", to_text(api::to_json(server.created.front())));
    push(104);
    ASSERT_TRUE(soon([&] { return model.newCount() == 0 && model.rowCount() >= 4; }));
    EXPECT_EQ(ids().count(QStringLiteral("9000")), 1);
}

TEST_F(TimelineModelTest, ForgetsWhatIsDeletedElsewhere)
{
    server.add_home(101, 103);
    start_and_settle();
    server.push("delete", "102");
    EXPECT_TRUE(soon([&] {
        return ids() == QStringList{QStringLiteral("103"), QStringLiteral("101")};
    }));
}

TEST_F(TimelineModelTest, DeletesAnOwnPost)
{
    server.add_home(101, 103);
    start_and_settle();
    model.remove(QStringLiteral("103"));
    EXPECT_TRUE(soon([&] { return ids() == range(102, 101); }));
    EXPECT_EQ(server.home.size(), 2u);
}

TEST_F(TimelineModelTest, ShowsWhatWasChanged)
{
    server.add_home(101, 103);
    start_and_settle();
    server.push("status.update", to_text(api::to_json(a_status("102", "<p>better words</p>"))));
    EXPECT_TRUE(
        soon([&] { return value(model, 1, "plainText").toString() == QLatin1String("better words"); }));
}

TEST_F(TimelineModelTest, ShowsWhatWasChangedInBoostsToo)
{
    auto boost = a_status("104");
    boost.reblog = std::make_shared<api::Status>(a_status("50", "<p>first words</p>"));
    boost.account = an_account("3", "leila");
    server.home.push_back(boost);
    start_and_settle();
    ASSERT_EQ(value(model, 0, "plainText").toString(), QStringLiteral("first words"));

    server.push("status.update", to_text(api::to_json(a_status("50", "<p>better words</p>"))));

    EXPECT_TRUE(soon([&] { return value(model, 0, "plainText").toString() == QLatin1String("better words"); }));
    EXPECT_EQ(value(model, 0, "entryId").toString(), QStringLiteral("104"));
    EXPECT_EQ(value(model, 0, "boostedBy").toString(), QStringLiteral("leila"));
    const auto stored = read_from<std::vector<api::Status>>(
        *store, [](Connection& connection) { return store::read_entries(connection, store::k_home, {}, 1); });
    ASSERT_EQ(stored.size(), 1u);
    EXPECT_EQ(stored.front().reblog->content, "<p>better words</p>");
}

} // namespace kith

// SPDX-License-Identifier: Apache-2.0
#include "app/services/outbox.h"

#include "app/store/outbox_table.h"
#include "app/store/timeline_table.h"
#include "tests/app/unit/app_test.h"
#include "tests/app/unit/home_server.h"

#include <QSet>
#include <QSignalSpy>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using services::Outbox;
using services::Post;
using sqlite::Connection;
using store::OutboxItem;

namespace {

const services::OutboxTimes k_quick{.first_wait = std::chrono::milliseconds{20},
                                    .most_wait = std::chrono::milliseconds{80}};
const QString k_path = QStringLiteral("/api/v1/statuses");

struct OutboxTest : testing::Test {
    HomeServer server;
    std::shared_ptr<store::Store> store = memory_store();
    net::ApiClient api{{.timeout = std::chrono::milliseconds{500}}};
    Outbox outbox{*store, api, k_quick};
    std::vector<Post> waiting;
    std::vector<Post> sent;

    OutboxTest()
    {
        api.set_server(server.url());
        api.set_token("token-1");
        QObject::connect(&outbox, &Outbox::changed, &outbox,
                         [this](const std::vector<Post>& posts) { waiting = posts; });
        QObject::connect(&outbox, &Outbox::sent, &outbox,
                         [this](const QString&, const Post& post) { sent.push_back(post); });
    }
    void write(const char* text)
    {
        bool kept = false;
        outbox.send({.text = text}, {}, &outbox,
                    [&](const Result<void>& outcome) { kept = outcome.has_value(); });
        ASSERT_TRUE(soon([&] { return kept; }));
    }
    QSet<QByteArray> keys_used() const
    {
        QSet<QByteArray> keys;
        for (const auto& request : server.requests)
            if (request.verb == "POST" && request.path == k_path)
                keys.insert(request.headers.value("idempotency-key"));
        return keys;
    }
    std::vector<OutboxItem> stored()
    {
        return read_from<std::vector<OutboxItem>>(*store, store::read_outbox);
    }
    /// Every write of this kind fails until the trigger is dropped.
    void break_store(const char* when)
    {
        write_to(*store, [when](Connection& connection) {
            connection.execute(std::string("CREATE TRIGGER full_disk BEFORE ") + when +
                               " BEGIN SELECT RAISE(ABORT, 'full'); END");
        });
    }
    void mend_store()
    {
        write_to(*store, [](Connection& connection) { connection.execute("DROP TRIGGER full_disk"); });
    }
    bool shows(const char* state) const
    {
        return waiting.size() == 1 && waiting.front().send_state == QLatin1String(state);
    }
};

} // namespace

TEST_F(OutboxTest, SendsAndPutsThePostIntoTheTimeline)
{
    outbox.start(a_viewer());
    write("hello");

    ASSERT_TRUE(soon([&] { return sent.size() == 1 && waiting.empty(); }));
    EXPECT_EQ(server.created.size(), 1u);
    EXPECT_TRUE(stored().empty());
    const auto home = read_from<std::vector<api::Status>>(
        *store, [](Connection& c) { return store::read_entries(c, store::k_home, {}, 10); });
    ASSERT_EQ(home.size(), 1u);
    EXPECT_EQ(home.front().id, "9000");
}

TEST_F(OutboxTest, SendsOnceThoughTheAnswerIsLost)
{
    int lost = 0;
    server.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path != k_path || lost >= 2)
            return std::nullopt;
        ++lost;
        // The server did it, and nobody hears of it.
        const auto text = find_string(*parse_json(request.body.toStdString()), "status").value_or("");
        if (!server.key_to_id.contains(request.headers.value("idempotency-key"))) {
            auto status = a_status("9000", "<p>" + text + "</p>");
            server.created.push_back(status);
            server.key_to_id[request.headers.value("idempotency-key")] = "9000";
        }
        return HttpReply{.manner = HttpReply::Manner::HangUp};
    };
    outbox.start(a_viewer());

    write("hello");

    ASSERT_TRUE(soon([&] { return sent.size() == 1; }));
    EXPECT_GE(server.count_requests("POST", k_path), 3);
    EXPECT_EQ(keys_used().size(), 1);
    EXPECT_EQ(server.created.size(), 1u);
    EXPECT_EQ(sent.front().status_id, QStringLiteral("9000"));
}

TEST_F(OutboxTest, SurvivesTheEndOfTheProgramInTheMiddle)
{
    const OutboxItem item{.key = "key-of-then", .created_at = 1, .state = "sending", .post = {.text = "from before"}};
    write_to(*store, [&](Connection& connection) { store::add_to_outbox(connection, item); });

    outbox.start(a_viewer());

    ASSERT_TRUE(soon([&] { return sent.size() == 1; }));
    EXPECT_EQ(keys_used(), QSet<QByteArray>{"key-of-then"});
}

TEST_F(OutboxTest, KeepsWhatTheServerRefusesWithItsSentence)
{
    bool refuse = true;
    server.before = [&](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path != k_path || !refuse)
            return std::nullopt;
        return HttpReply{.status = 422, .body = R"({"error": "The text is too long."})"};
    };
    outbox.start(a_viewer());
    write("much too long");
    ASSERT_TRUE(soon([&] { return shows("failed"); }));
    EXPECT_EQ(waiting.front().send_error, QStringLiteral("The text is too long."));
    EXPECT_EQ(server.count_requests("POST", k_path), 1) << "a refusal is not tried again by itself";

    refuse = false;
    outbox.retry(QString::fromStdString(stored().front().key));

    EXPECT_TRUE(soon([&] { return sent.size() == 1 && waiting.empty(); }));
    EXPECT_EQ(keys_used().size(), 1);
}

TEST_F(OutboxTest, WaitsWhileTheServerIsAway)
{
    server.go_away();
    outbox.start(a_viewer());
    write("written on the train");
    ASSERT_TRUE(soon([&] { return shows("waiting") && !waiting.front().send_error.isEmpty(); }));

    server.come_back();
    outbox.wake();

    EXPECT_TRUE(soon([&] { return sent.size() == 1; }));
    EXPECT_EQ(server.created.size(), 1u);
}

TEST_F(OutboxTest, SendsInTheOrderOfWriting)
{
    server.go_away();
    outbox.start(a_viewer());
    write("first");
    write("second");
    server.come_back();
    outbox.wake();

    ASSERT_TRUE(soon([&] { return sent.size() == 2; }));
    EXPECT_NE(server.created[0].content.find("first"), std::string::npos);
    EXPECT_NE(server.created[1].content.find("second"), std::string::npos);
}

TEST_F(OutboxTest, APostThatTheServerCannotTakeCanBeWithdrawnAndBlocksNobody)
{
    server.before = [](const HttpRequest& request) -> std::optional<HttpReply> {
        if (request.path != k_path || !request.body.contains("poison"))
            return std::nullopt;
        return HttpReply{.status = 500, .body = R"({"error": "The server stumbles over this."})"};
    };
    outbox.start(a_viewer());
    write("poison");
    write("second");
    ASSERT_TRUE(soon([&] { return waiting.size() == 2 && !waiting.front().send_error.isEmpty(); }));

    // A try may be under way: that cannot be called back, but the next moment can.
    EXPECT_TRUE(soon([&] {
        if (const auto items = stored(); !items.empty() && items.front().post.text == "poison")
            outbox.discard(QString::fromStdString(items.front().key));
        return sent.size() == 1;
    }));
    EXPECT_NE(server.created.front().content.find("second"), std::string::npos);
}

TEST_F(OutboxTest, WhatCannotBeReadAnyMoreBlocksNobodyAndCanBeDiscarded)
{
    write_to(*store, [](Connection& connection) {
        connection.execute("INSERT INTO outbox (key, created_at, state, json) VALUES ('odd', 1, 'waiting', '[]')");
    });
    outbox.start(a_viewer());
    write("second");
    ASSERT_TRUE(soon([&] { return sent.size() == 1; }));
    ASSERT_TRUE(soon([&] { return shows("failed"); }));
    EXPECT_FALSE(waiting.front().send_error.isEmpty());

    outbox.discard(QStringLiteral("odd"));

    EXPECT_TRUE(soon([&] { return waiting.empty(); }));
}

TEST_F(OutboxTest, GoesOnWhenTheStoreCouldNotNoteThatItIsSent)
{
    break_store("DELETE ON outbox");
    outbox.start(a_viewer());
    write("hello");
    ASSERT_TRUE(soon([&] { return server.created.size() == 1; }));
    // In the row it is still being sent, and it is tried again with pauses.
    ASSERT_TRUE(soon([&] { return server.count_requests("POST", k_path) >= 2; }));
    EXPECT_TRUE(sent.empty());

    mend_store();

    EXPECT_TRUE(soon([&] { return sent.size() == 1 && waiting.empty(); }));
    EXPECT_EQ(server.created.size(), 1u);
    EXPECT_EQ(keys_used().size(), 1);
}

TEST_F(OutboxTest, GoesOnWhenTheStoreCouldNotNoteThatItWaits)
{
    server.go_away();
    outbox.start(a_viewer());
    ASSERT_TRUE(soon([&] { return waiting.empty(); }));
    break_store("UPDATE ON outbox WHEN NEW.state = 'waiting'");
    write("hello");
    ASSERT_TRUE(soon([&] { return shows("sending"); }));
    server.come_back();
    EXPECT_TRUE(soon([&] { return sent.size() == 1; }));
    mend_store();
}

TEST_F(OutboxTest, GoesOnWhenTheStoreCouldNotBegin)
{
    outbox.start(a_viewer());
    break_store("UPDATE ON outbox");
    write("hello");
    ASSERT_TRUE(soon([&] { return waiting.size() == 1; }));
    mend_store();
    EXPECT_TRUE(soon([&] { return sent.size() == 1; }));
}

TEST_F(OutboxTest, TakesThePlaceOfTheDraft)
{
    write_to(*store, [](Connection& connection) { store::save_draft(connection, "new", {.text = "hello"}, 1); });
    bool kept = false;
    outbox.send({.text = "hello"}, QStringLiteral("new"), &outbox, [&](const Result<void>&) { kept = true; });
    ASSERT_TRUE(soon([&] { return kept; }));
    EXPECT_EQ(stored().size(), 1u);
    EXPECT_FALSE(read_from<bool>(*store, [](Connection& c) { return store::read_draft(c, "new").has_value(); }));
}

TEST_F(OutboxTest, KeepsTheDraftWhenItCannotTakeThePost)
{
    write_to(*store, [](Connection& connection) { store::save_draft(connection, "new", {.text = "hello"}, 1); });
    break_store("DELETE ON drafts");
    std::optional<Result<void>> outcome;
    outbox.send({.text = "hello"}, QStringLiteral("new"), &outbox, [&](const Result<void>& kept) { outcome = kept; });
    ASSERT_TRUE(soon([&] { return outcome.has_value(); }));
    EXPECT_FALSE(*outcome);
    EXPECT_TRUE(stored().empty()) << "both or neither";
}

TEST_F(OutboxTest, ForgetsWhatIsDiscarded)
{
    server.before = [](const HttpRequest&) {
        return std::optional(HttpReply{.status = 403, .body = R"({"error": "Not here."})"});
    };
    outbox.start(a_viewer());
    write("never mind");
    ASSERT_TRUE(soon([&] { return shows("failed"); }));

    outbox.discard(QString::fromStdString(stored().front().key));

    EXPECT_TRUE(soon([&] { return waiting.empty(); }));
    EXPECT_TRUE(stored().empty());
}

} // namespace kith

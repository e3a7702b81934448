// SPDX-License-Identifier: Apache-2.0
#include "app/features/compose/compose_model.h"

#include "app/services/services.h"
#include "app/store/status_table.h"
#include "tests/app/unit/app_test.h"
#include "tests/app/unit/home_server.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using compose::ComposeModel;
using sqlite::Connection;

namespace {

struct ComposeModelTest : testing::Test {
    HomeServer server;
    std::shared_ptr<store::Store> store = memory_store();
    std::unique_ptr<services::Services> services;
    std::unique_ptr<ComposeModel> model;

    ComposeModelTest()
    {
        write_to(*store, [&](Connection& connection) {
            store::write_session(connection, {.server = server.address().toStdString(),
                                              .token = "token-1",
                                              .account = an_account("1", "mira"),
                                              .instance_domain = "hollow.example",
                                              .max_characters = 20});
            store::save_statuses(connection, {a_status("5", "<p>what a day</p>")});
        });
        begin();
    }
    ~ComposeModelTest() override { end(); }

    void begin()
    {
        services = std::make_unique<services::Services>(store, services::Network::No);
        model = std::make_unique<ComposeModel>();
        bool ready = false;
        QObject::connect(&services->session, &services::Session::signed_in, model.get(),
                         [&] { ready = true; });
        services->session.restore();
        ASSERT_TRUE(soon([&] { return ready; }));
        model->attach(*services);
    }
    void end()
    {
        model.reset();
        services.reset();
    }
};

} // namespace

TEST_F(ComposeModelTest, CountsAsTheServerCounts)
{
    EXPECT_EQ(model->limit(), 20);
    EXPECT_FALSE(model->canSend());
    model->setText(QStringLiteral("   "));
    EXPECT_FALSE(model->canSend());
    model->setText(QString::fromUtf8("twelve chars"));
    EXPECT_EQ(model->remaining(), 8);
    EXPECT_TRUE(model->canSend());
    model->setSpoilerShown(true);
    model->setSpoilerText(QStringLiteral("nine char"));
    EXPECT_EQ(model->remaining(), -1);
    EXPECT_FALSE(model->canSend());
}

TEST_F(ComposeModelTest, HasTheDraftAgainAfterACrash)
{
    model->setText(QStringLiteral("half a thought"));
    model->setAudience(QStringLiteral("friends"));
    end();

    begin();

    EXPECT_TRUE(soon([&] { return model->text() == QLatin1String("half a thought"); }));
    EXPECT_EQ(model->audience(), QStringLiteral("friends"));
}

TEST_F(ComposeModelTest, KeepsTheDraftAtAPauseInTyping)
{
    model->setText(QStringLiteral("half a thought"));
    EXPECT_TRUE(soon([&] {
        return read_from<bool>(*store,
                               [](Connection& c) { return store::read_draft(c, "new").has_value(); });
    }));
}

TEST_F(ComposeModelTest, HoldsTheDraftUntilTheStoreTakesIt)
{
    QSignalSpy failed(model.get(), &ComposeModel::failed);
    write_to(*store, [](Connection& connection) {
        connection.execute("CREATE TRIGGER full_disk BEFORE INSERT ON drafts BEGIN SELECT RAISE(ABORT, 'full'); END");
    });
    model->setText(QStringLiteral("half a thought"));
    ASSERT_TRUE(soon([&] { return failed.size() == 1; }));
    EXPECT_TRUE(failed.front().front().toString().startsWith(QLatin1String("What you are writing cannot be kept")));

    write_to(*store, [](Connection& connection) { connection.execute("DROP TRIGGER full_disk"); });

    EXPECT_TRUE(soon([&] {
        return read_from<bool>(*store, [](Connection& c) { return store::read_draft(c, "new").has_value(); });
    })) << "without another key being pressed";
    EXPECT_EQ(failed.size(), 1) << "said once";
}

TEST_F(ComposeModelTest, SaysWhenTheRightDraftIsThere)
{
    model->setText(QStringLiteral("half a thought"));
    QStringList shown;
    QObject::connect(model.get(), &ComposeModel::opened, model.get(), [&] { shown.append(model->replyToId()); });

    model->startReply(QStringLiteral("5"));
    EXPECT_TRUE(shown.isEmpty()) << "it is still the other draft";
    ASSERT_TRUE(soon([&] { return shown == QStringList{QStringLiteral("5")}; }));
    model->startNew();
    ASSERT_TRUE(soon([&] { return shown.size() == 2; }));
    EXPECT_EQ(shown.back(), QString{});
    model->startNew();
    EXPECT_EQ(shown.size(), 3) << "it is there already";
}

TEST_F(ComposeModelTest, BeginsAnAnswerAndComesBackToTheDraft)
{
    model->setText(QStringLiteral("half a thought"));
    model->startReply(QStringLiteral("5"));
    ASSERT_TRUE(soon([&] { return model->replyToId() == QLatin1String("5"); }));
    EXPECT_EQ(model->text(), QStringLiteral("@tomas@harbour.example "));
    EXPECT_EQ(model->replyToName(), QStringLiteral("tomas"));
    EXPECT_EQ(model->replyToText(), QStringLiteral("what a day"));

    model->startNew();

    ASSERT_TRUE(soon([&] { return model->replyToId().isEmpty(); }));
    EXPECT_EQ(model->text(), QStringLiteral("half a thought"));
}

TEST_F(ComposeModelTest, NeverWidensTheAudienceOfWhatItAnswers)
{
    auto narrow = a_status("6");
    narrow.visibility = "private";
    write_to(*store, [&](Connection& connection) { store::save_statuses(connection, {narrow}); });
    model->startReply(QStringLiteral("6"));
    ASSERT_TRUE(soon([&] { return model->replyToId() == QLatin1String("6"); }));
    EXPECT_EQ(model->audience(), QStringLiteral("followers"));
}

TEST_F(ComposeModelTest, GivesThePostToTheOutboxAndIsEmpty)
{
    model->setText(QStringLiteral("hello"));
    model->setSpoilerText(QStringLiteral("hidden"));
    model->setAudience(QStringLiteral("followers"));
    QSignalSpy sent(model.get(), &ComposeModel::sent);

    model->send();

    ASSERT_TRUE(soon([&] { return sent.size() == 1; }));
    EXPECT_TRUE(model->text().isEmpty());
    EXPECT_EQ(model->audience(), QStringLiteral("followers"))
        << "the next post begins with the same";
    const auto items = read_from<std::vector<store::OutboxItem>>(*store, store::read_outbox);
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(items.front().post.text, "hello");
    EXPECT_EQ(items.front().post.spoiler_text, "") << "the warning was not shown";
    EXPECT_FALSE(
        read_from<bool>(*store, [](Connection& c) { return store::read_draft(c, "new").has_value(); }));
}

TEST_F(ComposeModelTest, OffersOnlyKnownAudiences)
{
    model->setAudience(QStringLiteral("everybody"));
    EXPECT_EQ(model->audience(), QStringLiteral("public"));
    EXPECT_EQ(model->audiences().size(), 6);
    EXPECT_FALSE(model->audienceSentence().isEmpty());
}

} // namespace kith

// SPDX-License-Identifier: Apache-2.0
#include "server/db/notice_text.h"
#include "tests/support/child_process.h"
#include "tests/support/patience.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/test_database.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>

namespace kith::tests {

using db::Database;
using db::DbError;
using db::Notice;
using db::Query;
using db::Tx;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

constexpr Query k_put{"test.put", "INSERT INTO settings (name, value) VALUES ($1, 'x')"};

/// Who listens to the topic "access" of a database, and to its gaps. The database keeps what it calls, and may call it for as
/// long as it lives, which can be longer than this.
class Listener {
public:
    explicit Listener(Database& database)
    {
        database.notices().subscribe("access", [state = m_state](const std::string& payload) {
            const std::lock_guard lock{state->mutex};
            state->heard.push_back(payload);
            state->changed.notify_all();
        });
        database.notices().on_gap([state = m_state] {
            const std::lock_guard lock{state->mutex};
            ++state->gaps;
            state->changed.notify_all();
        });
    }
    std::vector<std::string> heard() const
    {
        const std::lock_guard lock{m_state->mutex};
        return m_state->heard;
    }
    int gaps() const
    {
        const std::lock_guard lock{m_state->mutex};
        return m_state->gaps;
    }
    bool hears(const std::string& payload, std::chrono::milliseconds within = k_patience)
    {
        return wait([&] { return std::find(m_state->heard.begin(), m_state->heard.end(), payload) != m_state->heard.end(); }, within);
    }
    bool has_gaps(int count, std::chrono::milliseconds within = k_patience)
    {
        return wait([&] { return m_state->gaps >= count; }, within);
    }

private:
    template <class F>
    bool wait(F condition, std::chrono::milliseconds within = k_patience)
    {
        std::unique_lock lock{m_state->mutex};
        return m_state->changed.wait_for(lock, within, condition);
    }
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        std::vector<std::string> heard;
        int gaps = 0;
    };
    const std::shared_ptr<State> m_state = std::make_shared<State>();
};

Result<int> say(Tx& tx, const std::string& payload)
{
    tx.execute(k_put, payload);
    tx.notify("access", payload);
    return 1;
}

void say(Database& database, const std::string& payload)
{
    ASSERT_TRUE(database.write_now([&](Tx& tx) { return say(tx, payload); }));
}

} // namespace

class NoticesOf : public BothEngines { };
KITH_BOTH_ENGINES(NoticesOf);

TEST_P(NoticesOf, AWriteAreHeardHereBeforeItsAnswer)
{
    Listener here(db().database());

    say(db().database(), "account:1");

    EXPECT_THAT(here.heard(), ElementsAre("account:1"));
}

TEST_P(NoticesOf, AWriteAreToldOnceHoweverOftenTheyAreSaid)
{
    Listener here(db().database());
    const auto work = [](Tx& tx) -> Result<int> {
        for (const auto* payload : {"account:1", "account:2", "account:1"})
            tx.notify("access", payload);
        return 1;
    };

    ASSERT_TRUE(db().write(work));

    EXPECT_THAT(here.heard(), ElementsAre("account:1", "account:2"));
}

TEST_P(NoticesOf, AWriteThatIsRolledBackAreNeverTold)
{
    Listener here(db().database());
    const auto refused = [](Tx& tx) -> Result<int> {
        (void)say(tx, "refused");
        return fail(Errc::invalid, "No.");
    };
    const auto broken = [](Tx& tx) -> Result<int> {
        (void)say(tx, "broken");
        return say(tx, "broken");
    };

    EXPECT_FALSE(db().write(refused));
    EXPECT_THROW((void)db().write(broken), DbError);

    say(db().database(), "kept");
    EXPECT_THAT(here.heard(), ElementsAre("kept"));
}

TEST_P(NoticesOf, AnotherProcessAreHeardOrLeaveAGap)
{
    Listener here(db().database());
    db().database().listen();
    ASSERT_TRUE(here.has_gaps(1)) << "it must be told when listening begins";
    const int before = here.gaps();

    say(*db().open_another(), "account:7");

    if (GetParam() == Engine::postgres)
        EXPECT_TRUE(here.hears("account:7"));
    else
        EXPECT_TRUE(here.has_gaps(before + 1, std::chrono::seconds{2}));
}

TEST_P(NoticesOf, ThisProcessComeNotBackFromTheDatabase)
{
    auto other = db().open_another();
    Listener here(db().database());
    Listener there(*other);
    db().database().listen();
    other->listen();
    const int known = GetParam() == Engine::postgres ? 2 : 1; // there each hears the other begin, and tells it from then on
    ASSERT_TRUE(here.has_gaps(known));
    ASSERT_TRUE(there.has_gaps(known));
    const int before = here.gaps();

    say(db().database(), "mine");
    say(*other, "theirs");

    if (GetParam() == Engine::postgres) {
        ASSERT_TRUE(there.hears("mine"));
        ASSERT_TRUE(here.hears("theirs"));
        EXPECT_THAT(here.heard(), ElementsAre("mine", "theirs"));
    } else {
        ASSERT_TRUE(here.has_gaps(before + 1));
        EXPECT_THAT(here.heard(), ElementsAre("mine"));
    }
}

TEST_P(NoticesOf, ReadsAreNotTold)
{
    Listener here(db().database());

    ASSERT_TRUE(db().read([](Tx& tx) -> Result<int> {
        tx.notify("access", "account:1");
        return 1;
    }));

    EXPECT_THAT(here.heard(), IsEmpty());
}

TEST_P(NoticesOf, ThatCannotBeToldAreRefused)
{
    const auto notify = [&](const std::string& topic, const std::string& payload) {
        (void)db().write([&](Tx& tx) -> Result<int> {
            tx.notify(topic, payload);
            return 1;
        });
    };
    EXPECT_NO_THROW(notify("access", std::string(1000, 'x')));
    EXPECT_THROW(notify("access", std::string(1001, 'x')), DbError);
    EXPECT_THROW(notify("access", std::string("a\0b", 3)), DbError);
    EXPECT_THROW(notify("", "x"), DbError);
    EXPECT_THROW(notify("two words", "x"), DbError);
    EXPECT_THROW(notify(std::string(41, 'a'), "x"), DbError);
}

class NoticesOnPostgres : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!PostgresCluster::available())
            GTEST_SKIP() << PostgresCluster::why_not();
        m_db.emplace(Engine::postgres);
    }
    TestDb& db() { return *m_db; }
    std::int64_t listening_session()
    {
        return db().sql("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'kithd listens'")
            .at(0).integer(0);
    }

private:
    std::optional<TestDb> m_db;
};

TEST_F(NoticesOnPostgres, ManyOfOneWriteAllArriveInOrder)
{
    auto other = db().open_another();
    Listener here(db().database());
    db().database().listen();
    ASSERT_TRUE(here.has_gaps(1));
    std::vector<std::string> wanted;
    for (int number = 0; number < 60; ++number)
        wanted.push_back(std::to_string(number) + std::string(400, 'x') + "\n ä'");

    ASSERT_TRUE(other->write_now([&](Tx& tx) -> Result<int> {
        for (const auto& payload : wanted)
            tx.notify("access", payload);
        return 1;
    }));

    ASSERT_TRUE(here.hears(wanted.back()));
    EXPECT_EQ(here.heard(), wanted);
}

TEST_F(NoticesOnPostgres, ASessionThatIsLostIsAGapAndComesBack)
{
    auto other = db().open_another();
    Listener here(db().database());
    db().database().listen();
    ASSERT_TRUE(here.has_gaps(1));

    PostgresCluster::instance().execute("SELECT pg_terminate_backend(" + std::to_string(listening_session()) + ")");

    ASSERT_TRUE(here.has_gaps(3)) << "one at once, one when it is back";
    bool heard = false;
    for (int attempt = 0; attempt < 100 && !heard; ++attempt) {
        const auto payload = "after:" + std::to_string(attempt);
        say(*other, payload);
        heard = here.hears(payload, std::chrono::milliseconds{100});
    }
    EXPECT_TRUE(heard);
}

TEST_F(NoticesOnPostgres, AProcessThatEndsIsAGapForWhatItMayHaveLeftUnsaid)
{
    auto other = db().open_another();
    Listener here(db().database());
    Listener there(*other);
    db().database().listen();
    ASSERT_TRUE(here.has_gaps(1)) << "it hears what is said from now on";
    other->listen();
    ASSERT_TRUE(here.has_gaps(2)) << "one when it begins, one when the other says hello";
    ASSERT_TRUE(there.has_gaps(2));
    const int before = here.gaps();

    other.reset();

    EXPECT_TRUE(here.has_gaps(before + 1));
}

TEST_F(NoticesOnPostgres, ReachProcessesThatSignInUnderAnotherName)
{
    // Given a process with a database role of its own, which may see nobody else's statements
    PostgresCluster::instance().execute(
        "DO $$ BEGIN CREATE ROLE kith_other LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    db().sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO kith_other");
    db::PostgresOptions options;
    options.connection = db().connection() + " user=kith_other";
    auto other = Database::open(std::move(options), db().context).value();
    Listener here(db().database());
    Listener there(*other);
    db().database().listen();
    ASSERT_TRUE(here.has_gaps(1));
    other->listen();
    ASSERT_TRUE(there.has_gaps(2));

    say(*other, "from there");
    say(db().database(), "from here");

    EXPECT_TRUE(here.hears("from there"));
    EXPECT_TRUE(there.hears("from here"));
}

TEST_F(NoticesOnPostgres, ASessionThatIsDeadButOpenIsNoticedInFiveSeconds)
{
    Listener here(db().database());
    db().database().listen();
    ASSERT_TRUE(here.has_gaps(1));
    struct Frozen {
        explicit Frozen(pid_t id) : process(id) { ::kill(process, SIGSTOP); }
        ~Frozen() { ::kill(process, SIGCONT); }
        pid_t process;
    };

    const Frozen frozen(static_cast<pid_t>(listening_session()));

    EXPECT_TRUE(here.has_gaps(2, std::chrono::seconds{5}));
}

TEST_F(NoticesOnPostgres, AreSentOnlyWhileSomebodyElseMayListen)
{
    ChildProcess::Options piped;
    piped.pipes = true;
    ChildProcess stranger({"psql", "-X", "-q", "-A", "-t", db().connection()}, piped);
    const auto hears = [&] { // psql tells of what came after each command
        stranger.write("SELECT 'asked';\n\\echo done\n");
        bool heard = false;
        for (auto line = stranger.read_line(); line && *line != "done"; line = stranger.read_line())
            heard = heard || line->find("notification") != std::string::npos;
        return heard;
    };
    stranger.write("LISTEN kith;\n");
    ASSERT_FALSE(hears());

    say(db().database(), "a command does not know who listens");
    EXPECT_TRUE(hears());

    Listener here(db().database());
    db().database().listen();
    ASSERT_TRUE(here.has_gaps(1));
    ASSERT_TRUE(hears()) << "it says hello";
    say(db().database(), "alone");
    EXPECT_FALSE(hears());

    auto other = db().open_another();
    Listener there(*other);
    other->listen();
    ASSERT_TRUE(there.has_gaps(1));
    say(*other, "not alone");
    ASSERT_TRUE(here.hears("not alone"));
    say(db().database(), "not alone either");
    EXPECT_TRUE(there.hears("not alone either"));
}

TEST(NoticeText, IsReadAsItWasWritten)
{
    const std::vector<Notice> notices{{"access", "account:1"}, {"jobs", ""}, {"x", "1 y\n2 z 3 \n"}};

    const auto texts = db::encode_notices("m-1", notices);

    ASSERT_EQ(texts.size(), 1U);
    const auto message = db::decode_notices(texts.front());
    ASSERT_TRUE(message);
    EXPECT_EQ(message->mark, "m-1");
    EXPECT_EQ(message->notices, notices);
}

TEST(NoticeText, IsCutIntoPiecesThatPostgresTakes)
{
    const std::vector<Notice> notices(30, Notice{"access", std::string(1000, 'x')});
    std::size_t found = 0;
    for (const auto& text : db::encode_notices("m", notices)) {
        EXPECT_LE(text.size(), db::k_longest_notice_text);
        found += db::decode_notices(text).value().notices.size();
    }
    EXPECT_EQ(found, notices.size());
}

TEST(NoticeText, OfSomebodyElseIsRefused)
{
    for (const auto* text : {"", "1", "1 m", "2 m\n", "1 m\naccess", "1 m\naccess 3", "1 m\naccess 3 ab", "1 m\naccess 3 abc",
                             "1 m\naccess -1 abc\n", "1 m\naccess 99999999999999999999 abc\n", "1 m\naccess 2 abc\n", "1 m\naccess x a\n"})
        EXPECT_FALSE(db::decode_notices(text)) << text;
}

} // namespace kith::tests

// SPDX-License-Identifier: Apache-2.0
#include "server/auth/auth.h"
#include "server/auth/token_check.h"
#include "server/features/streaming/hub.h"
#include "server/features/streaming/stream_socket.h"
#include "tests/server/features/people.h"
#include "tests/support/patience.h"
#include "tests/support/postgres_cluster.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <thread>

namespace kith::streaming {

using namespace kith::tests;
using namespace std::chrono_literals;
using boost::asio::awaitable;
using ::testing::ElementsAre;

namespace {

/// Any thread.
struct RecordedSink final : http::FrameSink {
    void send(std::shared_ptr<const std::string> frame) override
    {
        const std::lock_guard lock{mutex};
        frames.push_back(*frame);
    }
    void close(std::uint16_t code, std::string) override { close_code = code; }
    std::vector<std::string> texts()
    {
        const std::lock_guard lock{mutex};
        return frames;
    }

    std::mutex mutex;
    std::vector<std::string> frames;
    std::atomic<int> close_code{0};
};

bool eventually(const std::function<bool()>& condition)
{
    const auto end = std::chrono::steady_clock::now() + k_patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

awaitable<Result<void>> repeat(Clients& clients, const std::vector<std::string>& payloads)
{
    for (const auto& payload : payloads)
        clients.send({Channel{Feed::public_all}}, "delete", payload);
    co_return Result<void>{};
}

/// One process: a loop of its own, a hub, and somebody who listens to `public`.
class Process {
public:
    explicit Process(Hub::Renderer renderer = repeat)
    {
        hub.render_with("echo", std::move(renderer));
        auto client = hub.clients()
                          .admit(Listener{AccountId{1}, TokenId{1}, true, true}, "a", Transport::events)
                          .value();
        m_stream = events_for(hub.clients(), client,
                              find_subscription(client->listener, {"public", "", ""}).value(), [] {})
                       .events;
        m_stream->on_open(sink);
        m_thread = std::thread{[this] { m_io.run(); }};
    }
    ~Process()
    {
        m_guard.reset();
        m_io.stop();
        m_thread.join();
    }
    bool has(const std::vector<std::string>& payloads)
    {
        std::vector<std::string> frames;
        for (const auto& payload : payloads)
            frames.push_back(*http::event_frame("delete", payload));
        return eventually([&] { return sink->texts() == frames; });
    }

private:
    boost::asio::io_context m_io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> m_guard{m_io.get_executor()};

public:
    Hub hub{m_io.get_executor()};
    std::shared_ptr<RecordedSink> sink = std::make_shared<RecordedSink>();

private:
    std::shared_ptr<http::EventStream> m_stream;
    std::thread m_thread;
};

} // namespace

class StreamHub : public BothEngines { };
KITH_BOTH_ENGINES(StreamHub);

TEST_P(StreamHub, BringsWhatIsCommittedAndNothingElse)
{
    Process process;
    process.hub.listen(db().database().notices());
    for (int i = 0; i < 5; ++i)
        db().write([&](Tx& tx) -> Result<int> {
                Hub::announce(tx, "echo", std::to_string(i));
                return i;
            })
            .value();
    EXPECT_FALSE(db().write([&](Tx& tx) -> Result<int> {
        Hub::announce(tx, "echo", "never");
        return fail(Errc::invalid, "rolled back");
    }));
    db().write([&](Tx& tx) -> Result<int> {
            Hub::announce(tx, "of-a-newer-version", "x");
            Hub::announce(tx, "echo", "last");
            return 0;
        })
        .value();

    EXPECT_TRUE(process.has({"0", "1", "2", "3", "4", "last"}));
}

TEST(StreamHubs, ReachTheStreamsOfAnotherProcess)
{
    if (!PostgresCluster::available())
        GTEST_SKIP() << PostgresCluster::why_not();
    std::atomic<int> gaps_here{0}, gaps_there{0};
    Process here;
    Process there;
    TestDb db{Engine::postgres};
    const auto other = db.open_another();
    db.database().notices().on_gap([&] { ++gaps_here; });
    other->notices().on_gap([&] { ++gaps_there; });
    here.hub.listen(db.database().notices());
    there.hub.listen(other->notices());
    db.database().listen();
    ASSERT_TRUE(eventually([&] { return gaps_here > 0; })) << "it hears what is said from now on";
    other->listen();
    ASSERT_TRUE(eventually([&] { return gaps_there > 0 && gaps_here > 1; })) << "and has heard of the other";

    const auto say = [](db::Database& database, const std::string& what) {
        database
            .write_now([&](Tx& tx) -> Result<int> {
                Hub::announce(tx, "echo", what);
                return 0;
            })
            .value();
    };
    say(*other, "1");
    EXPECT_TRUE(there.has({"1"}));
    EXPECT_TRUE(here.has({"1"}));
    say(db.database(), "2");
    EXPECT_TRUE(there.has({"1", "2"}));
    EXPECT_TRUE(here.has({"1", "2"})) << "and to itself once";
}

TEST(StreamHubs, TryAgainAndThenCloseTheStreams)
{
    std::atomic<int> calls{0};
    Process once{[&](Clients& clients, const std::vector<std::string>& payloads) -> awaitable<Result<void>> {
        if (++calls < 3) {
            if (calls == 1)
                throw std::runtime_error("the database is away");
            return []() -> awaitable<Result<void>> { co_return fail(Errc::unavailable, "busy"); }();
        }
        return repeat(clients, payloads);
    }};
    once.hub.post("echo", "1");
    EXPECT_TRUE(once.has({"1"}));
    EXPECT_EQ(once.sink->close_code, 0);

    Process never{[](Clients&, const std::vector<std::string>&) -> awaitable<Result<void>> {
        co_return fail(Errc::unavailable, "busy");
    }};
    never.hub.post("echo", "1");
    EXPECT_TRUE(eventually([&] { return never.sink->close_code == 1013; }));
}

TEST(StreamHubs, CloseTheStreamsRatherThanQueueWithoutEnd)
{
    std::atomic<bool> go_on{false};
    Process process{[&](Clients& clients, const std::vector<std::string>& payloads) {
        (void)eventually([&] { return go_on.load(); });
        return repeat(clients, payloads);
    }};
    for (int i = 0; i < 10100; ++i)
        process.hub.post("echo", "x");
    EXPECT_EQ(process.sink->close_code, 0);
    go_on = true;
    EXPECT_TRUE(eventually([&] { return process.sink->close_code == 1013; }));
}

class StillValidTokens : public BothEngines { };
KITH_BOTH_ENGINES(StillValidTokens);

TEST_P(StillValidTokens, AreThoseThatASignInWouldTake)
{
    const auto mira = add_person(db(), "mira");
    const auto tomas = add_person(db(), "tomas");
    const auto issue = [&](const Account& account) {
        return db()
            .write([&](Tx& tx) -> Result<std::pair<std::string, TokenId>> {
                auth::NewToken wanted;
                wanted.account = account.id;
                wanted.scopes = "read";
                auto text = auth::issue(tx, wanted).text;
                const auto id = auth::find(tx, text)->token;
                return std::pair{std::move(text), id};
            })
            .value();
    };
    const auto kept = issue(mira);
    const auto revoked = issue(mira);
    const auto suspended = issue(tomas);
    db().write([&](Tx& tx) -> Result<bool> { return auth::revoke(tx, revoked.first, std::nullopt); })
        .value();
    db().sql("UPDATE accounts SET suspended_at = $1 WHERE id = $2", db().clock.now(), tomas.id);
    std::set<TokenId> asked{kept.second, revoked.second, suspended.second, TokenId{5}};
    for (int i = 10; i < 1200; ++i)
        asked.insert(TokenId{i});

    const auto valid =
        db().read([&](Tx& tx) -> Result<std::set<TokenId>> { return auth::still_valid(tx, asked); }).value();

    EXPECT_THAT(valid, ElementsAre(kept.second));
}

} // namespace kith::streaming

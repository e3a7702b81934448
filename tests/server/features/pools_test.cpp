// SPDX-License-Identifier: Apache-2.0
// What a request is told while a pool behind it is full: 503, and when to come back.
#include "tests/server/features/stage.h"
#include "tests/support/patience.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace kith::tests {

using boost::asio::awaitable;

namespace {

/// Holds whatever runs it until this object lets it go, and counts.
class Gate {
public:
    void wait()
    {
        ++m_inside;
        m_future.wait();
    }
    void open() { m_promise.set_value(); }
    int inside() const { return m_inside; }

private:
    std::promise<void> m_promise;
    std::shared_future<void> m_future{m_promise.get_future().share()};
    std::atomic<int> m_inside{0};
};

/// Keeps a pool full: first each of its threads is held, then its queue is filled until it takes no more. `Start`: one
/// piece of work that waits at the gate; whether it was let in.
class Full {
public:
    using Start = std::function<awaitable<bool>(Gate&)>;

    Full(Start start, int threads, int queue) : m_start(std::move(start))
    {
        m_thread = std::thread([this] { m_io.run(); });
        spawn(threads);
        EXPECT_TRUE(comes([&] { return m_gate.inside() == threads; }));
        spawn(queue + 1);
        EXPECT_TRUE(comes([&] { return m_refused == 1; })) << m_refused << " of one too many were refused";
    }
    ~Full()
    {
        m_gate.open();
        m_guard.reset();
        m_thread.join();
    }

private:
    void spawn(int pieces)
    {
        for (int i = 0; i < pieces; ++i)
            boost::asio::co_spawn(m_io, m_start(m_gate), [this](std::exception_ptr thrown, bool let_in) {
                EXPECT_FALSE(thrown);
                m_refused += let_in ? 0 : 1;
            });
    }
    template <class Condition>
    static bool comes(Condition condition)
    {
        const auto deadline = std::chrono::steady_clock::now() + k_patience;
        while (!condition() && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
        return condition();
    }

    Start m_start;
    Gate m_gate;
    boost::asio::io_context m_io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> m_guard{m_io.get_executor()};
    std::atomic<int> m_refused{0};
    std::thread m_thread;
};

awaitable<bool> hold_write(db::Database& database, Gate& gate)
{
    auto work = [&gate](db::Tx&) -> Result<void> { return gate.wait(), Result<void>{}; };
    const auto done = co_await database.write(work);
    co_return done.has_value();
}

awaitable<bool> hold_read(db::Database& database, Gate& gate)
{
    auto work = [&gate](db::Tx&) -> Result<void> { return gate.wait(), Result<void>{}; };
    const auto done = co_await database.read(work);
    co_return done.has_value();
}

awaitable<bool> hold_pool(core::CpuPool& pool, Gate& gate)
{
    auto work = [&gate] { gate.wait(); };
    const auto done = co_await pool.run(work);
    co_return done.has_value();
}

constexpr int k_database_queue = 4096;
constexpr int k_sessions = 4; // of a TestDb on PostgreSQL
constexpr int k_pool_queue = 100; // the Stage's

} // namespace

class FullPools : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        stage.emplace(db());
        token = stage->sign_up("mira");
    }
    void TearDown() override
    {
        stage.reset();
        BothEngines::TearDown();
    }
    static void expect_busy(const http::Response& response, const std::string& what)
    {
        EXPECT_EQ(response.status, 503) << what << ": " << response.body;
        EXPECT_EQ(response.headers.find("Retry-After").value_or("nothing"), "5") << what;
        EXPECT_EQ(response.body.substr(0, 10), R"({"error":")") << what;
    }
    http::Response sign_up(const std::string& name)
    {
        return stage->post("/api/kith/v1/accounts",
                           {{"username", name}, {"password", "correct horse battery"}, {"agreement", "true"}});
    }
    http::Response sign_in()
    {
        return stage->post("/api/kith/v1/session", {{"username", "mira"}, {"password", "correct horse battery"}});
    }

    std::optional<Stage> stage;
    std::string token;
};
KITH_BOTH_ENGINES(FullPools);

TEST_P(FullPools, OfWritesAnswerBusyAndRecover)
{
    {
        const Full full{[this](Gate& gate) { return hold_write(db().database(), gate); },
                        GetParam() == Engine::sqlite ? 1 : k_sessions, k_database_queue};
        expect_busy(stage->post("/api/v1/apps", {{"client_name", "X"}, {"redirect_uris", "https://app.example/"}}), "apps");
        expect_busy(stage->post("/oauth/token", {{"grant_type", "client_credentials"}}), "token");
        const auto posted = stage->post("/api/v1/statuses", {{"status", "Hello"}}, token);
        expect_busy(posted, "post");
        if (GetParam() == Engine::sqlite) {
            EXPECT_EQ(stage->get("/api/v1/timelines/home", token).status, 200) << "readers do not wait for writers";
        }
    }
    EXPECT_EQ(stage->post("/api/v1/statuses", {{"status", "Hello"}}, token).status, 200);
}

TEST_P(FullPools, OfReadsAnswerBusyAndRecover)
{
    {
        const Full full{[this](Gate& gate) { return hold_read(db().database(), gate); },
                        GetParam() == Engine::sqlite ? 2 : k_sessions, k_database_queue};
        for (const char* path : {"/api/v1/instance", "/health/ready", "/oauth/authorize?client_id=x", "/api/v1/accounts/lookup?acct=mira"})
            expect_busy(stage->get(path), path);
        EXPECT_EQ(stage->get("/health/live").status, 200);
    }
    EXPECT_EQ(stage->get("/api/v1/instance").status, 200);
}

TEST_P(FullPools, OfPasswordsAnswerBusyAndLeaveOthersAlone)
{
    {
        const Full full{[this](Gate& gate) { return hold_pool(stage->passwords(), gate); }, 2, k_pool_queue};
        expect_busy(sign_in(), "sign in");
        expect_busy(sign_up("tomas"), "sign up");
        EXPECT_EQ(stage->get("/api/v1/timelines/home", token).status, 200);
    }
    EXPECT_EQ(sign_in().status, 401);
    EXPECT_EQ(sign_up("tomas").status, 200);
}

} // namespace kith::tests

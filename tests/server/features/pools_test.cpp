// SPDX-License-Identifier: Apache-2.0
// What a request is told while a pool behind it is full: 503, and when to come back.
#include "tests/server/features/stage.h"

#include <boost/asio/co_spawn.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace kith::tests {

using boost::asio::awaitable;

namespace {

/// Keeps a pool full: more work than it takes, none of which ends before this object. `Start` spawns one piece on the
/// loop: it waits for the future, and says whether it was let in.
class Full {
public:
    using Start = std::function<awaitable<bool>(std::shared_future<void>)>;

    Full(Start start, int pieces) : m_start(std::move(start))
    {
        const auto gate = m_gate.get_future().share();
        for (int i = 0; i < pieces; ++i)
            boost::asio::co_spawn(m_io, m_start(gate), [this](std::exception_ptr thrown, bool let_in) {
                EXPECT_FALSE(thrown);
                m_refused += let_in ? 0 : 1;
            });
        m_thread = std::thread([this] { m_io.run(); });
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (m_refused == 0 && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
        EXPECT_GT(m_refused, 0) << "the pool took everything";
    }
    ~Full()
    {
        m_gate.set_value();
        m_thread.join();
    }

private:
    Start m_start;
    std::promise<void> m_gate;
    boost::asio::io_context m_io{1};
    std::atomic<int> m_refused{0};
    std::thread m_thread;
};

awaitable<bool> hold_write(db::Database& database, std::shared_future<void> gate)
{
    auto work = [gate](db::Tx&) -> Result<void> {
        gate.wait();
        return {};
    };
    const auto done = co_await database.write(work);
    co_return done.has_value();
}

awaitable<bool> hold_read(db::Database& database, std::shared_future<void> gate)
{
    auto work = [gate](db::Tx&) -> Result<void> {
        gate.wait();
        return {};
    };
    const auto done = co_await database.read(work);
    co_return done.has_value();
}

awaitable<bool> hold_pool(core::CpuPool& pool, std::shared_future<void> gate)
{
    auto work = [gate] { gate.wait(); };
    const auto done = co_await pool.run(work);
    co_return done.has_value();
}

constexpr int k_more_than_the_database_takes = 4096 + 200;
constexpr int k_more_than_a_pool_takes = 100 + 10;

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
        const Full full{[this](auto gate) { return hold_write(db().database(), gate); }, k_more_than_the_database_takes};
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
        const Full full{[this](auto gate) { return hold_read(db().database(), gate); }, k_more_than_the_database_takes};
        for (const char* path : {"/api/v1/instance", "/health/ready", "/oauth/authorize?client_id=x", "/api/v1/accounts/lookup?acct=mira"})
            expect_busy(stage->get(path), path);
        EXPECT_EQ(stage->get("/health/live").status, 200);
    }
    EXPECT_EQ(stage->get("/api/v1/instance").status, 200);
}

TEST_P(FullPools, OfPasswordsAnswerBusyAndLeaveOthersAlone)
{
    {
        const Full full{[this](auto gate) { return hold_pool(stage->passwords(), gate); }, k_more_than_a_pool_takes};
        expect_busy(sign_in(), "sign in");
        expect_busy(sign_up("tomas"), "sign up");
        EXPECT_EQ(stage->get("/api/v1/timelines/home", token).status, 200);
    }
    EXPECT_EQ(sign_in().status, 401);
    EXPECT_EQ(sign_up("tomas").status, 200);
}

} // namespace kith::tests

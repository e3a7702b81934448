// SPDX-License-Identifier: Apache-2.0
// Several processes that people use while PostgreSQL is away, for as long as KITH_TEST_OUTAGE_SECONDS says (else 4).
#include "tests/support/postgres_cluster.h"
#include "tests/support/servers.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace kith::tests {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

/// What an outage may cost a process, whatever its length. The sanitizers keep what was given back, 256 MiB of it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr long k_kib_more = 320 << 10;
#else
constexpr long k_kib_more = 32 << 10;
#endif

std::chrono::seconds outage()
{
    const char* seconds = std::getenv("KITH_TEST_OUTAGE_SECONDS");
    return std::chrono::seconds{seconds ? std::max(1, std::atoi(seconds)) : 4};
}

long resident_kib(pid_t process)
{
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string word; status >> word;)
        if (long kib = 0; word == "VmRSS:" && status >> kib)
            return kib;
    return 0;
}

long milliseconds_since(steady_clock::time_point start)
{
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start).count();
}

/// Somebody who asks again and again, from a thread of their own, and remembers what came of it.
class Client {
public:
    enum class Does { Post, Read };
    Client(HttpClient person, Does does) : m_person(std::move(person)), m_does(does), m_thread([this] { run(); }) { }
    ~Client() { stop(); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    void stop()
    {
        m_enough = true;
        if (m_thread.joinable())
            m_thread.join();
    }
    /// After stop(): texts that were answered with 200.
    const std::set<std::string>& kept() const { return m_kept; }
    int count(int status) const
    {
        const std::lock_guard lock{m_mutex};
        const auto found = m_statuses.find(status);
        return found == m_statuses.end() ? 0 : found->second;
    }
    /// After stop(): answers that were neither 200 nor a 503 that says what to do.
    const std::vector<std::string>& strange() const { return m_strange; }
    long slowest() const { return m_slowest; }

private:
    void run()
    {
        for (int number = 0; !m_enough; ++number) {
            const auto text = "number " + std::to_string(number) + ".";
            const auto start = steady_clock::now();
            const auto answer = ask(text);
            m_slowest = std::max(m_slowest, milliseconds_since(start));
            const std::lock_guard lock{m_mutex};
            ++m_statuses[answer.status];
            if (answer.status == 200 && m_does == Does::Post)
                m_kept.insert(text);
            const bool clear = answer.status == 503 && answer.error().find("try again") != std::string::npos &&
                               std::atoi(answer.header("Retry-After").c_str()) >= 1;
            if (answer.status != 200 && !clear && m_strange.size() < 10)
                m_strange.push_back(std::to_string(answer.status) + " Retry-After=" + answer.header("Retry-After") + " " +
                                    answer.body.substr(0, 300));
        }
    }

    HttpAnswer ask(const std::string& text) const
    {
        try {
            return m_does == Does::Post ? m_person.post("/api/v1/statuses", json::object{{"status", text}})
                                        : m_person.get("/api/v1/timelines/home");
        } catch (const std::runtime_error& error) {
            HttpAnswer none;
            none.body = error.what();
            return none;
        }
    }

    HttpClient m_person;
    const Does m_does;
    mutable std::mutex m_mutex;
    std::map<int, int> m_statuses;
    std::set<std::string> m_kept;
    std::vector<std::string> m_strange;
    long m_slowest = 0;
    std::atomic<bool> m_enough{false};
    std::thread m_thread; ///< last: it uses the others
};

} // namespace

class PostgresOutage : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (const auto why_not = why_not_on(Engine::cluster); !why_not.empty())
            GTEST_SKIP() << why_not;
        const auto options = options_on(Engine::cluster);
        m_connection = options.postgres;
        // The tests' server leaves that out for speed; here it is about what was acknowledged before a crash.
        sql("ALTER DATABASE " + m_connection.substr(m_connection.rfind('=') + 1) + " SET synchronous_commit = on");
        m_server = std::make_unique<KithdProcess>(options);
    }
    void TearDown() override { m_server.reset(); }

    KithdProcess& server() { return *m_server; }
    std::string sql(const std::string& statement) const { return capture({"psql", "-XAtc", statement, m_connection}); }
    /// Both web processes: connections go to them in turn.
    bool all_ready()
    {
        const auto ready = [client = m_server->client()] { return client.get("/health/ready").status == 200; };
        return ready() && ready();
    }
    std::vector<long> memory() const
    {
        std::vector<long> kib;
        for (const auto process : m_server->living())
            kib.push_back(resident_kib(process));
        return kib;
    }
    /// The plain texts of all posts of the person, as often as they are there.
    static std::multiset<std::string> posts_of(const HttpClient& person)
    {
        const auto id = find_string(person.get("/api/v1/accounts/verify_credentials").json(), "id").value();
        std::multiset<std::string> texts;
        std::string next;
        while (true) {
            const auto page = person.get("/api/v1/accounts/" + id + "/statuses?limit=40" + next).json();
            for (const auto& status : page.as_array()) {
                const auto content = find_string(status, "content").value();
                texts.insert(content.substr(3, content.size() - 7)); // <p>…</p>
                next = "&max_id=" + find_string(status, "id").value();
            }
            if (page.as_array().empty())
                return texts;
        }
    }

private:
    std::string m_connection;
    std::unique_ptr<KithdProcess> m_server;
};

TEST_F(PostgresOutage, IsOverForEverybodyWithoutARestart)
{
    const auto mira = server().sign_up("mira");
    const auto reader = server().sign_up("reader");
    const auto noor = server().sign_up("noor");
    const auto id = find_string(noor.get("/api/v1/accounts/verify_credentials").json(), "id").value();
    ASSERT_EQ(reader.post("/api/v1/accounts/" + id + "/follow").status, 200);
    std::vector<WebSocketClient> open; // one at each process
    open.emplace_back(reader);
    open.emplace_back(reader);
    Client posting{mira, Client::Does::Post};
    Client reading{reader, Client::Does::Read};
    ASSERT_TRUE(eventually([&] { return posting.count(200) > 20 && reading.count(200) > 20; }, 30s));
    const auto memory_before = memory();

    PostgresCluster::instance().stop();
    const auto gone = steady_clock::now();
    ASSERT_TRUE(eventually([&] { return posting.count(503) > 0 && reading.count(503) > 0; }, 15s));
    const auto noticed = milliseconds_since(gone);
    EXPECT_TRUE(eventually([&] {
        EXPECT_EQ(server().client().get("/health/live").status, 200);
        EXPECT_EQ(server().client().get("/health/ready").status, 503);
        return steady_clock::now() >= gone + outage();
    }, outage() + 15s));
    const auto memory_during = memory();
    ASSERT_EQ(memory_during.size(), 3U) << "a process gave up";

    PostgresCluster::instance().start();
    const auto back = steady_clock::now();
    const auto posted = posting.count(200);
    const auto read = reading.count(200);
    ASSERT_TRUE(eventually([&] { return posting.count(200) > posted && reading.count(200) > read; }, 30s));
    const auto answers_after = milliseconds_since(back);
    ASSERT_TRUE(eventually([&] { return all_ready(); }, 30s));
    const auto ready_after = milliseconds_since(back);
    // A job that can only fail: whoever takes it up shows that jobs are run.
    sql("INSERT INTO jobs (id, kind, payload, run_at, created_at) VALUES (1, 'deliver', '{}', 0, 0)");
    ASSERT_TRUE(eventually([&] { return sql("SELECT COUNT(*) FROM jobs WHERE id = 1 AND attempts = 0") == "0\n"; }, 30s));
    const auto jobs_after = milliseconds_since(back);
    posting.stop();
    reading.stop();

    // Streams: new ones at each process, and what was open either went on or said that something is missing.
    std::vector<WebSocketClient> fresh;
    fresh.emplace_back(reader);
    fresh.emplace_back(reader);
    ASSERT_TRUE(eventually([&] {
        const auto answer = noor.post("/api/v1/statuses", json::object{{"status", "for the streams"}});
        return answer.status == 200 && std::all_of(fresh.begin(), fresh.end(), [](auto& stream) {
                   return stream.wait_for("update", 2s).has_value();
               });
    }, 30s));
    const auto streams_after = milliseconds_since(back);
    std::string fates;
    for (auto& stream : open) {
        const auto heard = stream.wait_for([](const StreamEvent& event) { return event.payload.find("for the streams") != std::string::npos; }, 5s);
        EXPECT_TRUE(heard || stream.close_code() == 1013) << "a stream has a gap and does not say so: " << stream.close_code();
        fates += heard ? " went on" : " closed with " + std::to_string(stream.close_code());
    }

    EXPECT_THAT(posting.strange(), ::testing::IsEmpty());
    EXPECT_THAT(reading.strange(), ::testing::IsEmpty());
    const auto there = posts_of(mira);
    for (const auto& text : posting.kept())
        EXPECT_EQ(there.count(text), 1U) << text;
    for (std::size_t index = 0; index < memory_before.size(); ++index)
        EXPECT_LT(memory_during.at(index), memory_before.at(index) + k_kib_more);
    std::cout << "away for " << outage().count() << " s: noticed after " << noticed << " ms; 503 to " << posting.count(503)
              << " posts and " << reading.count(503) << " reads, the slowest answer after "
              << std::max(posting.slowest(), reading.slowest()) << " ms; after its return answers in " << answers_after
              << " ms, ready in " << ready_after << " ms, jobs in " << jobs_after << " ms, streams in " << streams_after
              << " ms (open ones:" << fates << "); acknowledged and kept: " << posting.kept().size() << "; KiB resident:";
    for (std::size_t index = 0; index < memory_before.size(); ++index)
        std::cout << ' ' << memory_before.at(index) << " -> " << memory_during.at(index);
    std::cout << '\n';
}

} // namespace kith::tests

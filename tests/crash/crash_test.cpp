// SPDX-License-Identifier: Apache-2.0
// What the server acknowledged survives its death at any moment, and what a program sends again happens once.
#include "common/sqlite/connection.h"
#include "tests/crash/writer.h"
#include "tests/support/kithd_process.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/test_database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <thread>

namespace kith::tests {

using namespace std::chrono_literals;

namespace {

int number_from(const char* variable, int otherwise)
{
    const char* value = std::getenv(variable);
    return value ? std::stoi(value) : otherwise;
}

class Crash : public ::testing::TestWithParam<Engine> {
protected:
    static constexpr unsigned k_writers = 4;
    static constexpr int k_most_writes = 40;

    void SetUp() override
    {
        if (GetParam() == Engine::postgres && !PostgresCluster::available())
            GTEST_SKIP() << PostgresCluster::why_not();
        KithdOptions options;
        if (GetParam() == Engine::postgres)
            options.postgres = PostgresCluster::instance().create_database();
        server.emplace(std::move(options));
        watched.emplace(server->sign_up("watched"));
        const auto seed = static_cast<unsigned>(
            number_from("KITH_TEST_CRASH_SEED", static_cast<int>(std::random_device{}() >> 1)));
        std::cout << "seed " << seed << '\n';
        random.seed(seed);
        for (unsigned i = 0; i < k_writers; ++i) {
            const auto name = "writer" + std::to_string(i);
            writers.emplace_back(server->sign_up(name), name, "watched", seed + i);
        }
    }

    /// Kills the server after some acknowledged writes and a moment more, while all of them write.
    void kill_under_load()
    {
        std::atomic<int> acknowledged{0};
        std::vector<std::thread> threads;
        for (auto& writer : writers)
            threads.emplace_back([&writer, &acknowledged] {
                while (writer.step())
                    ++acknowledged;
            });
        const int enough = 1 + static_cast<int>(random() % k_most_writes);
        EXPECT_TRUE(eventually([&] { return acknowledged >= enough; }, 30s));
        const auto moment = std::chrono::steady_clock::now() + std::chrono::microseconds{random() % 5000};
        while (std::chrono::steady_clock::now() < moment) { }
        server->kill();
        for (auto& thread : threads)
            thread.join();
        writes += acknowledged;
    }

    /// What all writers together have done to the account that they name.
    void check_watched()
    {
        std::set<std::string> expected;
        int followers = 0;
        for (const auto& writer : writers) {
            expected.merge(writer.posts());
            followers += writer.follows() ? 1 : 0;
        }
        std::multiset<std::string> notified;
        for (const auto& notification : all_of(*watched, "/api/v1/notifications"))
            if (find_string(notification, "type") == "mention")
                notified.insert(find_string(notification.at("status"), "id").value());
        EXPECT_EQ(notified, std::multiset<std::string>(expected.begin(), expected.end()));
        const auto self = watched->get("/api/v1/accounts/verify_credentials").json();
        EXPECT_EQ(find_int(self, "followers_count"), followers);
    }

    void check_file()
    {
        if (GetParam() != Engine::sqlite)
            return;
        sqlite::OpenOptions options;
        options.file = server->data_dir() / "kith.db";
        options.mode = sqlite::Mode::read_write;
        const auto connection = sqlite::Connection::open(options);
        ASSERT_TRUE(connection) << connection.error().message;
        EXPECT_EQ((*connection)->integrity_check(), std::vector<std::string>{});
        EXPECT_FALSE((*connection)->prepare("PRAGMA foreign_key_check").step());
    }

    std::optional<KithdProcess> server;
    std::optional<HttpClient> watched;
    std::vector<Writer> writers;
    std::mt19937 random;
    std::int64_t writes = 0;
};

INSTANTIATE_TEST_SUITE_P(Engines, Crash, ::testing::Values(Engine::sqlite, Engine::postgres), engine_name);

} // namespace

TEST_P(Crash, NoAcknowledgedWriteIsLostAndNoneHappensTwice)
{
    const int times = std::max(1, number_from("KITH_TEST_CRASHES", 50) / 2);
    for (int time = 1; time <= times && !HasFailure(); ++time) {
        kill_under_load();
        check_file();
        server->start();
        for (auto& writer : writers)
            writer.settle();
        for (const auto& writer : writers)
            writer.check();
        check_watched();
    }
    int unknown = 0;
    for (const auto& writer : writers)
        unknown += writer.unknown_writes();
    std::cout << times << " deaths, " << writes << " acknowledged writes, " << unknown << " without an answer\n";
    // Else the deaths came when nothing was under way, and showed nothing.
    EXPECT_GT(unknown, times);
}

} // namespace kith::tests

// SPDX-License-Identifier: Apache-2.0
#include "tests/support/kithd_process.h"

#include <gtest/gtest.h>

#include <future>

using namespace kith;
using namespace kith::tests;

TEST(KithdProcess, StartsStopsAndKeepsItsData)
{
    KithdProcess server;
    const auto alice = server.sign_up("alice");
    WebSocketClient stream(alice);

    const auto posted = alice.post("/api/v1/statuses", json::object{{"status", "hello"}});
    ASSERT_EQ(posted.status, 200) << posted.body;
    EXPECT_TRUE(stream.wait_for("update"));
    auto stopped = std::async(std::launch::async, [&] { server.stop(); });
    EXPECT_EQ(stream.receive(), std::nullopt);
    EXPECT_EQ(stream.close_code(), 1001) << "a server that goes says so";
    stopped.get();
    server.start();

    EXPECT_EQ(alice.get("/api/v1/timelines/home").json().as_array().size(), 1U);
}

TEST(KithdProcess, SpeaksTls)
{
    const KithdProcess plain;
    const auto ca_folder = plain.data_dir();
    TestCa authority(ca_folder);
    KithdOptions options;
    options.domain = "alpha.test";
    options.certificate = authority.issue("alpha", {"alpha.test"});
    options.ca_file = authority.certificate();

    const KithdProcess server(options);

    EXPECT_EQ(server.client().get("/health/live").status, 200);
    WebSocketClient stream(server.sign_up("alice"));
    EXPECT_EQ(stream.receive(std::chrono::milliseconds{1}), std::nullopt);
}

TEST(KithdProcess, RunsOtherCommandsOnTheSameData)
{
    const KithdProcess server;
    server.sign_up("alice");

    const auto listed = server.run({"account", "list"});

    EXPECT_EQ(listed.status, 0) << listed.errors;
    EXPECT_NE(listed.output.find("alice"), std::string::npos) << listed.output;
}

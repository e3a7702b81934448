// SPDX-License-Identifier: Apache-2.0
// Many sockets at once: a small version of what tests/bench/sockets measures. Of one process, which counts its own places.
#include "tests/server/api/api_fixture.h"

namespace kith::tests {

namespace {

constexpr int k_sockets = 500;

KithdOptions wide_open()
{
    KithdOptions options;
    options.settings["KITH_LIMITS_STREAMS_PER_ACCOUNT"] = "501";
    options.settings["KITH_LIMITS_STREAMS_PER_ADDRESS"] = "501";
    return options;
}

} // namespace

TEST(StreamingScale, OnePublicPostReachesEverySocket)
{
    const KithdProcess server{wide_open()};
    const auto mira = server.sign_up("mira");
    const auto reader = server.sign_up("reader");
    std::vector<WebSocketClient> sockets;
    for (int i = 0; i < k_sockets; ++i)
        sockets.emplace_back(reader, i % 2 ? "/api/v1/streaming?stream=public"
                                           : "/api/v1/streaming?stream=public:local");
    json::object body;
    body["status"] = "For all of you";

    const auto id = text(mira.post("/api/v1/statuses", body).json(), "id");

    for (auto& socket : sockets) {
        const auto update = socket.wait_for("update");
        ASSERT_TRUE(update);
        EXPECT_EQ(text(update->json(), "id"), id);
    }
    sockets.emplace_back(reader); // the last place
    EXPECT_EQ(reader.get("/api/v1/streaming/user").status, 429) << "the account's places are taken";
    EXPECT_EQ(mira.get("/api/v1/streaming/user").status, 429) << "the address's places are taken";
    sockets.clear();
    EXPECT_TRUE(eventually([&] {
        try {
            WebSocketClient again{mira};
            return true;
        } catch (const std::runtime_error&) {
            return false;
        }
    }));
}

} // namespace kith::tests

// SPDX-License-Identifier: Apache-2.0
// Streams in a process of their own: whatever happens, happens at another one.
#include "tests/server/api/api_fixture.h"

namespace kith::tests {

TEST(StreamingProcesses, HearOfWhatTheWebDoes)
{
    if (const auto why_not = why_not_on(Engine::postgres); !why_not.empty())
        GTEST_SKIP() << why_not;
    auto options = options_on(Engine::postgres);
    options.settings["KITH_SERVER_ROLES"] = "web";
    const KithdProcess web{options};
    options.secret_key = web.data_dir() / "secret.key"; // the same in each process
    options.settings["KITH_SERVER_DOMAIN"] = web.domain();
    options.settings["KITH_SERVER_BASE_URL"] = web.base_url();
    options.settings["KITH_SERVER_ROLES"] = "streaming";
    const KithdProcess streaming{options};
    for (const auto* name : {"mira", "again"}) {
        const auto mira = web.sign_up(name);
        WebSocketClient stream(streaming.client().with_token(mira.token()));
        std::string id;
        json::object body;
        body["status"] = "From the other side";
        ASSERT_TRUE(eventually([&] { // the first may come before the other process listens
            id = text(mira.post("/api/v1/statuses", body).json(), "id");
            return stream.wait_for("update", std::chrono::milliseconds{500}).has_value() || stream.close_code() != 0;
        }));
        mira.del("/api/v1/statuses/" + id);
        const auto gone = stream.wait_for("delete");
        ASSERT_EQ(post_form(mira, "/oauth/revoke", {{"token", mira.token()}}).status, 200);
        while (stream.receive()) { }
        // A second after its start a process closes its streams, once, for what it may have missed.
        if (name == std::string_view{"mira"} && stream.close_code() == 1013)
            continue;
        EXPECT_EQ(gone.value_or(StreamEvent{}).payload, id);
        EXPECT_EQ(stream.close_code(), 1008);
        break;
    }
}

} // namespace kith::tests

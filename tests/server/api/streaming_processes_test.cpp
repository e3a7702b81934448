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
    options.settings["KITH_SERVER_DOMAIN"] = web.domain();
    options.settings["KITH_SERVER_BASE_URL"] = web.base_url();
    options.settings["KITH_SERVER_ROLES"] = "streaming";
    const KithdProcess streaming{options};
    const auto mira = web.sign_up("mira");
    const auto same = streaming.client().with_token(mira.token());
    WebSocketClient stream(same);

    std::string id;
    json::object body;
    body["status"] = "From the other side";
    const bool heard = eventually([&] { // the first may come before the other process listens
        id = text(mira.post("/api/v1/statuses", body).json(), "id");
        return stream.wait_for("update", std::chrono::milliseconds{500}).has_value();
    });
    ASSERT_TRUE(heard);
    mira.del("/api/v1/statuses/" + id);
    EXPECT_EQ(stream.wait_for("delete").value_or(StreamEvent{}).payload, id);

    ASSERT_EQ(post_form(mira, "/oauth/revoke", {{"token", mira.token()}}).status, 200);
    while (stream.receive()) { }
    EXPECT_EQ(stream.close_code(), 1008);
}

} // namespace kith::tests

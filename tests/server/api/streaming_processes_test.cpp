// SPDX-License-Identifier: Apache-2.0
// Two servers on one PostgreSQL: a stream does not care which of them something happened at.
#include "tests/server/api/api_fixture.h"
#include "tests/support/postgres_cluster.h"

namespace kith::tests {

TEST(StreamingProcesses, HearOfEachOther)
{
    if (!PostgresCluster::available())
        GTEST_SKIP() << PostgresCluster::why_not();
    KithdOptions options;
    options.postgres = PostgresCluster::instance().create_database();
    const KithdProcess here{options};
    options.settings["KITH_SERVER_DOMAIN"] = here.domain();
    options.settings["KITH_SERVER_BASE_URL"] = here.base_url();
    const KithdProcess there{options};
    const auto mira = here.sign_up("mira");
    const auto same = there.client().with_token(mira.token());
    WebSocketClient stream(same);
    WebSocketClient own(mira);

    std::string id;
    json::object body;
    body["status"] = "From the other side";
    const bool heard = eventually([&] { // the first may come before the other server listens
        id = text(mira.post("/api/v1/statuses", body).json(), "id");
        return stream.wait_for("update", std::chrono::milliseconds{500}).has_value();
    });
    ASSERT_TRUE(heard);
    same.del("/api/v1/statuses/" + id);
    EXPECT_EQ(own.wait_for("delete").value_or(StreamEvent{}).payload, id);

    ASSERT_EQ(post_form(mira, "/oauth/revoke", {{"token", mira.token()}}).status, 200);
    for (auto* closing : {&stream, &own}) {
        while (closing->receive()) { }
        EXPECT_EQ(closing->close_code(), 1008);
    }
}

} // namespace kith::tests

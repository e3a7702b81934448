// SPDX-License-Identifier: Apache-2.0
// A stream lives longer than the request that showed the token: it ends when the token would be refused.
#include "server/auth/access_notices.h"
#include "server/auth/auth.h"
#include "tests/server/features/people.h"
#include "tests/server/features/stage.h"
#include "tests/support/patience.h"

namespace kith::tests {

using namespace std::chrono_literals;

namespace {

struct RecordedSink final : http::FrameSink {
    void send(std::shared_ptr<const std::string> frame) override { frames.push_back(*frame); }
    void close(std::uint16_t code, std::string) override { close_code = code; }

    std::vector<std::string> frames;
    int close_code = 0;
};

} // namespace

class StreamAccess : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        stage.emplace(db());
        token = stage->sign_up("mira");
        mira = *db().read([](Tx& tx) -> Result<std::optional<Account>> {
                        return accounts::find_by_handle(tx, "mira", {});
                    })
                    .value();
    }
    void TearDown() override
    {
        stage.reset();
        BothEngines::TearDown();
    }
    /// Lets the server work, a request at a time.
    bool closes(const RecordedSink& sink)
    {
        const auto end = std::chrono::steady_clock::now() + k_patience;
        while (sink.close_code == 0 && std::chrono::steady_clock::now() < end)
            stage->get("/api/v1/streaming/health");
        return sink.close_code == 1008;
    }
    void revoke()
    {
        db().write([&](Tx& tx) -> Result<bool> { return auth::revoke(tx, token, std::nullopt); }).value();
    }

    std::optional<Stage> stage;
    std::string token;
    Account mira;
};
KITH_BOTH_ENGINES(StreamAccess);

TEST_P(StreamAccess, EndsWithTheToken)
{
    const auto stream = stage->get("/api/v1/streaming/user", token).events;
    const auto others = stage->get("/api/v1/streaming/user", stage->sign_up("tomas")).events;
    ASSERT_TRUE(stream && others);
    const auto sink = std::make_shared<RecordedSink>();
    const auto other = std::make_shared<RecordedSink>();
    stream->on_open(sink);
    others->on_open(other);

    revoke();

    EXPECT_TRUE(closes(*sink));
    EXPECT_EQ(other->close_code, 0);
    stream->on_close();
    others->on_close();
}

TEST_P(StreamAccess, EndsWithTheAccount)
{
    const auto stream = stage->get("/api/v1/streaming/public", token).events;
    ASSERT_TRUE(stream);
    const auto sink = std::make_shared<RecordedSink>();
    stream->on_open(sink);
    const auto tell = [&](Tx& tx) -> Result<void> {
        auth::tell_account_changed(tx, mira.id);
        return {};
    };
    db().write(tell).value();
    for (int i = 0; i < 50; ++i)
        stage->get("/api/v1/streaming/health");
    EXPECT_EQ(sink->close_code, 0) << "something else about it has changed";

    db().sql("UPDATE accounts SET suspended_at = $1 WHERE id = $2", db().clock.now(), mira.id);
    db().write(tell).value();

    EXPECT_TRUE(closes(*sink));
    stream->on_close();
}

TEST_P(StreamAccess, IsLookedAtAgainOnceTheStreamIsThere)
{
    const auto stream = stage->get("/api/v1/streaming/user", token).events;
    ASSERT_TRUE(stream);
    revoke(); // after the token was looked at, before anybody could be told
    const auto sink = std::make_shared<RecordedSink>();
    stream->on_open(sink);
    EXPECT_TRUE(closes(*sink));
    stream->on_close();
}

} // namespace kith::tests

// SPDX-License-Identifier: Apache-2.0
#include "server/features/streaming/stream_subscription.h"

#include <gmock/gmock.h>

namespace kith::streaming {

using ::testing::ElementsAre;

namespace {

constexpr AccountId k_me{7};
const Listener k_reads_all{k_me, TokenId{1}, true, true};

std::string refusal(const Listener& listener, const StreamName& name)
{
    const auto found = find_subscription(listener, name);
    return found ? "" : std::to_string(static_cast<int>(found.error().code)) + " " + found.error().message;
}

} // namespace

TEST(StreamSubscription, KnowsEveryStreamOfMastodon)
{
    struct Line {
        StreamName name;
        std::vector<Channel> channels;
        std::string shown;
    };
    const Line table[] = {
        {{"user", "", ""}, {{Feed::home, k_me, ""}, {Feed::alerts, k_me, ""}}, R"(["user"])"},
        {{"user:notification", "", ""}, {{Feed::notifications, k_me, ""}}, R"(["user:notification"])"},
        {{"direct", "", ""}, {{Feed::conversations, k_me, ""}}, R"(["direct"])"},
        {{"public", "x", "1"}, {{Feed::public_all, {}, ""}}, R"(["public"])"},
        {{"public:local", "", ""}, {{Feed::public_local, {}, ""}}, R"(["public:local"])"},
        {{"public:remote", "", ""}, {{Feed::public_remote, {}, ""}}, R"(["public:remote"])"},
        {{"public:media", "", ""}, {{Feed::public_media, {}, ""}}, R"(["public:media"])"},
        {{"public:local:media", "", ""}, {{Feed::public_local_media, {}, ""}}, R"(["public:local:media"])"},
        {{"public:remote:media", "", ""}, {{Feed::public_remote_media, {}, ""}}, R"(["public:remote:media"])"},
        {{"hashtag", "Brot", ""}, {{Feed::hashtag, {}, "brot"}}, R"(["hashtag","Brot"])"},
        {{"hashtag", "#BROT", ""}, {{Feed::hashtag, {}, "brot"}}, R"(["hashtag","#BROT"])"},
        {{"hashtag:local", "a\"b", ""}, {{Feed::hashtag_local, {}, "a\"b"}}, R"(["hashtag:local","a\"b"])"},
    };
    for (const auto& line : table) {
        const auto found = find_subscription(k_reads_all, line.name);
        ASSERT_TRUE(found) << line.name.stream;
        EXPECT_EQ(found->channels, line.channels) << line.name.stream;
        EXPECT_EQ(found->shown, line.shown);
    }
}

TEST(StreamSubscription, RefusesAsMastodonDoes)
{
    const auto malformed = std::to_string(static_cast<int>(Errc::malformed));
    const auto unauthorized = std::to_string(static_cast<int>(Errc::unauthorized));
    EXPECT_EQ(refusal(k_reads_all, {"everything", "", ""}), malformed + " Unknown stream type");
    EXPECT_EQ(refusal(k_reads_all, {"", "", ""}), malformed + " Unknown stream type");
    EXPECT_EQ(refusal(k_reads_all, {"hashtag", "", ""}), malformed + " Missing tag name parameter");
    EXPECT_EQ(refusal(k_reads_all, {"hashtag:local", "#", ""}),
              malformed + " Missing tag name parameter");
    EXPECT_EQ(refusal(k_reads_all, {"hashtag", std::string(401, 'x'), ""}),
              malformed + " The tag is too long");
    EXPECT_EQ(refusal(k_reads_all, {"list", "", ""}), malformed + " Missing list name parameter");
    EXPECT_EQ(refusal(k_reads_all, {"list", "", "12"}),
              unauthorized + " Not authorized to stream this list");
}

TEST(StreamSubscription, AsksForTheScopeOfEachStream)
{
    const Listener statuses_only{k_me, TokenId{1}, true, false};
    const Listener alerts_only{k_me, TokenId{1}, false, true};
    const auto no = std::to_string(static_cast<int>(Errc::unauthorized)) +
                    " Access token does not have the required scopes";
    for (const auto* stream : {"user", "direct", "public", "public:local", "public:remote:media", "hashtag"}) {
        EXPECT_EQ(refusal(statuses_only, {stream, "x", ""}), "") << stream;
        EXPECT_EQ(refusal(alerts_only, {stream, "x", ""}), no) << stream;
    }
    EXPECT_EQ(refusal(alerts_only, {"user:notification", "", ""}), "");
    EXPECT_EQ(refusal(statuses_only, {"user:notification", "", ""}), no);
    EXPECT_THAT(find_subscription(statuses_only, {"user", "", ""})->channels, ElementsAre(Channel{Feed::home, k_me, ""}))
        << "without the notifications";
}

} // namespace kith::streaming

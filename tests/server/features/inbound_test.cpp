// SPDX-License-Identifier: Apache-2.0
// What activities of peers do, after their signature was found right; and what we send in answer.
#include "federation/vocab/activity.h"
#include "federation/vocab/public_address.h"
#include "server/core/log.h"
#include "tests/server/features/people.h"
#include "tests/server/features/stage.h"

#include <gmock/gmock.h>

namespace kith::tests {

using ::testing::HasSubstr;
using ::testing::Not;

class InboundActivities : public BothEngines {
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
        far = add_remote(db(), "far", "harbour.example");
    }
    void TearDown() override
    {
        stage.reset();
        BothEngines::TearDown();
    }
    Result<void> deliver(const Account& signer, const vocab::Activity& activity)
    {
        // As it comes from the wire.
        const auto read = vocab::read_activity(vocab::write_activity(activity)).value();
        return db().write([&](Tx& tx) {
            const federation::Inbound inbound{signer, read, {}};
            return stage->inbox.dispatch(tx, inbound);
        });
    }
    vocab::Note note(const std::string& id, const Account& author) const
    {
        vocab::Note out;
        out.id = id;
        out.attributed_to = author.uri;
        out.content = "<p>Hello <script>x</script></p>";
        out.published = db_clock();
        out.to = {std::string{vocab::k_public_address}};
        out.cc = {author.followers_uri};
        return out;
    }
    Timestamp db_clock() const { return const_cast<InboundActivities*>(this)->db().clock.now(); }
    std::optional<Status> stored(const std::string& uri)
    {
        return db()
            .read([&](Tx& tx) -> Result<std::optional<Status>> {
                return statuses::find_by_uri(tx, uri);
            })
            .value();
    }
    std::string sent()
    {
        stage->run_jobs();
        std::string all;
        for (const auto& request : stage->network.requests)
            all += request.url + " " + request.body + "\n";
        stage->network.requests.clear();
        return all;
    }
    std::optional<Stage> stage;
    std::string token;
    Account mira;
    Account far;
    const std::string k_note = "https://harbour.example/notes/1";
};
KITH_BOTH_ENGINES(InboundActivities);

TEST_P(InboundActivities, FollowIsTakenAndAnsweredOnce)
{
    const auto wanted = vocab::make_follow("https://harbour.example/f/1", far.uri, mira.uri);

    ASSERT_TRUE(deliver(far, wanted));
    EXPECT_EQ(reload(db(), mira).followers_count, 1);
    const auto answer = sent();
    EXPECT_THAT(answer, HasSubstr("https://harbour.example/inbox"));
    EXPECT_THAT(answer, HasSubstr("\"Accept\""));

    ASSERT_TRUE(deliver(far, wanted));
    EXPECT_EQ(sent(), "") << "the same activity again does nothing";
    ASSERT_TRUE(deliver(far, vocab::make_follow("https://harbour.example/f/2", far.uri, mira.uri)));
    EXPECT_THAT(sent(), HasSubstr("https://harbour.example/f/2"))
        << "who asks anew gets an answer anew";
    EXPECT_EQ(reload(db(), mira).followers_count, 1);
}

TEST_P(InboundActivities, UndoEndsTheFollow)
{
    const auto wanted = vocab::make_follow("https://harbour.example/f/1", far.uri, mira.uri);
    deliver(far, wanted).value();
    auto stranger = add_remote(db(), "stranger", "third.example");

    auto forged = vocab::make_undo("https://third.example/u/1", stranger.uri, wanted);
    EXPECT_FALSE(deliver(stranger, forged));
    EXPECT_EQ(reload(db(), mira).followers_count, 1);

    ASSERT_TRUE(deliver(far, vocab::make_undo("https://harbour.example/u/1", far.uri, wanted)));
    EXPECT_EQ(reload(db(), mira).followers_count, 0);
    EXPECT_TRUE(deliver(far, vocab::make_undo("https://harbour.example/u/2", far.uri, wanted)))
        << "nothing is left to end";
}

TEST_P(InboundActivities, AcceptCountsOnlyFromWhoWasAsked)
{
    follow(db(), mira, far);
    EXPECT_THAT(sent(), HasSubstr("\"Follow\""));
    const auto asked = db().read([&](Tx& tx) -> Result<follows::Follow> {
                               return *follows::find(tx, mira.id, far.id);
                           })
                           .value();
    const auto ours = vocab::make_follow(asked.uri, mira.uri, far.uri);
    const auto stranger = add_remote(db(), "stranger", "harbour.example");

    EXPECT_FALSE(deliver(stranger, vocab::make_accept("https://harbour.example/a/1", stranger.uri, ours)));
    EXPECT_EQ(reload(db(), mira).following_count, 0);

    ASSERT_TRUE(deliver(far, vocab::make_accept("https://harbour.example/a/2", far.uri, ours)));
    EXPECT_EQ(reload(db(), mira).following_count, 1);

    ASSERT_TRUE(deliver(far, vocab::make_reject("https://harbour.example/r/1", far.uri, ours)));
    EXPECT_EQ(reload(db(), mira).following_count, 0);
    EXPECT_EQ(sent(), "") << "who was thrown out says nothing";
}

TEST_P(InboundActivities, CreateIsStoredCleanForFollowers)
{
    follow(db(), mira, far);
    db().write([&](Tx& tx) { return follows::accept(tx, mira, far); }).value();

    ASSERT_TRUE(deliver(far, vocab::make_create(k_note + "/activity", note(k_note, far))));

    const auto made = stored(k_note);
    ASSERT_TRUE(made);
    EXPECT_THAT(made->html, Not(HasSubstr("script")));
    EXPECT_EQ(made->audience, Audience::public_);
    EXPECT_EQ(Stage::json_of(stage->get("/api/v1/timelines/home", token)).as_array().size(), 1U);
}

TEST_P(InboundActivities, CreateThatConcernsNobodyHereIsForgotten)
{
    ASSERT_TRUE(deliver(far, vocab::make_create(k_note + "/activity", note(k_note, far))));
    EXPECT_FALSE(stored(k_note));

    const auto root = post(db(), mira);
    auto answer = note(k_note + "0", far);
    answer.in_reply_to = mira.uri + "/statuses/" + root.id.to_string();
    ASSERT_TRUE(deliver(far, vocab::make_create(k_note + "0/activity", answer)));
    EXPECT_TRUE(stored(k_note + "0"));
    EXPECT_EQ(reload(db(), root)->replies, 1);
}

TEST_P(InboundActivities, CreateNamesPeopleHere)
{
    auto direct = note(k_note, far);
    direct.to = {mira.uri};
    direct.cc.clear();
    direct.tags.mentions.push_back({mira.uri, "@mira@test.example"});
    ASSERT_TRUE(deliver(far, vocab::make_create(k_note + "/activity", direct)));

    EXPECT_EQ(stored(k_note)->audience, Audience::direct);
    EXPECT_THAT(stage->get("/api/v1/notifications", token).body, HasSubstr("\"mention\""));
}

TEST_P(InboundActivities, CreateLetsPeopleInWithoutNamingThem)
{
    auto quiet = note(k_note, far);
    quiet.to = {mira.uri};
    quiet.cc.clear();
    ASSERT_TRUE(deliver(far, vocab::make_create(k_note + "/activity", quiet)));

    const auto shown = stage->get("/api/v1/statuses/" + stored(k_note)->id.to_string(), token);
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(Stage::json_of(shown).at("mentions").as_array().size(), 0U)
        << "nobody learns who else was let in";
    EXPECT_EQ(stage->get("/api/v1/notifications", token).body, "[]");
    EXPECT_EQ(stage->get("/api/v1/statuses/" + stored(k_note)->id.to_string()).status, 404);
}

TEST_P(InboundActivities, CreateOfAnothersPostIsRefused)
{
    const auto other = add_remote(db(), "other", "harbour.example");
    follow(db(), mira, far);
    db().write([&](Tx& tx) { return follows::accept(tx, mira, far); }).value();

    auto forged = vocab::make_create(k_note + "/activity", note(k_note, other));
    forged.actor = far.uri;
    EXPECT_FALSE(deliver(far, forged));
    EXPECT_FALSE(stored(k_note));
}

TEST_P(InboundActivities, DeleteBuriesWhatItsAuthorTakesBack)
{
    follow(db(), mira, far);
    db().write([&](Tx& tx) { return follows::accept(tx, mira, far); }).value();
    deliver(far, vocab::make_create(k_note + "/activity", note(k_note, far))).value();
    const auto other = add_remote(db(), "other", "third.example");

    EXPECT_FALSE(deliver(other, vocab::make_delete("https://third.example/d/1", other.uri, k_note, {}, {})));
    EXPECT_TRUE(stored(k_note));

    ASSERT_TRUE(deliver(far, vocab::make_delete(k_note + "#delete", far.uri, k_note, {}, {})));
    EXPECT_FALSE(stored(k_note));
    ASSERT_TRUE(deliver(far, vocab::make_create(k_note + "/again", note(k_note, far))));
    EXPECT_FALSE(stored(k_note)) << "a late copy stays dead";
}

TEST_P(InboundActivities, DeleteOfWhatWeNeverSawIsRemembered)
{
    ASSERT_TRUE(deliver(far, vocab::make_delete(k_note + "#delete", far.uri, k_note, {}, {})));

    EXPECT_TRUE(*db().read([&](Tx& tx) -> Result<bool> { return statuses::is_buried(tx, k_note); }));
    EXPECT_FALSE(deliver(far, vocab::make_delete(k_note + "2#delete", far.uri, "https://third.example/notes/1", {}, {})))
        << "another origin's";
}

TEST_P(InboundActivities, OurPostsGoToFollowersElsewhereAndOnlyToThem)
{
    deliver(far, vocab::make_follow("https://harbour.example/f/1", far.uri, mira.uri)).value();
    sent();

    auto wanted = draft("Hello #world", Audience::followers);
    wanted.tags = {{"world", "world"}};
    const auto made = post(db(), mira, wanted);
    const auto create = sent();
    EXPECT_THAT(create, HasSubstr("\"Create\""));
    EXPECT_THAT(create, HasSubstr("#world"));
    EXPECT_THAT(create, Not(HasSubstr(std::string{vocab::k_public_address})));

    db().write([&](Tx& tx) { return statuses::remove(tx, mira, made); }).value();
    EXPECT_THAT(sent(), HasSubstr("\"Delete\""));

    post(db(), mira, "Just me", Audience::self);
    EXPECT_EQ(sent(), "");
}

TEST_P(InboundActivities, OurPostsForFriendsNameFriendsAndNobodyElse)
{
    const auto fan = add_remote(db(), "fan", "harbour.example");
    for (const auto& account : {far, fan})
        deliver(account, vocab::make_follow(account.uri + "/f", account.uri, mira.uri)).value();
    follow(db(), mira, far);
    db().write([&](Tx& tx) { return follows::accept(tx, mira, far); }).value();
    sent();

    const auto made = post(db(), mira, "For friends", Audience::friends);

    const auto create = sent();
    EXPECT_THAT(create, HasSubstr(far.uri));
    EXPECT_THAT(create, Not(HasSubstr(fan.uri)));
    EXPECT_THAT(create, Not(HasSubstr("/followers\"")));
    db().write([&](Tx& tx) { return statuses::remove(tx, mira, made); }).value();
    EXPECT_THAT(sent(), HasSubstr("\"Delete\""));
}

TEST_P(InboundActivities, PeersReadWhatIsPublicAndLearnWhatIsGone)
{
    const auto open = post(db(), mira);
    const auto narrow = post(db(), mira, "For few", Audience::followers);
    const auto read = [&](const Status& status) {
        return stage->get("/users/mira/statuses/" + status.id.to_string(), {}, "application/activity+json");
    };

    EXPECT_EQ(text_of(Stage::json_of(read(open)), "type"), "Note");
    EXPECT_EQ(read(narrow).status, 404);
    EXPECT_EQ(stage->get("/users/mira/statuses/" + open.id.to_string()).status, 302)
        << "people are sent to the page";
    db().write([&](Tx& tx) { return statuses::remove(tx, mira, open); }).value();
    EXPECT_EQ(read(open).status, 410);
    EXPECT_EQ(text_of(Stage::json_of(read(open)), "type"), "Tombstone");
}

TEST_P(InboundActivities, RefusedOnesNeitherFillTheLogNorNameTheirSenders)
{
    std::vector<std::string> lines;
    log::Options to_lines;
    to_lines.sink = [&lines](std::string_view line) { lines.emplace_back(line); };
    log::configure(std::move(to_lines));
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 200; ++i) {
        http::Request request;
        request.method = http::Method::post;
        request.target = i % 2 ? "/inbox" : "/users/mira/inbox";
        request.peer_address = "192.0.2.77";
        request.headers.add("Content-Type", "application/activity+json");
        request.body = "{}";
        EXPECT_EQ(stage->call(std::move(request)).status, 401);
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began).count();
    log::configure({});

    std::erase_if(lines, [](const std::string& line) { return line.find("A delivery was refused.") == line.npos; });
    ASSERT_FALSE(lines.empty());
    EXPECT_LE(lines.size(), 20 * (static_cast<std::size_t>(seconds) + 2));
    EXPECT_THAT(lines.front(), HasSubstr("192.0.2.0/24"));
    for (const auto& line : lines)
        EXPECT_THAT(line, Not(HasSubstr("192.0.2.77")));
}

} // namespace kith::tests

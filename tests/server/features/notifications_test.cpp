// SPDX-License-Identifier: Apache-2.0
#include "server/features/notifications/notification.h"
#include "server/features/notifications/notification_events.h"
#include "tests/server/features/people.h"

namespace kith::notifications {

using namespace std::chrono_literals;
using namespace kith::tests;

class Notifications : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        subscribe(db().events);
        mira = add_person(db(), "mira");
        tomas = add_person(db(), "tomas");
    }
    std::vector<Notification> stored(const Account& account, const features::Page& page = {})
    {
        return db()
            .read([&](Tx& tx) -> Result<std::vector<Notification>> {
                return list(tx, account.id, page);
            })
            .value();
    }
    std::vector<api::Notification> shown(const Account& account)
    {
        return db()
            .read([&](Tx& tx) -> Result<std::vector<api::Notification>> {
                return render(tx, account.id, list(tx, account.id, {}));
            })
            .value();
    }
    Status mention(const Account& author, const std::vector<AccountId>& named, Audience audience = Audience::public_)
    {
        auto wanted = draft("Hello", audience);
        wanted.mentions = named;
        return post(db(), author, wanted);
    }
    Account mira;
    Account tomas;
};
KITH_BOTH_ENGINES(Notifications);

TEST_P(Notifications, TellOfANewFollower)
{
    follow(db(), tomas, mira);

    const auto found = shown(mira);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].type, "follow");
    EXPECT_EQ(found[0].account.acct, "tomas");
    EXPECT_FALSE(found[0].status);
    EXPECT_TRUE(shown(tomas).empty());
}

TEST_P(Notifications, TellOfAMention)
{
    const auto made = mention(tomas, {mira.id});

    const auto found = shown(mira);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].type, "mention");
    EXPECT_EQ(found[0].status->id, made.id.to_string());
    const auto one = db().read(
        [&](Tx& tx) -> Result<std::optional<Notification>> { return find(tx, stored(mira)[0].id); });
    ASSERT_TRUE(*one);
    EXPECT_EQ((*one)->status, made.id);
    EXPECT_EQ((*one)->account_id, mira.id);
}

TEST_P(Notifications, AreNotMadeForOneselfNorForPeopleElsewhere)
{
    const auto far = add_remote(db(), "far", "harbour.example");
    mention(mira, {mira.id, far.id});
    follow(db(), mira, far);

    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM notifications"), 0);
}

TEST_P(Notifications, AreNotMadeForWhatArrivesOld)
{
    const auto far = add_remote(db(), "far", "harbour.example");
    auto wanted = remote_post(db(), "https://harbour.example/notes/1");
    wanted.mentions = {mira.id};
    wanted.published = db().clock.now() - 48h;
    add_remote_post(db(), far, wanted);
    EXPECT_TRUE(stored(mira).empty());

    wanted.uri += "0";
    wanted.published = db().clock.now();
    add_remote_post(db(), far, wanted);
    EXPECT_EQ(stored(mira).size(), 1U);
}

TEST_P(Notifications, OfAFollowGoWithIt)
{
    follow(db(), tomas, mira);
    db().write([&](Tx& tx) { return follows::remove(tx, tomas, mira, follows::EndedBy::follower); }).value();
    EXPECT_TRUE(stored(mira).empty());

    follow(db(), tomas, mira);
    EXPECT_EQ(stored(mira).size(), 1U) << "following again and again fills nobody's list";
}

TEST_P(Notifications, OfAFollowRequestWaitForTheYes)
{
    db().sql("UPDATE accounts SET locked = TRUE WHERE id = $1", mira.id);
    const auto locked = reload(db(), mira);
    follow(db(), tomas, locked);
    EXPECT_TRUE(stored(mira).empty());

    db().write([&](Tx& tx) { return follows::accept(tx, tomas, locked); }).value();
    EXPECT_EQ(stored(mira).size(), 1U);
}

TEST_P(Notifications, GoWithTheirPost)
{
    const auto made = mention(tomas, {mira.id});
    db().write([&](Tx& tx) { return statuses::remove(tx, tomas, made); }).value();

    EXPECT_TRUE(stored(mira).empty());
}

TEST_P(Notifications, AboutWhatCannotBeSeenAreLeftOut)
{
    const auto made = mention(tomas, {mira.id});
    follow(db(), tomas, mira);
    db().sql("UPDATE statuses SET expires_at = $1 WHERE id = $2", db().clock.now(), made.id);

    const auto found = shown(mira);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].type, "follow");
}

TEST_P(Notifications, FromTheSuspendedAreLeftOut)
{
    follow(db(), tomas, mira);
    db().sql("UPDATE accounts SET suspended_at = 1 WHERE id = $1", tomas.id);

    EXPECT_TRUE(shown(mira).empty());
}

TEST_P(Notifications, AreAnnouncedOnce)
{
    std::vector<NotificationId> announced;
    db().events.subscribe<NotificationCreated>([&](Tx&, const NotificationCreated& event) -> Result<void> {
        announced.push_back(event.notification.id);
        return {};
    });

    mention(tomas, {mira.id, mira.id});

    ASSERT_EQ(announced.size(), 1U);
    EXPECT_EQ(announced[0], stored(mira)[0].id);
}

TEST_P(Notifications, ComeInPagesInBothDirections)
{
    std::vector<NotificationId> all;
    for (int i = 0; i < 6; ++i) {
        mention(tomas, {mira.id});
        all.insert(all.begin(), stored(mira).front().id);
    }
    const auto ids = [&](const features::Page& page) {
        std::vector<NotificationId> found;
        for (const auto& item : stored(mira, page))
            found.push_back(item.id);
        return found;
    };
    features::Page page;
    EXPECT_EQ(ids(page), all);
    page.limit = 2;
    page.max_id = all[2].value;
    EXPECT_EQ(ids(page), (std::vector{all[3], all[4]}));
    page = {};
    page.limit = 2;
    page.since_id = all[4].value;
    EXPECT_EQ(ids(page), (std::vector{all[0], all[1]}));
    page = {};
    page.limit = 2;
    page.min_id = all[4].value;
    EXPECT_EQ(ids(page), (std::vector{all[2], all[3]}));
}

} // namespace kith::notifications

// SPDX-License-Identifier: Apache-2.0
#include "tests/server/features/people.h"

namespace kith::statuses {

using namespace std::chrono_literals;
using namespace kith::tests;

namespace {
const std::string k_uri = "https://harbour.example/notes/1";
}

class RemoteStatuses : public BothEngines {
protected:
    void SetUp() override
    {
        BothEngines::SetUp();
        if (IsSkipped())
            return;
        db().events.subscribe<StatusCreated>([this](Tx&, const StatusCreated& event) -> Result<void> {
            arrivals.push_back(event.arrival);
            return {};
        });
        tomas = add_remote(db(), "tomas", "harbour.example");
    }
    Result<Status> store(const RemoteStatus& wanted)
    {
        return db().write([&](Tx& tx) { return create_remote(tx, tomas, wanted); });
    }
    Account tomas;
    std::vector<Arrival> arrivals;
};
KITH_BOTH_ENGINES(RemoteStatuses);

TEST_P(RemoteStatuses, AreStoredOnce)
{
    const auto first = store(remote_post(db(), k_uri)).value();
    const auto second = store(remote_post(db(), k_uri)).value();

    EXPECT_EQ(second.id, first.id);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM statuses"), 1);
    EXPECT_EQ(reload(db(), tomas).statuses_count, 1);
    EXPECT_EQ(arrivals, std::vector{Arrival::fresh}) << "the second copy is no news";
    EXPECT_FALSE(first.local);
    EXPECT_EQ(uri_of(db().site, first, tomas), k_uri);
    EXPECT_EQ(url_of(db().site, first, tomas), k_uri + "/page");
}

TEST_P(RemoteStatuses, OfTodayGetTheirArrivalAsId)
{
    auto wanted = remote_post(db(), k_uri);
    wanted.published = db().clock.now() - 23h;

    const auto made = store(wanted).value();

    EXPECT_EQ(time_of_id(made.id.value), db().clock.now()) << "nobody's since_id skips it";
    EXPECT_EQ(made.created_at, wanted.published);
    EXPECT_EQ(arrivals, std::vector{Arrival::fresh});
}

TEST_P(RemoteStatuses, ThatAreOldGetTheirPublicationAsIdAndArriveAsOld)
{
    auto wanted = remote_post(db(), k_uri);
    wanted.published = db().clock.now() - 25h;

    const auto made = store(wanted).value();

    EXPECT_EQ(time_of_id(made.id.value), wanted.published);
    EXPECT_EQ(arrivals, std::vector{Arrival::old});
}

TEST_P(RemoteStatuses, FromTheFutureAreGivenOurTime)
{
    auto wanted = remote_post(db(), k_uri);
    wanted.published = db().clock.now() + 2h;
    EXPECT_EQ(store(wanted)->created_at, db().clock.now());

    wanted = remote_post(db(), k_uri + "0");
    wanted.published = db().clock.now() + 30min;
    EXPECT_EQ(store(wanted)->created_at, wanted.published) << "clocks run ahead now and then";
}

TEST_P(RemoteStatuses, OfOneMomentInThePastFindIdsOfTheirOwn)
{
    auto wanted = remote_post(db(), k_uri);
    wanted.published = db().clock.now() - 48h;
    const auto first = store(wanted).value();
    // The generator's counter for past moments has come round: it offers the first one's id again.
    for (int i = 1; i < 1024; ++i)
        db().ids.next_at(wanted.published);
    wanted.uri += "0";

    const auto second = store(wanted);

    ASSERT_TRUE(second);
    EXPECT_NE(second->id, first.id);
    EXPECT_EQ(time_of_id(second->id.value), wanted.published);
}

TEST_P(RemoteStatuses, StayDeadWhenALateCopyComes)
{
    const auto made = store(remote_post(db(), k_uri)).value();
    db().write([&](Tx& tx) { return remove(tx, tomas, made); }).value();

    EXPECT_EQ(store(remote_post(db(), k_uri)).error().code, Errc::gone);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM statuses"), 0);
    EXPECT_EQ(reload(db(), tomas).statuses_count, 0);
}

TEST_P(RemoteStatuses, StayDeadWhenTheDeleteCameFirst)
{
    db().write([](Tx& tx) -> Result<void> { return bury_unseen(tx, k_uri), Result<void>{}; }).value();

    EXPECT_EQ(store(remote_post(db(), k_uri)).error().code, Errc::gone);
    EXPECT_EQ(db().sql("SELECT expires_at FROM tombstones").at(0).time(0), db().clock.now() + 24h * 30);
}

TEST_P(RemoteStatuses, AreBuriedForGoodWhenWeHadThem)
{
    const auto made = store(remote_post(db(), k_uri)).value();
    db().write([&](Tx& tx) { return remove(tx, tomas, made); }).value();

    EXPECT_TRUE(db().sql("SELECT expires_at FROM tombstones").at(0).is_null(0));
}

TEST_P(RemoteStatuses, AnswerWhatWeHave)
{
    const auto mira = add_person(db(), "mira");
    const auto root = post(db(), mira);
    auto wanted = remote_post(db(), k_uri);
    wanted.parent_uri = uri_of(db().site, root, mira);

    const auto made = store(wanted).value();

    EXPECT_EQ(made.parent_id, root.id);
    EXPECT_EQ(made.root_id, root.id);
    EXPECT_EQ(reload(db(), root)->replies, 1);
}

TEST_P(RemoteStatuses, RememberTheAddressOfAParentThatWeDoNotHave)
{
    auto wanted = remote_post(db(), k_uri);
    wanted.parent_uri = "https://third.example/notes/9";

    const auto made = store(wanted).value();

    EXPECT_FALSE(made.parent_id);
    EXPECT_EQ(reload(db(), made)->parent_uri, wanted.parent_uri);
    EXPECT_EQ(made.root_id, made.id);
}

TEST_P(RemoteStatuses, CannotAnswerThemselves)
{
    auto wanted = remote_post(db(), k_uri);
    wanted.parent_uri = k_uri;

    const auto made = store(wanted).value();

    EXPECT_FALSE(made.parent_id);
    EXPECT_EQ(reload(db(), made)->replies, 0);
}

} // namespace kith::statuses

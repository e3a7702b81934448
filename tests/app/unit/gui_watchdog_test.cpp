// SPDX-License-Identifier: Apache-2.0
#include "app/base/gui_watchdog.h"

#include "tests/app/unit/app_test.h"

#include <QThread>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using app::GuiWatchdog;
using std::chrono::microseconds;

namespace {

microseconds processor_time()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return microseconds{std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000};
}

void be_busy_for(microseconds time)
{
    for (const auto end = processor_time() + time; processor_time() < end;) { }
}

/// Does it in an event, as everything is done in the app; answers what the watchdog says of it.
std::vector<GuiWatchdog::Finding> found_in(const std::function<void()>& work)
{
    QObject receiver;
    receiver.setObjectName(QStringLiteral("the one that takes long"));
    bool done = false;
    GuiWatchdog::instance().take_findings();
    QMetaObject::invokeMethod(
        &receiver,
        [&] {
            work();
            done = true;
        },
        Qt::QueuedConnection);
    EXPECT_TRUE(soon([&] { return done; }));
    return GuiWatchdog::instance().take_findings();
}

/// The same, once more where a host stole so much in the meantime that the event is excused.
bool until_found(std::vector<GuiWatchdog::Finding>& found, const std::function<void()>& work)
{
    for (int attempt = 0; attempt < 20 && found.empty(); ++attempt)
        found = found_in(work);
    return !found.empty();
}

} // namespace

TEST(GuiWatchdog, NamesAnEventThatKeepsTheThreadBusy)
{
    const auto limit = GuiWatchdog::instance().limits().busy;

    std::vector<GuiWatchdog::Finding> found;
    ASSERT_TRUE(until_found(found, [&] { be_busy_for(limit * 30); })); // far more than a slow machine is allowed

    ASSERT_EQ(found.size(), 1U);
    EXPECT_GE(found.front().busy, limit * 30);
    EXPECT_EQ(found.front().event, "MetaCall");
    EXPECT_EQ(found.front().receiver, "QObject");
    EXPECT_EQ(found.front().name, QStringLiteral("the one that takes long"));
    EXPECT_FALSE(found.front().stack.isEmpty()) << "and where it was";
}

TEST(GuiWatchdog, NamesAnEventThatWaits)
{
    const auto limit = GuiWatchdog::instance().limits().waiting;

    std::vector<GuiWatchdog::Finding> found;
    ASSERT_TRUE(until_found(found, [&] { QThread::usleep(static_cast<unsigned long>(limit.count() * 2)); }));

    ASSERT_EQ(found.size(), 1U);
    EXPECT_GE(found.front().waited, limit);
    EXPECT_LT(found.front().busy, GuiWatchdog::instance().limits().busy);
}

TEST(GuiWatchdog, HasNothingToSayAboutShortOnesHoweverMany)
{
    const auto limit = GuiWatchdog::instance().limits().busy;
    for (int event = 0; event < 6; ++event)
        EXPECT_TRUE(found_in([&] { be_busy_for(limit / 4); }).empty());
}

TEST(GuiWatchdog, LetsPassWhatIsNamed)
{
    const auto limit = GuiWatchdog::instance().limits().busy;
    const auto found = found_in([&] {
        app::allow_long("the test wants it");
        be_busy_for(limit * 2);
    });
    EXPECT_TRUE(found.empty());
}

TEST(GuiWatchdog, LeavesOtherThreadsAlone)
{
    const auto limit = GuiWatchdog::instance().limits().busy;
    GuiWatchdog::instance().take_findings();
    QThread thread;
    QObject worker;
    worker.moveToThread(&thread);
    bool done = false;
    QObject::connect(&thread, &QThread::started, &worker, [&] {
        be_busy_for(limit * 2);
        done = true;
        thread.quit();
    });
    thread.start();
    ASSERT_TRUE(thread.wait(20'000));
    EXPECT_TRUE(done);
    EXPECT_TRUE(GuiWatchdog::instance().take_findings().empty());
}

} // namespace kith

// SPDX-License-Identifier: Apache-2.0
#include "app/controller/single_instance.h"
#include "tests/app/unit/app_test.h"

#include <QDir>
#include <QFile>
#include <QLocalSocket>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include <future>

namespace kith {

using namespace test;
using app::SingleInstance;
using std::chrono::milliseconds;

namespace {

/// The second start, which waits, on a thread of its own.
std::future<Result<void>> ask(const std::filesystem::path& folder, const QByteArray& token, milliseconds patience)
{
    return std::async(std::launch::async, [=] { return SingleInstance::ask_first(folder, token, patience); });
}

} // namespace

TEST(SingleInstance, ShowsItsWindowWhenASecondStartAsks)
{
    QTemporaryDir folder;
    SingleInstance first;
    ASSERT_TRUE(first.listen(folder.path().toStdString()));
    QSignalSpy wanted(&first, &SingleInstance::show_wanted);

    auto second = ask(folder.path().toStdString(), "token-7", milliseconds{4'000});

    ASSERT_TRUE(soon([&] { return second.wait_for(milliseconds{0}) == std::future_status::ready; }));
    EXPECT_TRUE(second.get());
    ASSERT_EQ(wanted.size(), 1);
    EXPECT_EQ(wanted.first().first().toByteArray(), "token-7");
}

TEST(SingleInstance, TakesTheSocketOfAProcessThatWasKilled)
{
    QTemporaryDir folder;
    const auto file = folder.filePath(QStringLiteral("profile.socket"));
    QFile left(file);
    ASSERT_TRUE(left.open(QIODevice::WriteOnly));
    left.close();

    SingleInstance first;

    EXPECT_TRUE(first.listen(folder.path().toStdString()));
}

TEST(SingleInstance, WorksBelowAPathThatIsLongerThanASocketsAddress)
{
    QTemporaryDir folder;
    const auto deep = folder.filePath(QString(200, QLatin1Char('d')));
    ASSERT_TRUE(QDir().mkpath(deep));
    SingleInstance first;
    ASSERT_TRUE(first.listen(deep.toStdString()));
    auto second = ask(deep.toStdString(), {}, milliseconds{4'000});
    ASSERT_TRUE(soon([&] { return second.wait_for(milliseconds{0}) == std::future_status::ready; }));
    EXPECT_TRUE(second.get());
}

TEST(SingleInstance, SaysSoWhenTheFirstDoesNotAnswer)
{
    QTemporaryDir folder;
    const auto outcome = SingleInstance::ask_first(folder.path().toStdString(), {}, milliseconds{120});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Errc::unavailable);
}

TEST(SingleInstance, HangsUpOnWhatIsNoQuestionOfOurs)
{
    QTemporaryDir folder;
    SingleInstance first;
    ASSERT_TRUE(first.listen(folder.path().toStdString()));
    QSignalSpy wanted(&first, &SingleInstance::show_wanted);
    QLocalSocket socket;
    socket.connectToServer(folder.filePath(QStringLiteral("profile.socket")));
    ASSERT_TRUE(soon([&] { return socket.state() == QLocalSocket::ConnectedState; }));

    socket.write(QByteArray(4'000, 'x'));

    EXPECT_TRUE(soon([&] { return socket.state() == QLocalSocket::UnconnectedState; }));
    EXPECT_TRUE(wanted.isEmpty());
}

} // namespace kith

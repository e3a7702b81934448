// SPDX-License-Identifier: Apache-2.0
#include "tests/app/crash/slots.h"
#include "tests/support/child_process.h"

#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <random>
#include <thread>
#include <utility>

#include <signal.h>

namespace kith {

using namespace tests;
using sqlite::Connection;

namespace {

/// KITH_CRASH_ROUNDS kills; 200 where it does not say.
int rounds()
{
    const auto* wanted = std::getenv("KITH_CRASH_ROUNDS");
    return wanted ? std::max(1, std::atoi(wanted)) : 200;
}

struct Life {
    std::int64_t last = 0; ///< the last number that the child said was safe; 0 for none
    std::string complaint; ///< anything else that it said
};

enum class From { Start, FirstWrite };

/// Kills the child a while after that, and reads what it said until then.
Life live_and_die(const std::string& file, std::int64_t first, From from, std::chrono::microseconds after)
{
    ChildProcess::Options options;
    options.pipes = true;
    options.dies_with_us = true;
    ChildProcess child({KITH_TEST_STORE_CHILD, "write", file, std::to_string(first)}, options);
    // The moment has to be anywhere, so it is a time and not a condition; a thread gives it, so that the pipe is never full.
    std::promise<void> begun;
    std::thread reaper([&child, after, wait = begun.get_future()] {
        wait.wait();
        std::this_thread::sleep_for(after);
        child.signal(SIGKILL);
    });
    bool counts = from == From::Start;
    if (counts)
        begun.set_value();
    Life life;
    while (const auto line = child.read_line()) {
        if (!std::exchange(counts, true))
            begun.set_value();
        char* end = nullptr;
        const auto number = std::strtoll(line->c_str(), &end, 10);
        if (*end == '\0' && number > 0)
            life.last = number;
        else
            life.complaint = *line;
    }
    if (!counts)
        begun.set_value(); // it ended by itself
    reaper.join();
    child.wait();
    return life;
}

bool any_file_contains(const QString& folder, const char* text)
{
    QDirIterator files(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(text))
            return true;
    }
    return false;
}

/// What must hold after every kill: the file is sound, and its newest write is the last one that was said to be safe, or the
/// one after it.
void expect_sound(const std::string& file, std::int64_t last)
{
    auto connection = Connection::open({.file = file, .mode = sqlite::Mode::read_write, .key = crash_key().view()});
    ASSERT_TRUE(connection) << connection.error().message << ' ' << connection.error().cause;
    EXPECT_EQ((*connection)->integrity_check(), std::vector<std::string>{});
    EXPECT_EQ((*connection)->text("PRAGMA cipher_integrity_check"), "");
    // It died before there were tables, and so before anything was safe.
    if (last == 0 && (*connection)->integer("SELECT count(*) FROM sqlite_master WHERE name = 'outbox'") == 0)
        return;
    for (auto number = std::max<std::int64_t>(1, last - k_slots + 1); number <= last; ++number) {
        const auto found = read_slot(**connection, number);
        // The write under way when it died may have come to the slot of the oldest one.
        const bool is_next = found == number + k_slots && found == last + 1;
        ASSERT_TRUE(found == number || is_next) << "slot of " << number << " holds " << found << "; safe up to " << last;
    }
    const auto beyond = read_slot(**connection, last + 2);
    EXPECT_LT(beyond, last + 2) << "what was never asked for";
}

} // namespace

TEST(StoreCrash, LosesNothingThatWasSafeWhenItIsKilledAtAnyMoment)
{
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    QTemporaryDir folder;
    int made = 0, written = 0;
    std::string file;
    std::int64_t last = 0;
    for (int round = 0; round < rounds(); ++round) {
        // Every tenth begins with no file, so that some die while the store is made.
        if (round % 10 == 0) {
            file = folder.filePath(QStringLiteral("%1.db").arg(++made)).toStdString();
            last = 0;
        }
        const auto life = live_and_die(file, last + 1, round % 2 == 0 ? From::Start : From::FirstWrite, std::chrono::microseconds{random() % 120'000});
        EXPECT_EQ(life.complaint, "") << "round " << round;
        if (life.last > 0)
            ++written;
        last = std::max(last, life.last);
        if (!QFile::exists(QString::fromStdString(file)))
            continue;
        expect_sound(file, last);
        if (testing::Test::HasFatalFailure())
            return;
    }
    EXPECT_FALSE(any_file_contains(folder.path(), k_marker));
    EXPECT_GT(written, rounds() / 4) << "most have to die while they write";
}

} // namespace kith

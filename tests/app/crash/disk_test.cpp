// SPDX-License-Identifier: Apache-2.0
#include "tests/app/crash/slots.h"
#include "tests/support/child_process.h"

#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <algorithm>

#include <cctype>

namespace kith {

using namespace tests;

namespace {

constexpr int k_not_permitted = 77;

struct Said {
    std::vector<std::string> lines;
    int status = 0;

    bool refused_with(const std::string& words) const
    {
        return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
            return line.find("refused: ") == 0 && line.find(words) != std::string::npos;
        });
    }
    /// The writes that were safe after the refusal.
    std::ptrdiff_t safe_afterwards() const
    {
        const auto refusal = std::find_if(lines.begin(), lines.end(), [](const std::string& line) { return line.find("refused") == 0; });
        return std::count_if(refusal, lines.end(), [](const std::string& line) { return std::isdigit(line[0]) != 0; });
    }
};

Said run(const char* command, const QString& place)
{
    ChildProcess::Options options;
    options.pipes = true;
    options.dies_with_us = true;
    ChildProcess child({KITH_TEST_STORE_CHILD, command, place.toStdString()}, options);
    Said said;
    while (auto line = child.read_line())
        said.lines.push_back(std::move(*line));
    said.status = child.wait();
    return said;
}

} // namespace

TEST(StoreDisk, KeepsWhatItHasWhenAFileMayNotGrowAndGoesOnAfterwards)
{
    QTemporaryDir folder;
    const auto file = folder.filePath(QStringLiteral("store.db"));

    const auto said = run("limited", file);

    EXPECT_EQ(said.status, 0);
    EXPECT_TRUE(said.refused_with("cannot be used right now") || said.refused_with("disk is full"));
    EXPECT_EQ(said.safe_afterwards(), 3);
    auto connection = sqlite::Connection::open(
        {.file = file.toStdString(), .mode = sqlite::Mode::read_write, .key = crash_key().view()});
    ASSERT_TRUE(connection);
    EXPECT_EQ((*connection)->integrity_check(), std::vector<std::string>{});
    const auto last = std::stoll(said.lines.back());
    for (auto number = std::max(1LL, last - k_slots + 1); number <= last; ++number)
        EXPECT_EQ(read_slot(**connection, number), number);
}

TEST(StoreDisk, SaysThatTheDiskIsFullAndGoesOnOnceThereIsRoom)
{
    QTemporaryDir folder;
    const auto said = run("small-disk", folder.path());
    if (said.status == k_not_permitted)
        GTEST_SKIP() << "Making a small disk is not allowed here.";
    EXPECT_EQ(said.status, 0);
    EXPECT_TRUE(said.refused_with("The disk is full"));
    EXPECT_EQ(said.safe_afterwards(), 3);
    ASSERT_FALSE(said.lines.empty());
    EXPECT_EQ(said.lines.back(), "sound");
}

TEST(StoreDisk, SaysThatAFolderMayOnlyBeRead)
{
    QTemporaryDir folder;
    const auto said = run("read-only", folder.path());
    if (said.status == k_not_permitted)
        GTEST_SKIP() << "Making a disk that may only be read is not allowed here.";
    EXPECT_EQ(said.status, 0);
    ASSERT_EQ(said.lines.size(), 2U);
    EXPECT_NE(said.lines[0].find("not opened: Kith may not write to the profile's folder"), std::string::npos) << said.lines[0];
    EXPECT_NE(said.lines[1].find("not opened: "), std::string::npos) << said.lines[1];
}

} // namespace kith

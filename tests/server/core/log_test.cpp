// SPDX-License-Identifier: Apache-2.0
#include "server/core/log.h"

#include "common/base/json.h"

#include <gmock/gmock.h>

namespace kith::log {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

class Log : public ::testing::Test {
protected:
    void begin(Format format, Level level = Level::debug)
    {
        configure({level, format, [this](std::string_view line) { m_lines.emplace_back(line); }});
    }
    void TearDown() override { configure({}); }

    std::vector<std::string> m_lines;
};

} // namespace

TEST_F(Log, WritesASentenceAndItsValues)
{
    begin(Format::text);

    info("A delivery failed.",
         {{"host", "hollow.town"}, {"attempt", 3}, {"why", "no answer"}, {"last", false}});

    ASSERT_EQ(m_lines.size(), 1U);
    EXPECT_THAT(
        m_lines[0],
        EndsWith(
            " info    A delivery failed. host=hollow.town attempt=3 why=\"no answer\" last=false"));
}

TEST_F(Log, WritesJsonThatAProgramCanRead)
{
    begin(Format::json);

    warning("Odd \"name\".", {{"name", "a\nb\x1b[31m\xff"}, {"size", 1.5}, request_id("r1")});

    const auto line = parse_json(m_lines.at(0));
    ASSERT_TRUE(line) << m_lines[0];
    EXPECT_EQ(find_string(*line, "level"), "warning");
    EXPECT_EQ(find_string(*line, "message"), "Odd \"name\".");
    EXPECT_EQ(find_string(*line, "name"), "a\nb\x1b[31m\xef\xbf\xbd");
    EXPECT_EQ(find_string(*line, "request_id"), "r1");
}

TEST_F(Log, LeavesOutAFieldWithoutAValue)
{
    begin(Format::text);

    info("A job failed.", {{"job", 3}, request_id(std::optional<std::string>{}), {"lane", std::optional<std::string>{"hollow.town"}}});

    EXPECT_THAT(m_lines.at(0), EndsWith("A job failed. job=3 lane=hollow.town"));
}

TEST_F(Log, HidesSecretsByName)
{
    begin(Format::text);

    info("x", {{"access_token", "hunter2"},
               {"Password", "hunter2"},
               {"client_secret", "hunter2"},
               {"Authorization", "hunter2"},
               {"code", "hunter2"},
               {"status_code", "hunter2"},
               {"set-cookie", "hunter2"}});

    EXPECT_THAT(m_lines.at(0), Not(HasSubstr("hunter2")));
    EXPECT_THAT(m_lines.at(0), HasSubstr("Password=\"(hidden)\""));
}

TEST_F(Log, LetsNobodyForgeALine)
{
    begin(Format::text);

    info("Name:\nfake line", {{"name", "x\r\n2026 error forged=\"1\"\xe2\x80\xae"}});

    ASSERT_EQ(m_lines.size(), 1U);
    EXPECT_THAT(m_lines[0], Not(HasSubstr("\n")));
    EXPECT_THAT(m_lines[0], HasSubstr("\\u000d\\u000a2026 error forged=\\\"1\\\"\\u202e"));
}

TEST_F(Log, CutsLongValuesAndLines)
{
    begin(Format::json);
    const std::string big(100000, 'x');

    info(big,
         {{"a", big}, {"b", big}, {"c", big}, {"d", big}, {"e", big}, {"f", big}, {"g", big}, {"h", big}, {"i", big}, {"j", big}});

    EXPECT_LT(m_lines.at(0).size(), 20000U);
    EXPECT_TRUE(parse_json(m_lines[0]));
}

TEST_F(Log, LeavesOutWhatIsNotImportantEnough)
{
    begin(Format::text, Level::warning);

    info("no");
    error("yes");

    ASSERT_EQ(m_lines.size(), 1U);
    EXPECT_THAT(m_lines[0], HasSubstr("error yes"));
    EXPECT_FALSE(enabled(Level::info));
}

TEST(LogLevel, HasAName)
{
    EXPECT_EQ(level_from("debug"), Level::debug);
    EXPECT_EQ(level_from("warning"), Level::warning);
    EXPECT_EQ(level_from("off"), Level::off);
    EXPECT_EQ(level_from("what"), Level::info);
}

} // namespace kith::log

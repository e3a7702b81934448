// SPDX-License-Identifier: Apache-2.0
#include "server/core/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace kith::core {

TEST(ConfigurationReference, IsWhatTheTableSays)
{
    std::ifstream in(KITH_SOURCE_FOLDER "/docs/configuration.md", std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(in), {}};

    EXPECT_EQ(file, render_configuration_reference())
        << "docs/configuration.md is made from server/core/config_keys.cpp; write the expected "
           "text above into it.";
}

TEST(ConfigurationReference, HasEveryKeyOnce)
{
    std::set<std::string> names;
    for (const auto& key : config_keys()) {
        EXPECT_TRUE(names.insert(key.environment()).second) << key.full_name();
        EXPECT_GT(std::string{key.help}.size(), 10U) << key.full_name();
    }
}

} // namespace kith::core

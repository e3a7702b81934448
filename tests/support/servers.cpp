// SPDX-License-Identifier: Apache-2.0
#include "tests/support/servers.h"

#include "tests/support/postgres_cluster.h"

#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace kith::tests {

namespace {

void add_settings(std::map<std::string, std::string>& settings, const std::string& text)
{
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        if (!word.starts_with("KITH_") || equals == std::string::npos)
            throw std::runtime_error("KITH_TEST_CLUSTER_SETTINGS has no KITH_NAME=value in " + word);
        settings[word.substr(0, equals)] = word.substr(equals + 1);
    }
}

} // namespace

std::string why_not_on(Engine engine)
{
    return engine == Engine::sqlite || PostgresCluster::available() ? "" : PostgresCluster::why_not();
}

KithdOptions options_on(Engine engine, KithdOptions options)
{
    if (engine != Engine::sqlite)
        options.postgres = PostgresCluster::instance().create_database();
    options.cluster = is_cluster(engine);
    if (const char* more = std::getenv("KITH_TEST_CLUSTER_SETTINGS"); more && options.cluster)
        add_settings(options.settings, more);
    return options;
}

} // namespace kith::tests

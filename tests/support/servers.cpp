// SPDX-License-Identifier: Apache-2.0
#include "tests/support/servers.h"

#include "tests/support/postgres_cluster.h"
#include "tests/support/redis_server.h"

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

/// Limits that are counted, and that no test comes near.
void count_in_redis(std::map<std::string, std::string>& settings)
{
    static const RedisServer redis;
    settings["KITH_REDIS_ADDRESS"] = redis.address();
    settings["KITH_RATE_LIMIT_ENABLED"] = "true";
    settings["KITH_RATE_LIMIT_ACCOUNT_REQUESTS"] = "100000";
    settings["KITH_RATE_LIMIT_DELETIONS"] = "100000";
    settings["KITH_RATE_LIMIT_TRUSTED"] = "127.0.0.0/8"; // all tests have one address
}

} // namespace

std::string why_not_on(Engine engine)
{
    if (engine == Engine::cluster_with_redis && !RedisServer::available())
        return RedisServer::why_not();
    return engine == Engine::sqlite || PostgresCluster::available() ? "" : PostgresCluster::why_not();
}

KithdOptions options_on(Engine engine, KithdOptions options)
{
    if (engine != Engine::sqlite)
        options.postgres = PostgresCluster::instance().create_database();
    options.cluster = is_cluster(engine);
    if (engine == Engine::cluster_with_redis)
        count_in_redis(options.settings);
    if (const char* more = std::getenv("KITH_TEST_CLUSTER_SETTINGS"); more && options.cluster)
        add_settings(options.settings, more);
    return options;
}

} // namespace kith::tests

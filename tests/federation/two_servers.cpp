// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/two_servers.h"

#include "tests/support/postgres_cluster.h"

namespace kith::tests {

KithdOptions TwoServers::options_of(TestCa& authority, const std::string& domain, std::uint16_t port)
{
    KithdOptions options;
    options.domain = domain;
    options.port = port;
    options.certificate = authority.issue(domain, {domain});
    options.ca_file = authority.certificate();
    return options;
}

void TwoServers::SetUp()
{
    if (!PostgresCluster::available())
        GTEST_SKIP() << PostgresCluster::why_not();
    m_authority.emplace(m_certificates.path());
    auto alpha = options_of(*m_authority, "alpha.test", free_port());
    auto beta = options_of(*m_authority, "beta.test", free_port());
    alpha.connect_to = {"beta.test:443:127.0.0.1:" + std::to_string(beta.port)};
    beta.connect_to = {"alpha.test:443:127.0.0.1:" + std::to_string(alpha.port)};
    auto& on_postgres = GetParam() == Engine::sqlite ? beta : alpha;
    on_postgres.postgres = PostgresCluster::instance().create_database();
    alpha.cluster = GetParam() == Engine::cluster;
    m_alpha = std::make_unique<KithdProcess>(alpha);
    m_beta = std::make_unique<KithdProcess>(beta);
}

} // namespace kith::tests

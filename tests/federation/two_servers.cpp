// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/two_servers.h"

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
    if (const auto why_not = why_not_on(Engine::postgres); !why_not.empty()) // one of the two always is
        GTEST_SKIP() << why_not;
    m_authority.emplace(m_certificates.path());
    auto alpha = options_of(*m_authority, "alpha.test", free_port());
    auto beta = options_of(*m_authority, "beta.test", free_port());
    alpha.connect_to = {"beta.test:443:127.0.0.1:" + std::to_string(beta.port)};
    beta.connect_to = {"alpha.test:443:127.0.0.1:" + std::to_string(alpha.port)};
    m_alpha = std::make_unique<KithdProcess>(options_on(GetParam(), alpha));
    m_beta = std::make_unique<KithdProcess>(options_on(GetParam() == Engine::sqlite ? Engine::postgres : Engine::sqlite, beta));
}

} // namespace kith::tests

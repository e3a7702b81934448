// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/federation/person.h"
#include "tests/support/servers.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace kith::tests {

/// Two real servers that can reach each other under https://alpha.test and https://beta.test: one on SQLite, the other on
/// PostgreSQL; which is which is the parameter (the engine of alpha; as a cluster it is three processes).
class TwoServers : public ::testing::TestWithParam<Engine> {
protected:
    void SetUp() override;
    /// With a certificate; on SQLite.
    static KithdOptions options_of(TestCa& authority, const std::string& domain, std::uint16_t port);

    KithdProcess& alpha() { return *m_alpha; }
    KithdProcess& beta() { return *m_beta; }

private:
    TempDir m_certificates;
    std::optional<TestCa> m_authority;
    std::unique_ptr<KithdProcess> m_alpha;
    std::unique_ptr<KithdProcess> m_beta;
};

} // namespace kith::tests

/// Alpha on either engine, and as a cluster.
#define KITH_TWO_SERVERS(fixture) \
    INSTANTIATE_TEST_SUITE_P(AlphaOn, fixture, KITH_SERVERS, ::kith::tests::engine_name)

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/kithd_process.h"
#include "tests/support/test_database.h"

#include <string>

/// What tests over HTTP run on: one process on each engine, and several on one PostgreSQL. Whoever adds a kind gives it a
/// name in Engine, a place in KITH_SERVERS and what it needs in options_on().
namespace kith::tests {

/// Several processes: what one of them changes, the others hear of a moment later.
inline bool is_cluster(Engine engine)
{
    return engine == Engine::cluster || engine == Engine::cluster_with_redis;
}

/// For GTEST_SKIP: why this machine cannot run such a server; "" when it can.
std::string why_not_on(Engine engine);

/// `options` for a server of that kind, with a fresh database. Every process of a cluster gets the settings in
/// KITH_TEST_CLUSTER_SETTINGS, too ("KITH_LOG_LEVEL=debug KITH_SERVER_THREADS=1"): the same tests then run on another one.
KithdOptions options_on(Engine engine, KithdOptions options = {});

} // namespace kith::tests

#define KITH_SERVERS                                                                                               \
    ::testing::Values(::kith::tests::Engine::sqlite, ::kith::tests::Engine::postgres, ::kith::tests::Engine::cluster)
/// And several that count rates in a Redis of this program.
#define KITH_SERVERS_AND_REDIS                                                                                     \
    ::testing::Values(::kith::tests::Engine::sqlite, ::kith::tests::Engine::postgres, ::kith::tests::Engine::cluster, \
                      ::kith::tests::Engine::cluster_with_redis)

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/cpu_pool.h"
#include "server/core/metrics.h"
#include "server/features/accounts/account_cards.h"
#include "server/features/accounts/key_maker.h"
#include "server/features/federation/inbox.h"
#include "server/features/federation/peers.h"
#include "server/features/federation/signer.h"
#include "server/features/statuses/status_cache.h"
#include "server/features/streaming/hub.h"
#include "server/features/support/server.h"
#include "server/features/timelines/home_feeds.h"
#include "server/fetch/fetch.h"
#include "server/http/router.h"
#include "server/jobs/jobs.h"
#include "server/limits/server_limits.h"
#include "tests/support/test_database.h"

#include <boost/asio/io_context.hpp>

#include <string>
#include <utility>
#include <vector>

namespace kith::tests {

/// Takes every request and remembers it: the network of these tests.
class RecordedNetwork final : public fetch::Fetcher {
public:
    boost::asio::awaitable<Result<fetch::Answer>> run(fetch::Fetch fetch) override;
    void stop() override { }

    std::vector<fetch::Fetch> requests;
};

/// The whole server without sockets, on a test's database and clock: what `serve` builds, with requests put into the
/// router by hand.
class Stage {
public:
    using Pairs = std::vector<std::pair<std::string, std::string>>;

    /// Whether many requests and wrong passwords are held against who sends them.
    enum class Rates { Free, Limited };
    explicit Stage(TestDb& db, Rates rates = Rates::Free);
    ~Stage();

    http::Response call(http::Request request);
    http::Response get(const std::string& target, const std::string& token = {},
                       const std::string& accept = {});
    http::Response post(const std::string& target, const Pairs& form = {}, const std::string& token = {});
    http::Response remove(const std::string& target, const std::string& token);
    const http::Router& router() const { return m_router; }
    /// The body as JSON.
    static json::value json_of(const http::Response& response);

    /// Makes an account with keys that sign, and answers a token of it.
    std::string sign_up(const std::string& name);
    /// Runs jobs until none waits.
    void run_jobs();

    core::CpuPool& passwords() { return m_passwords; }

    RecordedNetwork network;
    federation::Inbox inbox;
    core::Config config;

private:
    template <class Done>
    void run_until(Done done);

    TestDb& m_db;
    boost::asio::io_context m_io{1};
    metrics::Registry m_metrics;
    http::Router m_router;
    core::CpuPool m_cpu{"cpu", 1, 100};
    core::CpuPool m_passwords{"passwords", 2, 100};
    accounts::KeyMaker m_keys;
    federation::Signer m_signer;
    federation::Peers m_peers;
    std::unique_ptr<jobs::Runner> m_jobs;
    bool m_running = false;
    streaming::Hub m_streams;
    statuses::StatusCache m_status_cache{1 << 20};
    timelines::HomeFeeds m_home_feeds{1 << 20};
    accounts::AccountCards m_own_cards{1 << 20};
    limits::ServerLimits m_limits;
    features::Server m_server;
};

/// "name" of a JSON object, as text; "" when it is not there or no text.
std::string text_of(const json::value& value, const char* name);
std::string percent_encoded(const std::string& text);

} // namespace kith::tests

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "server/http/listener.h"
#include "tests/federation/person.h"
#include "tests/support/test_ca.h"
#include "tests/support/test_database.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace kith::tests {

/// Many servers of the fediverse behind one address, told apart by the name they are asked under: h000.test, h001.test, …
/// They take what is delivered, unless a test tells one to keep the sender waiting or to answer something else.
class ManyHosts {
public:
    ManyHosts(TestCa& authority, std::size_t count);
    ~ManyHosts();

    static std::string name(std::size_t number);
    /// For kithd's fetch.connect_to; all but those named in `elsewhere`, which leads them to a port of its own.
    std::vector<std::string> connect_to(const std::map<std::string, std::uint16_t>& elsewhere = {}) const;

    /// From now on this host takes requests and does not answer, until release().
    void hold(const std::string& host);
    void release();
    /// From now on this host answers with the status, and Retry-After where it is not empty.
    void answer_with(const std::string& host, int status, const std::string& retry_after = {});

    /// The ids of the activities that came to this host, in that order, answered or not.
    std::vector<std::string> arrived(const std::string& host) const;
    /// How many hosts have answered at least so many requests.
    std::size_t answered(std::size_t at_least) const;
    /// Requests that wait for their answer, now and at most.
    std::size_t open() const;
    std::size_t most_open() const;

private:
    struct Answer {
        int status = 202;
        std::string retry_after;
    };
    http::awaitable<Result<http::Response>> answer(http::Request& request);
    /// Notes it; what to answer, after the timer if there is one.
    Answer begin(const std::string& host, const std::string& id, std::shared_ptr<boost::asio::steady_timer>& wait);
    void end(const std::string& host);

    std::size_t m_count;
    boost::asio::io_context m_io{1};
    http::Router m_router;
    std::unique_ptr<http::Listener> m_listener;
    std::thread m_thread;
    mutable std::mutex m_mutex;
    std::set<std::string> m_held;
    std::vector<std::shared_ptr<boost::asio::steady_timer>> m_waiting;
    std::map<std::string, Answer> m_answers;
    std::map<std::string, std::vector<std::string>> m_arrived;
    std::map<std::string, std::size_t> m_answered;
    std::size_t m_open = 0;
    std::size_t m_most_open = 0;
};

/// A real kithd, alpha.test on SQLite, where Alice has a follower on each of many hosts.
class ManyFollowers : public ::testing::Test {
protected:
    /// `down`: hosts where nobody listens.
    void start(std::size_t count, const std::vector<std::string>& down = {});

    /// One number out of alpha's database.
    std::int64_t number(const std::string& sql) const;
    /// In alpha's database, while alpha does not run.
    void change(const std::string& sql) const;
    /// What `kithd jobs …` prints.
    std::string jobs(std::vector<std::string> arguments) const;

    KithdProcess& alpha() { return *m_alpha; }
    ManyHosts& hosts() { return *m_hosts; }
    const Person& alice() { return *m_alice; }

private:
    TempDir m_certificates;
    std::optional<TestCa> m_authority;
    std::unique_ptr<ManyHosts> m_hosts;
    std::unique_ptr<KithdProcess> m_alpha;
    std::optional<Person> m_alice;
};

} // namespace kith::tests

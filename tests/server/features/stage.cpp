// SPDX-License-Identifier: Apache-2.0
#include "tests/server/features/stage.h"

#include "common/crypto/random.h"
#include "server/auth/auth.h"
#include "server/core/spawn.h"
#include "server/features/registry.h"
#include "server/jobs/admin.h"
#include "tests/support/patience.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <stdexcept>

namespace kith::tests {

using namespace std::chrono_literals;

namespace {

/// RSA keys are slow to make: one test program makes them once, with one secret.
const crypto::Secret& secret_key()
{
    static const crypto::Secret secret = [] {
        crypto::init().value();
        return crypto::Secret::random(32);
    }();
    return secret;
}

const accounts::SealedKeys& sealed_keys()
{
    static const accounts::SealedKeys keys = accounts::KeyMaker{secret_key().clone()}.make().value();
    return keys;
}

void add_instance_actor(TestDb& db)
{
    accounts::NewAccount actor;
    actor.username = accounts::k_instance_actor;
    actor.type = accounts::ActorType::application;
    actor.keys = sealed_keys();
    db.write([&](db::Tx& tx) { return accounts::create_local(tx, actor); }).value();
}

core::Config open_house(Stage::Rates rates)
{
    core::Config config;
    config.registration.open = true;
    config.rate_limit.enabled = rates == Stage::Rates::Limited;
    return config;
}

} // namespace

boost::asio::awaitable<Result<fetch::Answer>> RecordedNetwork::run(fetch::Fetch fetch)
{
    if (fetch.sign)
        CO_TRY_VOID(co_await fetch.sign(fetch.url, fetch.headers));
    fetch::Answer answer;
    answer.status = fetch.method == http::Method::post ? 202 : 404;
    answer.url = fetch.url;
    requests.push_back(std::move(fetch));
    co_return answer;
}

Stage::Stage(TestDb& db, Rates rates)
    : config(open_house(rates)), m_db(db), m_keys(secret_key().clone()),
      m_signer(db.database(), m_cpu, m_keys, db.clock),
      m_peers(db.database(), network, m_signer, db.site, db.clock, {}),
      m_jobs(jobs::Runner::create(m_io.get_executor(), db.database(), db.clock, {}, db.events)),
      m_streams(m_io.get_executor()), m_limits(config, db.site.domain, crypto::as_bytes("the secret of this test")), m_server{config,         db.site,      db.clock,
                                               db.events,      m_metrics,    db.database(),
                                               m_router,       network,      *m_jobs,
                                               m_cpu,          m_passwords,  m_keys,
                                               inbox,          m_peers,      m_streams,
                                               m_status_cache, m_home_feeds, m_own_cards,
                                               m_limits.sign_in_guard(), m_limits.gate()}
{
    m_status_cache.watch(db.database().notices());
    m_home_feeds.watch(db.database().notices());
    accounts::watch(db.database().notices(), m_own_cards);
    m_router.set_authenticator(auth::make_authenticator(db.database(), db.clock));
    features::register_all(m_server, m_signer);
    add_instance_actor(db);
}

Stage::~Stage()
{
    if (m_running) {
        bool stopped = false;
        core::spawn(m_io.get_executor(), "stop",
                    [](jobs::Runner& runner, bool& done) -> boost::asio::awaitable<void> {
                        co_await runner.stop(1000ms);
                        done = true;
                    }(*m_jobs, stopped));
        run_until([&] { return stopped; });
    }
    m_cpu.stop();
    m_passwords.stop();
    // A database thread that has just answered may still hold the loop: run() ends when nobody does.
    m_io.restart();
    m_io.run_for(k_patience);
}

template <class Done>
void Stage::run_until(Done done)
{
    m_io.restart(); // it stopped when the last request was answered
    const auto guard = boost::asio::make_work_guard(m_io);
    const auto deadline = std::chrono::steady_clock::now() + k_patience;
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("The server did not come to an end.");
        m_io.run_one_for(10ms);
    }
}

http::Response Stage::call(http::Request request)
{
    std::optional<http::Response> answer;
    const auto question = request.target.find('?');
    request.path = request.target.substr(0, question);
    request.query = question == std::string::npos ? "" : request.target.substr(question + 1);
    core::spawn(m_io.get_executor(), "request",
                [](http::Router& router, http::Request& asked,
                   std::optional<http::Response>& out) -> boost::asio::awaitable<void> {
                    out = co_await router.handle(asked);
                }(m_router, request, answer));
    run_until([&] { return answer.has_value(); });
    return std::move(*answer);
}

http::Response Stage::get(const std::string& target, const std::string& token, const std::string& accept)
{
    http::Request request;
    request.target = target;
    if (!token.empty())
        request.headers.add("Authorization", "Bearer " + token);
    if (!accept.empty())
        request.headers.add("Accept", accept);
    return call(std::move(request));
}

http::Response Stage::post(const std::string& target, const Pairs& form, const std::string& token)
{
    http::Request request;
    request.method = http::Method::post;
    request.target = target;
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    for (const auto& [name, value] : form)
        request.body +=
            (request.body.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
    if (!token.empty())
        request.headers.add("Authorization", "Bearer " + token);
    return call(std::move(request));
}

http::Response Stage::remove(const std::string& target, const std::string& token)
{
    http::Request request;
    request.method = http::Method::del;
    request.target = target;
    request.headers.add("Authorization", "Bearer " + token);
    return call(std::move(request));
}

json::value Stage::json_of(const http::Response& response)
{
    return parse_json(response.body).value();
}

std::string Stage::sign_up(const std::string& name)
{
    accounts::NewAccount account;
    account.username = name;
    account.display_name = name;
    account.password_hash = "nobody signs in with it";
    account.keys = sealed_keys();
    return m_db
        .write([&](db::Tx& tx) -> Result<std::string> {
            TRY(const auto made, accounts::create_local(tx, account));
            auth::NewToken wanted;
            wanted.account = made.id;
            wanted.scopes = "read write follow push profile";
            return auth::issue(tx, wanted).text;
        })
        .value();
}

void Stage::run_jobs()
{
    if (!m_running)
        m_jobs->start();
    m_running = true;
    m_jobs->wake();
    run_until([&] {
        const auto left =
            m_db.read([](db::Tx& tx) -> Result<jobs::Counts> { return jobs::counts(tx); });
        return left->waiting == 0 && left->running == 0;
    });
}

std::string text_of(const json::value& value, const char* name)
{
    return find_string(value, name).value_or("");
}

std::string percent_encoded(const std::string& text)
{
    constexpr const char* digits = "0123456789ABCDEF";
    std::string out;
    for (const unsigned char c : text)
        out += {'%', digits[c >> 4], digits[c & 15]};
    return out;
}

} // namespace kith::tests

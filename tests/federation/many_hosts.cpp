// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/many_hosts.h"

#include "common/sqlite/connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <stdexcept>

namespace kith::tests {

namespace asio = boost::asio;

namespace {

std::vector<std::string> names(std::size_t count)
{
    std::vector<std::string> out;
    for (std::size_t number = 0; number < count; ++number)
        out.push_back(ManyHosts::name(number));
    return out;
}

std::unique_ptr<sqlite::Connection> open(const KithdProcess& server, sqlite::Mode mode)
{
    sqlite::OpenOptions options;
    options.file = server.data_dir() / "kith.db";
    options.mode = mode;
    return sqlite::Connection::open(options).value();
}

} // namespace

ManyHosts::ManyHosts(TestCa& authority, std::size_t count) : m_count(count)
{
    const auto certificate = authority.issue("hosts", names(count));
    http::ListenerOptions options;
    options.port = 0;
    options.certificate = certificate.certificate;
    options.private_key = certificate.private_key;
    options.uncounted = {"127.0.0.0/8"};
    m_router.add(http::Method::post, "/inbox", http::Access::anyone(),
                 [this](http::Request& request) { return answer(request); });
    auto listener = http::Listener::start(m_io.get_executor(), options, m_router);
    if (!listener)
        throw std::runtime_error(listener.error().message);
    m_listener = std::move(listener).value();
    m_thread = std::thread([this] {
        const auto stay = asio::make_work_guard(m_io);
        m_io.run();
    });
}

ManyHosts::~ManyHosts()
{
    m_io.stop();
    m_thread.join();
}

std::string ManyHosts::name(std::size_t number)
{
    auto digits = std::to_string(number);
    digits.insert(0, 3 - std::min<std::size_t>(3, digits.size()), '0');
    return "h" + digits + ".test";
}

std::vector<std::string> ManyHosts::connect_to(const std::map<std::string, std::uint16_t>& elsewhere) const
{
    std::vector<std::string> out;
    for (const auto& host : names(m_count)) {
        const auto other = elsewhere.find(host);
        const auto port = other == elsewhere.end() ? m_listener->port() : other->second;
        out.push_back(host + ":443:127.0.0.1:" + std::to_string(port));
    }
    return out;
}

void ManyHosts::hold(const std::string& host)
{
    const std::lock_guard lock{m_mutex};
    m_held.insert(host);
}

void ManyHosts::release()
{
    asio::post(m_io, [this] {
        const std::lock_guard lock{m_mutex};
        m_held.clear();
        for (const auto& timer : m_waiting)
            timer->cancel();
        m_waiting.clear();
    });
}

void ManyHosts::answer_with(const std::string& host, int status, const std::string& retry_after)
{
    const std::lock_guard lock{m_mutex};
    m_answers[host] = Answer{status, retry_after};
}

std::vector<std::string> ManyHosts::arrived(const std::string& host) const
{
    const std::lock_guard lock{m_mutex};
    const auto found = m_arrived.find(host);
    return found == m_arrived.end() ? std::vector<std::string>{} : found->second;
}

std::size_t ManyHosts::answered(std::size_t at_least) const
{
    const std::lock_guard lock{m_mutex};
    return static_cast<std::size_t>(std::count_if(m_answered.begin(), m_answered.end(),
                                                  [&](const auto& one) { return one.second >= at_least; }));
}

std::size_t ManyHosts::open() const
{
    const std::lock_guard lock{m_mutex};
    return m_open;
}

std::size_t ManyHosts::most_open() const
{
    const std::lock_guard lock{m_mutex};
    return m_most_open;
}

ManyHosts::Answer ManyHosts::begin(const std::string& host, const std::string& id,
                                   std::shared_ptr<asio::steady_timer>& wait)
{
    const std::lock_guard lock{m_mutex};
    m_arrived[host].push_back(id);
    m_most_open = std::max(m_most_open, ++m_open);
    if (m_held.contains(host)) {
        wait = std::make_shared<asio::steady_timer>(m_io, asio::steady_timer::time_point::max());
        m_waiting.push_back(wait);
    }
    const auto found = m_answers.find(host);
    return found == m_answers.end() ? Answer{} : found->second;
}

void ManyHosts::end(const std::string& host)
{
    const std::lock_guard lock{m_mutex};
    --m_open;
    ++m_answered[host];
}

http::awaitable<Result<http::Response>> ManyHosts::answer(http::Request& request)
{
    const std::string host{request.headers.find("Host").value_or("")};
    const auto document = parse_json(request.body);
    std::shared_ptr<asio::steady_timer> wait;
    const auto answer = begin(host, document ? text_of(*document, "id") : "", wait);
    if (wait) {
        boost::system::error_code cancelled;
        co_await wait->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    end(host);
    auto response = http::text_response(answer.status, "");
    if (!answer.retry_after.empty())
        response.headers.set("Retry-After", answer.retry_after);
    co_return response;
}

void ManyFollowers::start(std::size_t count, const std::vector<std::string>& down)
{
    m_authority.emplace(m_certificates.path());
    m_hosts = std::make_unique<ManyHosts>(*m_authority, count);
    KithdOptions options;
    options.domain = "alpha.test";
    options.certificate = m_authority->issue("alpha.test", {"alpha.test"});
    options.ca_file = m_authority->certificate();
    std::map<std::string, std::uint16_t> elsewhere;
    for (const auto& host : down)
        elsewhere[host] = free_port();
    options.connect_to = m_hosts->connect_to(elsewhere);
    options.settings["KITH_FETCH_TIMEOUT_MS"] = "60000"; // who is held is held
    m_alpha = std::make_unique<KithdProcess>(options);
    m_alice.emplace(*m_alpha, "alice");
    m_alpha->stop();
    const auto now = std::to_string(to_ms(SystemClock{}.now())); // or each would be asked who it is when it is named
    for (std::size_t number = 0; number < count; ++number) {
        const auto id = std::to_string(number + 1);
        const auto base = "https://" + ManyHosts::name(number);
        change("INSERT INTO accounts (id, username, username_folded, domain, uri, inbox, created_at, updated_at, fetched_at) VALUES (" +
               id + ", 'fan', 'fan', '" + ManyHosts::name(number) + "', '" + base + "/fan', '" + base + "/inbox', 0, 0, " + now + ")");
        change("INSERT INTO account_counts (account_id) VALUES (" + id + ")");
        change("INSERT INTO follows (account_id, target_id, state, created_at, cursor_id) VALUES (" + id + ", " +
               m_alice->id() + ", 1, 0, " + id + ")");
    }
    m_alpha->start();
}

std::int64_t ManyFollowers::number(const std::string& sql) const
{
    return open(*m_alpha, sqlite::Mode::read_only)->integer(sql);
}

void ManyFollowers::change(const std::string& sql) const
{
    open(*m_alpha, sqlite::Mode::read_write)->execute(sql);
}

std::string ManyFollowers::jobs(std::vector<std::string> arguments) const
{
    arguments.insert(arguments.begin(), "jobs");
    const auto finished = m_alpha->run(arguments);
    EXPECT_EQ(finished.status, 0) << finished.errors;
    return finished.output;
}

} // namespace kith::tests

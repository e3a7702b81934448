// SPDX-License-Identifier: Apache-2.0
#include "server/cli/serve_listeners.h"

#include "server/cli/service_manager.h"
#include "server/core/log.h"
#include "server/core/spawn.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <atomic>

namespace kith::cli {

namespace {

/// For databases, files, outgoing connections and the rest that is not a client.
constexpr rlim_t k_other_descriptors = 512;

http::ListenerOptions options_of(const core::Config& config)
{
    http::ListenerOptions options;
    options.certificate = config.server.tls_certificate;
    options.private_key = config.server.tls_key;
    options.trusted_proxies = config.server.trusted_proxies;
    options.proxy_header =
        config.server.proxy_header == "forwarded" ? http::ProxyHeader::forwarded : http::ProxyHeader::x_forwarded;
    options.uncounted = {"127.0.0.0/8", "::1", "unix"}; // who is on this machine has easier ways to harm it
    options.limits.body_bytes = static_cast<std::size_t>(config.limits.body_bytes);
    options.limits.body_memory = std::max(options.limits.body_memory, 64 * options.limits.body_bytes);
    options.limits.connections_per_address = static_cast<std::size_t>(config.limits.connections_per_address);
    options.limits.compress_bytes = static_cast<std::size_t>(config.server.compress_bytes);
    return options;
}

/// `left` counts down when it has stopped.
boost::asio::awaitable<void> stop_one(http::Listener& listener, std::atomic<std::size_t>& left)
{
    co_await listener.stop();
    --left;
}

Result<http::ListenerOptions> at(http::ListenerOptions options, const std::string& where)
{
    TRY(const auto listen, core::parse_listen(where));
    options.address = listen.address;
    options.port = listen.port;
    options.unix_path = listen.unix_path;
    return options;
}

/// What was asked for, with the port that it came to.
std::string name_of(const std::string& asked, const http::Listener& listener)
{
    const auto port = listener.port();
    return port == 0 ? asked : asked.substr(0, asked.rfind(':')) + ":" + std::to_string(port);
}

} // namespace

Result<Listeners> Listeners::start(boost::asio::any_io_executor executor, const core::Config& config, const http::Router& router,
                                   const http::Router& metrics)
{
    Listeners all;
    auto for_people = options_of(config);
    for_people.limits.connections = make_room_for(static_cast<std::size_t>(config.limits.connections));
    TRY(const auto handed, take_handed_sockets());
    for (const auto& socket : handed) {
        const bool for_metrics = socket.name == "metrics";
        auto options = for_metrics ? http::ListenerOptions{} : for_people;
        options.descriptor = socket.descriptor;
        TRY(auto listener, http::Listener::start(executor, std::move(options), for_metrics ? metrics : router));
        if (for_metrics)
            all.m_metrics = std::move(listener);
        else
            all.m_listeners.push_back(std::move(listener));
    }
    all.m_where = "handed over";
    if (all.m_listeners.empty()) {
        TRY(auto options, at(for_people, config.server.listen));
        TRY(auto listener, http::Listener::start(executor, std::move(options), router));
        all.m_where = name_of(config.server.listen, *listener);
        all.m_listeners.push_back(std::move(listener));
    }
    if (!all.m_metrics && !config.metrics.listen.empty()) {
        TRY(auto options, at({}, config.metrics.listen));
        TRY(all.m_metrics, http::Listener::start(executor, std::move(options), metrics));
    }
    return all;
}

std::size_t Listeners::connections() const
{
    std::size_t count = 0;
    for (const auto& listener : m_listeners)
        count += listener->connections();
    return count;
}

void Listeners::reload()
{
    for (const auto& listener : m_listeners) {
        const auto reloaded = listener->reload();
        if (reloaded)
            log::info("The certificate was read again.");
        else
            log::error("The old certificate stays in use.", {{"error", reloaded.error().message}});
    }
}

boost::asio::awaitable<void> Listeners::stop()
{
    const auto executor = co_await boost::asio::this_coro::executor;
    std::atomic<std::size_t> left{m_listeners.size()};
    for (const auto& listener : m_listeners)
        core::spawn(executor, "stop of a listener", stop_one(*listener, left));
    boost::asio::steady_timer pause{executor};
    while (left != 0) {
        pause.expires_after(std::chrono::milliseconds{5});
        co_await pause.async_wait(boost::asio::use_awaitable);
    }
    if (m_metrics)
        co_await m_metrics->stop();
}

std::size_t make_room_for(std::size_t connections)
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return connections;
    const rlim_t wanted = connections + k_other_descriptors;
    if (limit.rlim_cur < wanted && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = std::min(wanted, limit.rlim_max);
        (void)::setrlimit(RLIMIT_NOFILE, &limit);
        (void)::getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= wanted)
        return connections;
    const rlim_t room = limit.rlim_cur > 2 * k_other_descriptors ? limit.rlim_cur - k_other_descriptors : limit.rlim_cur / 2;
    log::warning("The system lets this process open fewer files than limits.connections needs: raise its limit (LimitNOFILE=).",
                 {{"limits.connections", connections}, {"files", limit.rlim_cur}, {"connections", room}});
    return room;
}

} // namespace kith::cli

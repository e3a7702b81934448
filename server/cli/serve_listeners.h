// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/config.h"
#include "server/http/listener.h"

#include <memory>
#include <string>
#include <vector>

namespace kith::cli {

/// All that `serve` listens on: what the service manager handed over, or `server.listen`; and the listener for metrics.
class Listeners {
public:
    /// Starts to accept. Handed sockets serve `router`, but for one named "metrics", which serves `metrics`. `metrics` has
    /// a listener only where it was handed one or `metrics.listen` is set. Errors: see http::Listener::start.
    static Result<Listeners> start(boost::asio::any_io_executor executor, const core::Config& config, const http::Router& router,
                                   const http::Router& metrics);

    /// For the log: "127.0.0.1:8080", "unix:/run/kith/http".
    const std::string& where() const { return m_where; }
    std::uint16_t metrics_port() const { return m_metrics ? m_metrics->port() : 0; }
    bool has_metrics() const { return m_metrics != nullptr; }

    /// Open connections of all but the metrics' listener.
    std::size_t connections() const;

    /// Reads certificates again, and logs how that went.
    void reload();
    /// Stops the listeners for people, all at once; then the one for metrics.
    boost::asio::awaitable<void> stop();

private:
    std::vector<std::unique_ptr<http::Listener>> m_listeners;
    std::unique_ptr<http::Listener> m_metrics;
    std::string m_where;
};

/// Makes room for so many connections among the process's file descriptors; how many there is room for. Warns where that is
/// fewer: then the rest is refused in good order, instead of every file and every socket running short.
std::size_t make_room_for(std::size_t connections);

} // namespace kith::cli

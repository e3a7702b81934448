// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "server/http/listener.h"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace kith::tests {

/// A span as the collector understood it.
struct CollectedSpan {
    std::string trace_id, span_id, parent_id, name, state, error;
    int kind = 0;
    std::int64_t start = 0, end = 0;
    std::map<std::string, std::string> attributes;
};

/// A collector of OTLP/HTTP on a real socket of 127.0.0.1. It reads each export against the names and types of OTLP's
/// JSON encoding; what does not fit is a problem.
class Collector {
public:
    Collector();
    ~Collector();

    std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(m_listener->port()); }
    std::vector<CollectedSpan> spans() const;
    std::vector<std::string> problems() const;
    int exports() const { return m_exports; }
    /// Waits up to 20 s for as many spans of that condition.
    bool wait_for(std::size_t count, const std::function<bool(const CollectedSpan&)>& wanted) const;

    std::atomic<int> answer{200}; ///< the status of the next exports
    std::atomic<bool> hold{false}; ///< do not answer

private:
    http::awaitable<Result<http::Response>> take(http::Request& request);
    void read(const json::value& body);
    void read_span(const json::object& span);

    boost::asio::io_context m_io{1};
    http::Router m_router;
    std::unique_ptr<http::Listener> m_listener;
    std::thread m_thread;
    mutable std::mutex m_mutex;
    std::vector<CollectedSpan> m_spans;
    std::vector<std::string> m_problems;
    std::atomic<int> m_exports{0};
};

} // namespace kith::tests

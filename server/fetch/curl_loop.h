// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/fetch/transfer.h"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

namespace kith::fetch {

/// One thread that drives libcurl's multi handle. A thread of its own with curl_multi_poll is less code than feeding
/// sockets and timers from Asio, and keeps TLS handshakes off the threads that serve clients.
class CurlLoop {
public:
    explicit CurlLoop(const TransferContext& context);
    ~CurlLoop();
    CurlLoop(const CurlLoop&) = delete;
    CurlLoop& operator=(const CurlLoop&) = delete;

    /// Any thread. Its on_done is called once, on the loop's thread, also after stop().
    void submit(std::shared_ptr<Transfer> transfer);
    /// Ends everything with `unavailable`.
    void stop();

private:
    using Queue = std::deque<std::shared_ptr<Transfer>>;
    struct Running {
        std::shared_ptr<Transfer> transfer;
        std::string host;
    };

    void loop();
    void collect();
    void start_waiting();
    void start_from(Queue& queue, unsigned total, unsigned per_host);
    bool start(const std::shared_ptr<Transfer>& transfer);
    void expire(Queue& queue);
    void finish_completed();
    void finish_all();
    int poll_timeout() const;

    const TransferContext& m_context;
    CURLM* m_multi;

    std::mutex m_mutex;
    Queue m_arrived; // guarded by m_mutex
    bool m_stopping = false;
    bool m_finished = false; // the thread takes no more

    // Only the loop's thread touches these.
    Queue m_interactive;
    Queue m_background;
    std::unordered_map<CURL*, Running> m_running;
    std::map<std::string, unsigned> m_per_host;

    std::thread m_thread;
};

} // namespace kith::fetch

// SPDX-License-Identifier: Apache-2.0
#include "server/fetch/curl_loop.h"

#include <pthread.h>

#include <algorithm>

namespace kith::fetch {

namespace {

constexpr std::size_t k_max_waiting = 10000;

Error stopped()
{
    return fail(Errc::unavailable, "The server is stopping.");
}

Error overloaded()
{
    return fail(Errc::unavailable, "The server is busy; try again in a moment.",
                "too many requests to other servers wait");
}

Error too_late()
{
    return fail(Errc::unavailable, "The other server took too long.", "the request waited for a free connection");
}

} // namespace

CurlLoop::CurlLoop(const TransferContext& context) : m_context(context), m_multi(curl_multi_init())
{
    // Connections kept for reuse; how many run at once is decided here, because libcurl knows no priorities.
    curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, static_cast<long>(context.options.max_connections));
    m_thread = std::thread{[this] { loop(); }};
}

CurlLoop::~CurlLoop()
{
    stop();
    m_thread.join();
    curl_multi_cleanup(m_multi);
}

void CurlLoop::submit(std::shared_ptr<Transfer> transfer)
{
    auto refusal = overloaded();
    {
        const std::lock_guard lock(m_mutex);
        if (!m_finished && m_arrived.size() < k_max_waiting) {
            m_arrived.push_back(std::move(transfer));
            curl_multi_wakeup(m_multi);
            return;
        }
        if (m_finished)
            refusal = stopped();
    }
    transfer->on_done(std::move(refusal));
}

void CurlLoop::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
    curl_multi_wakeup(m_multi);
}

void CurlLoop::loop()
{
    ::pthread_setname_np(::pthread_self(), "fetch");
    while (true) {
        {
            const std::lock_guard lock(m_mutex);
            if (m_stopping) {
                m_finished = true;
                break;
            }
        }
        collect();
        start_waiting();
        int running = 0;
        curl_multi_perform(m_multi, &running);
        finish_completed();
        curl_multi_poll(m_multi, nullptr, 0, poll_timeout(), nullptr);
    }
    finish_all();
}

void CurlLoop::collect()
{
    Queue arrived;
    {
        const std::lock_guard lock(m_mutex);
        arrived.swap(m_arrived);
    }
    for (auto& transfer : arrived) {
        auto& queue = transfer->hop().priority == Priority::interactive ? m_interactive : m_background;
        if (queue.size() < k_max_waiting)
            queue.push_back(std::move(transfer));
        else
            transfer->on_done(overloaded());
    }
}

void CurlLoop::start_waiting()
{
    const auto total = std::max(m_context.options.max_connections, 2U);
    const auto per_host = std::max(m_context.options.max_per_host, 2U);
    start_from(m_interactive, total, per_host);
    // Deliveries leave a quarter of all and one of each host to what somebody waits for.
    start_from(m_background, total - std::max(total / 4, 1U), per_host - 1);
    expire(m_interactive);
    expire(m_background);
}

void CurlLoop::start_from(Queue& queue, unsigned total, unsigned per_host)
{
    for (auto place = queue.begin(); place != queue.end() && m_running.size() < total;) {
        const auto busy = m_per_host.find((*place)->hop().url.host);
        if (busy != m_per_host.end() && busy->second >= per_host) {
            ++place;
            continue;
        }
        auto transfer = std::move(*place);
        place = queue.erase(place);
        start(transfer);
    }
}

bool CurlLoop::start(const std::shared_ptr<Transfer>& transfer)
{
    auto prepared = transfer->prepare(std::chrono::steady_clock::now());
    if (prepared && curl_multi_add_handle(m_multi, transfer->easy()) != CURLM_OK)
        prepared = fail(Errc::internal, "The request cannot be made.", "curl_multi_add_handle failed");
    if (!prepared) {
        transfer->on_done(std::move(prepared).error());
        return false;
    }
    const auto& host = transfer->hop().url.host;
    ++m_per_host[host];
    m_running.emplace(transfer->easy(), Running{transfer, host});
    return true;
}

void CurlLoop::expire(Queue& queue)
{
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(queue, [&](const auto& transfer) {
        if (transfer->hop().deadline > now)
            return false;
        transfer->on_done(too_late());
        return true;
    });
}

void CurlLoop::finish_completed()
{
    int left = 0;
    while (const auto* message = curl_multi_info_read(m_multi, &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        const auto code = message->data.result; // `message` dies with the handle's removal
        auto* easy = message->easy_handle;
        auto running = std::move(m_running.extract(easy).mapped());
        if (--m_per_host[running.host] == 0)
            m_per_host.erase(running.host);
        auto answer = running.transfer->finish(code);
        curl_multi_remove_handle(m_multi, easy);
        running.transfer->on_done(std::move(answer));
    }
    if (!m_interactive.empty() || !m_background.empty())
        start_waiting();
}

void CurlLoop::finish_all()
{
    collect();
    for (auto& [easy, running] : m_running) {
        curl_multi_remove_handle(m_multi, easy);
        running.transfer->on_done(stopped());
    }
    m_running.clear();
    for (auto* queue : {&m_interactive, &m_background}) {
        for (auto& transfer : *queue)
            transfer->on_done(stopped());
        queue->clear();
    }
}

/// Until libcurl wants to be called, or a waiting transfer's time is over; a new one wakes us up.
int CurlLoop::poll_timeout() const
{
    const auto now = std::chrono::steady_clock::now();
    std::int64_t timeout = 10000;
    for (const auto* queue : {&m_interactive, &m_background}) {
        for (const auto& transfer : *queue) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(transfer->hop().deadline - now);
            timeout = std::clamp<std::int64_t>(left.count(), 0, timeout);
        }
    }
    long wanted = -1;
    curl_multi_timeout(m_multi, &wanted);
    if (wanted >= 0)
        timeout = std::min<std::int64_t>(timeout, wanted);
    return static_cast<int>(timeout);
}

} // namespace kith::fetch

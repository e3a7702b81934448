// SPDX-License-Identifier: Apache-2.0
#include "server/features/streaming/hub.h"

#include "server/core/log.h"
#include "server/core/spawn.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kith::streaming {

using boost::asio::awaitable;

namespace {

/// Events that may wait for the database while it is busy.
constexpr std::size_t k_most_events = 10000;
/// Brought together: one way to the database and back for all of them.
constexpr std::size_t k_batch = 64;
constexpr int k_attempts = 4;
constexpr std::chrono::milliseconds k_pause{50}; ///< before the second, times four; then longer
constexpr const char* k_notice = "stream"; ///< the notices' topic: ours and the payload, with a space between

} // namespace

Hub::Hub(boost::asio::any_io_executor executor, const StreamLimits& limits)
    : m_executor(std::move(executor)), m_clients(limits)
{
}

void Hub::render_with(std::string topic, Renderer renderer)
{
    m_renderers.insert_or_assign(std::move(topic), std::move(renderer));
}

void Hub::listen(db::Notices& notices)
{
    notices.subscribe(k_notice, [this](const std::string& notice) {
        const auto space = notice.find(' ');
        if (space != notice.npos)
            post(notice.substr(0, space), notice.substr(space + 1));
    });
}

void Hub::announce(db::Tx& tx, std::string_view topic, std::string_view payload)
{
    std::string notice{topic};
    notice.append(" ").append(payload);
    tx.notify(k_notice, std::move(notice));
}

void Hub::post(std::string topic, std::string payload)
{
    if (m_clients.count() == 0)
        return;
    {
        const std::lock_guard lock{m_mutex};
        if (m_events.size() < k_most_events)
            m_events.push_back(Event{std::move(topic), std::move(payload)});
        else
            m_lost = true;
        if (m_pumping)
            return;
        m_pumping = true;
    }
    core::spawn(m_executor, "streaming", pump());
}

std::vector<Hub::Event> Hub::next()
{
    const std::lock_guard lock{m_mutex};
    std::vector<Event> events;
    while (!m_events.empty() && events.size() < k_batch &&
           (events.empty() || m_events.front().topic == events.front().topic)) {
        events.push_back(std::move(m_events.front()));
        m_events.pop_front();
    }
    m_pumping = !events.empty();
    return events;
}

awaitable<void> Hub::pump()
{
    while (true) {
        const auto events = next();
        if (events.empty())
            co_return;
        bool brought = co_await bring(events);
        {
            const std::lock_guard lock{m_mutex};
            if (std::exchange(m_lost, false))
                brought = false;
        }
        if (!brought) {
            log::warning(
                "Events did not reach the streams; they were closed, so that clients read again.",
                {{"streams", m_clients.count()}});
            m_clients.close_all();
        }
    }
}

awaitable<bool> Hub::bring(const std::vector<Event>& events)
{
    const auto renderer = m_renderers.find(events.front().topic);
    if (renderer == m_renderers.end())
        co_return true; // of a newer process, which also has clients of its own
    std::vector<std::string> payloads;
    for (const auto& event : events)
        payloads.push_back(event.payload);
    for (int attempt = 1; attempt <= k_attempts; ++attempt) {
        if (attempt > 1) {
            boost::asio::steady_timer pause{m_executor, k_pause * (1 << attempt)};
            co_await pause.async_wait(boost::asio::use_awaitable);
        }
        std::string cause;
        try {
            const auto done = co_await renderer->second(m_clients, payloads);
            if (done)
                co_return true;
            cause = done.error().message;
        } catch (const std::exception& error) {
            cause = error.what();
        }
        log::warning("Events do not reach the streams.", {{"topic", events.front().topic}, {"cause", cause}});
    }
    co_return false;
}

} // namespace kith::streaming

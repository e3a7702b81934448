// SPDX-License-Identifier: Apache-2.0
#include "server/db/notices.h"

#include "server/core/log.h"
#include "server/db/tx.h"

#include <mutex>

namespace kith::db {

namespace {

template <class F>
void run_guarded(const F& handler) noexcept
{
    try {
        handler();
    } catch (const std::exception& error) {
        log::error("A handler of notices failed.", {{"cause", error.what()}});
    }
}

} // namespace

void Notices::subscribe(std::string topic, Handler handler)
{
    const std::unique_lock lock{m_mutex};
    m_handlers[std::move(topic)].push_back(std::move(handler));
}

void Notices::on_gap(std::function<void()> handler)
{
    const std::unique_lock lock{m_mutex};
    m_on_gap.push_back(std::move(handler));
}

void Notices::deliver(const Notice& notice) const noexcept
{
    const std::shared_lock lock{m_mutex};
    const auto found = m_handlers.find(notice.topic);
    if (found == m_handlers.end())
        return;
    for (const auto& handler : found->second)
        run_guarded([&] { handler(notice.payload); });
}

void Notices::gap() const noexcept
{
    const std::shared_lock lock{m_mutex};
    for (const auto& handler : m_on_gap)
        run_guarded(handler);
}

} // namespace kith::db

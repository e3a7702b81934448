// SPDX-License-Identifier: Apache-2.0
#include "server/http/connection.h"

namespace kith::http {

void Connections::add(const std::shared_ptr<Connection>& connection)
{
    {
        const std::lock_guard lock{m_mutex};
        m_connections.emplace(connection.get(), connection);
        m_count = m_connections.size();
    }
    if (m_stopping)
        connection->begin_stop();
}

void Connections::remove(const Connection* connection)
{
    const std::lock_guard lock{m_mutex};
    m_connections.erase(connection);
    m_count = m_connections.size();
}

void Connections::expire_overdue()
{
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::shared_ptr<Connection>> overdue;
    {
        const std::lock_guard lock{m_mutex};
        for (const auto& [pointer, weak] : m_connections)
            if (pointer->is_overdue(now)) // alive: its destructor comes after remove(), which needs the lock
                if (auto connection = weak.lock())
                    overdue.push_back(std::move(connection));
    }
    for (const auto& connection : overdue)
        connection->expire();
}

std::vector<std::shared_ptr<Connection>> Connections::all()
{
    std::vector<std::shared_ptr<Connection>> list;
    const std::lock_guard lock{m_mutex};
    for (const auto& [pointer, weak] : m_connections)
        if (auto connection = weak.lock())
            list.push_back(std::move(connection));
    return list;
}

void Connections::stop()
{
    m_stopping = true;
    for (const auto& connection : all())
        connection->begin_stop();
}

void Connections::abort()
{
    for (const auto& connection : all())
        connection->abort();
}

void Shared::report(std::exception_ptr thrown) const
{
    if (thrown)
        router.report(Request{}, router.error_of(thrown));
}

} // namespace kith::http

// SPDX-License-Identifier: Apache-2.0
#include "app/services/connection.h"

namespace kith::services {

Connection::Connection(std::function<void()> probe, ConnectionTimes times, QObject* parent)
    : QObject(parent), m_probe(std::move(probe)), m_backoff(times.first_wait, times.most_wait)
{
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, [this] {
        m_again.start(m_backoff.next());
        m_probe();
    });
}

QString Connection::sentence() const
{
    if (m_expired)
        return tr("Your home server has ended this sign-in. Your drafts and what waits to be sent are safe; sign in "
                  "again to go on.");
    if (online())
        return {};
    const auto reason = m_has_network ? m_reason : tr("This computer is not connected to a network.");
    return reason + QLatin1Char(' ') + tr("You can still read what is here, and write.");
}

void Connection::note(bool answered, const QString& sentence)
{
    const bool known = answered == m_answered && sentence == m_reason;
    if (known && (!answered || m_has_network))
        return;
    const bool came_back = answered && !online();
    m_answered = answered;
    m_reason = sentence;
    if (m_answered) {
        m_again.stop();
        m_backoff.reset();
        // Whatever the system thinks of the network.
        m_has_network = true;
    } else if (!m_again.isActive()) {
        m_again.start(m_backoff.next());
    }
    emit changed();
    if (came_back)
        emit came_online();
}

void Connection::set_has_network(bool has_network)
{
    if (std::exchange(m_has_network, has_network) == has_network)
        return;
    emit changed();
    if (has_network)
        suspect();
}

void Connection::set_expired(bool expired)
{
    if (std::exchange(m_expired, expired) != expired)
        emit changed();
}

void Connection::suspect()
{
    m_backoff.reset();
    m_probe();
}

void Connection::stop()
{
    m_again.stop();
    m_backoff.reset();
    m_answered = true;
    m_expired = false;
    m_reason.clear();
    emit changed();
}

} // namespace kith::services

// SPDX-License-Identifier: Apache-2.0
#include "app/services/connection.h"

namespace kith::services {

Connection::Connection(std::function<void()> probe, QObject* parent)
    : QObject(parent), m_probe(std::move(probe))
{
    constexpr int k_probe_every_ms = 10'000;
    m_again.setInterval(k_probe_every_ms);
    connect(&m_again, &QTimer::timeout, this, [this] { m_probe(); });
}

void Connection::note(bool answered, const QString& sentence)
{
    const auto shown =
        answered ? QString{} : sentence + QLatin1Char(' ') + tr("You can still read what is here.");
    if (answered == m_online && shown == m_sentence)
        return;
    const bool came_back = answered && !m_online;
    m_online = answered;
    m_sentence = shown;
    if (m_online)
        m_again.stop();
    else if (!m_again.isActive())
        m_again.start();
    emit changed();
    if (came_back)
        emit came_online();
}

void Connection::suspect()
{
    m_probe();
}

void Connection::stop()
{
    m_again.stop();
    m_online = true;
    m_sentence.clear();
    emit changed();
}

} // namespace kith::services

// SPDX-License-Identifier: Apache-2.0
#include "app/net/network_watch.h"

#include <QNetworkInformation>

#include <ctime>

namespace kith::net {

using std::chrono::milliseconds;

namespace {

milliseconds read_clock(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return std::chrono::seconds{now.tv_sec} + milliseconds{now.tv_nsec / 1'000'000};
}

} // namespace

Clocks Clocks::of_the_system()
{
    return {.running = [] { return read_clock(CLOCK_MONOTONIC); },
            .passing = [] { return read_clock(CLOCK_BOOTTIME); },
            .wall = [] { return read_clock(CLOCK_REALTIME); }};
}

NetworkWatch::NetworkWatch(Clocks clocks, WatchTimes times, QObject* parent)
    : QObject(parent), m_clocks(std::move(clocks)), m_times(times)
{
    m_timer.setInterval(m_times.every);
    connect(&m_timer, &QTimer::timeout, this, &NetworkWatch::look);
}

void NetworkWatch::start_with_system()
{
    start();
    if (!QNetworkInformation::loadBackendByFeatures(QNetworkInformation::Feature::Reachability))
        return;
    const auto* system = QNetworkInformation::instance();
    const auto take = [this](QNetworkInformation::Reachability reachability) {
        set_has_network(reachability != QNetworkInformation::Reachability::Disconnected);
    };
    connect(system, &QNetworkInformation::reachabilityChanged, this, take);
    take(system->reachability());
}

void NetworkWatch::start()
{
    m_running = m_clocks.running();
    m_passing = m_clocks.passing();
    m_wall = m_clocks.wall();
    m_timer.start();
}

void NetworkWatch::stop()
{
    m_timer.stop();
}

void NetworkWatch::set_has_network(bool has_network)
{
    if (std::exchange(m_has_network, has_network) == has_network)
        return;
    if (has_network)
        emit network_up();
    else
        emit network_down();
}

void NetworkWatch::look()
{
    const auto ran = m_clocks.running() - std::exchange(m_running, m_clocks.running());
    const auto passed = m_clocks.passing() - std::exchange(m_passing, m_clocks.passing());
    const auto on_the_wall = m_clocks.wall() - std::exchange(m_wall, m_clocks.wall());
    if (passed - ran >= m_times.least)
        emit woke(passed - ran);
    if (std::chrono::abs(on_the_wall - passed) >= m_times.least)
        emit clock_set();
}

} // namespace kith::net

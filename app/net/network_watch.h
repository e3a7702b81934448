// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace kith::net {

/// The three clocks that tell sleep and a changed clock apart. Milliseconds since some fixed moment.
struct Clocks {
    using Read = std::function<std::chrono::milliseconds()>;
    Read running; ///< stands still while the machine sleeps
    Read passing; ///< goes on while it sleeps; nobody sets it
    Read wall;    ///< may be set

    static Clocks of_the_system();
};

struct WatchTimes {
    std::chrono::milliseconds every{5'000};
    std::chrono::milliseconds least{2'000}; ///< a shorter sleep, or a smaller step of the clock, is none
};

/// Tells what happens to this machine: the network comes and goes, it sleeps and wakes, its clock is set. Where the
/// system does not tell about its network (QNetworkInformation), only the rest is noticed. GUI thread only.
class NetworkWatch : public QObject {
    Q_OBJECT
public:
    explicit NetworkWatch(Clocks clocks = Clocks::of_the_system(), WatchTimes times = {}, QObject* parent = nullptr);

    /// Asks the system for news of its network too.
    void start_with_system();
    void start();
    void stop();
    /// False only where the system says that there is no network at all.
    bool has_network() const { return m_has_network; }
    /// What the system says; also the seam for tests.
    void set_has_network(bool has_network);
    /// Compares the clocks now. The timer calls it.
    void look();

signals:
    void network_up();
    void network_down();
    void woke(std::chrono::milliseconds slept);
    void clock_set();

private:
    Clocks m_clocks;
    WatchTimes m_times;
    QTimer m_timer;
    std::chrono::milliseconds m_running{};
    std::chrono::milliseconds m_passing{};
    std::chrono::milliseconds m_wall{};
    bool m_has_network = true;
};

} // namespace kith::net

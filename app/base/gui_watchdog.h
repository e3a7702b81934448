// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QEvent>
#include <QObject>
#include <QString>

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

namespace kith::app {

/// Watches over the GUI thread in tests: no event may keep it busy for longer than half a frame of a
/// 60 Hz screen. Counted is the processor time of this very thread, so that a machine that is busy with other things
/// raises no false alarm. As many times more is allowed as the machine is slower than the one that this is meant for, and
/// what the host of a virtual machine took during the test. And, by itself, counted is the time in which the thread neither
/// ran nor waited for a processor, which is a wait for something: a lock, a disk, a peer.
///
/// Only the outermost event counts; what a test does outside of events is not measured.
class GuiWatchdog {
public:
    struct Limits {
        std::chrono::microseconds busy{8'000};
        /// More than `busy`: the first touch of a page of a library is a wait for the disk too.
        std::chrono::microseconds waiting{50'000};
    };
    /// What may take longer by its nature. Few, and each with its reason.
    struct Exemption {
        QEvent::Type event;
        const char* receiver; ///< its class; nullptr: any window
        const char* why;
    };
    static const std::vector<Exemption>& exemptions();

    struct Finding {
        QByteArray receiver; ///< its class
        QString name;        ///< its objectName
        QByteArray event;
        std::chrono::microseconds busy{};
        std::chrono::microseconds waited{};
        QList<QByteArray> stack; ///< where it was when the limit of `busy` was passed; may be empty

        std::string text() const;
    };

    static GuiWatchdog& instance();

    /// On the GUI thread, once. From now on events are measured.
    void start(Limits limits);
    /// Whether it is started, and this is the thread that it watches. Applications handle every thread's events.
    bool watches_this_thread() const;
    /// As they hold: several times the given ones where a sanitizer slows everything down.
    const Limits& limits() const { return m_limits; }
    /// What has been found since the last call.
    std::vector<Finding> take_findings();

    /// Around the handling of one event; calls may be nested.
    void enter(const QObject* receiver, const QEvent* event);
    void leave();
    /// Called by allow_long(): the event under way is not counted.
    void excuse() { m_excused = true; }

private:
    struct Times {
        std::chrono::microseconds busy{}, passed{}, queued{};
    };
    Times now() const;
    bool is_exempt() const;
    Finding finding(const Times& since, const Times& until) const;

    Limits m_limits;
    bool m_excused = false;
    bool m_window = false; ///< the receiver is one
    int m_depth = 0;
    int m_schedule = -1; ///< /proc/thread-self/schedstat
    Times m_since;
    std::chrono::microseconds m_stolen_before{}, m_stolen_at{}; ///< as it was at a moment before the event, and that moment
    std::array<char, 96> m_receiver{};
    QString m_name;
    QEvent::Type m_type = QEvent::None;
    std::vector<Finding> m_findings;
};

/// The event under way is long for a reason, which is for the reader. Each use in the program is counted by a test, so
/// that there are never more than we know of.
inline void allow_long([[maybe_unused]] const char* why)
{
    GuiWatchdog::instance().excuse();
}

/// An application class whose events the watchdog measures once it is started: Watched<QGuiApplication>.
template <class Application>
class Watched : public Application {
public:
    using Application::Application;

    bool notify(QObject* receiver, QEvent* event) override
    {
        auto& watchdog = GuiWatchdog::instance();
        if (!watchdog.watches_this_thread())
            return Application::notify(receiver, event);
        watchdog.enter(receiver, event);
        const bool handled = Application::notify(receiver, event);
        watchdog.leave();
        return handled;
    }
};

} // namespace kith::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/backoff.h"
#include "app/services/live_buffer.h"
#include "common/base/result.h"

#include <QTimer>

#include <functional>

namespace kith::services {

/// A list that the stream keeps fresh and a re-read repairs: whether a re-read is under way, whether another has to
/// follow it, when to try again, and what the stream said meanwhile. GUI thread only.
template <class T>
class RereadCycle {
public:
    using Milliseconds = std::chrono::milliseconds;

    /// `reread` is called whenever it is time for one.
    explicit RereadCycle(std::function<void()> reread)
        : m_reread(std::move(reread)), m_backoff(Milliseconds{2'000}, Milliseconds{120'000})
    {
        m_again.setSingleShot(true);
        QObject::connect(&m_again, &QTimer::timeout, &m_again, [this] { m_reread(); });
    }

    void start()
    {
        stop();
        m_started = true;
    }
    void stop()
    {
        ++m_generation;
        m_started = m_rereading = m_once_more = m_live = false;
        m_again.stop();
        m_backoff.reset();
        m_waiting.take();
    }
    bool started() const { return m_started; }
    /// Answers to what was asked before the last start() or stop() are dropped: they have another number.
    int generation() const { return m_generation; }

    /// False when it is not started, or when a re-read is under way: then another follows it.
    bool begin()
    {
        if (!m_started || m_rereading) {
            m_once_more = m_started;
            return false;
        }
        m_rereading = true;
        m_again.stop();
        return true;
    }
    /// Another re-read, after so long; until then something is missing.
    void begin_in(Milliseconds wait)
    {
        m_live = false;
        if (m_started)
            m_again.start(wait);
    }
    /// How the re-read went. Answers what the stream said meanwhile, unless another has to follow: then it may be that
    /// not all of it was kept. After a failure it is kept too, and another try
    /// follows, no sooner than `at_least`, unless it takes a sign-in first. Then call follow().
    std::vector<T> end(const Result<void>& outcome, Milliseconds at_least)
    {
        m_rereading = false;
        m_live = outcome && !m_once_more;
        if (outcome) {
            m_backoff.reset();
            return m_live ? m_waiting.take() : std::vector<T>{};
        }
        // What a server refuses today it may give tomorrow, after an update say; nobody else would ask again.
        if (outcome.error().code != Errc::unauthorized) {
            m_again.start(std::max(m_backoff.next(), at_least));
            m_once_more = false; // that one will do
        }
        return {};
    }
    /// Begins the re-read that was wished for during the last one.
    void follow()
    {
        if (std::exchange(m_once_more, false))
            m_reread();
    }

    /// Whether the store ends where the stream goes on; if not, the item is kept until it does.
    bool takes_now(const T& item)
    {
        if (!m_rereading && m_live)
            return true;
        if (!m_waiting.keep(item))
            m_once_more = true;
        return false;
    }
    template <class Predicate>
    void drop_if(Predicate predicate)
    {
        m_waiting.drop_if(predicate);
    }
    /// The stream broke off: only a re-read tells what came after.
    void lose_stream() { m_live = false; }

private:
    std::function<void()> m_reread;
    net::Backoff m_backoff;
    QTimer m_again;
    LiveBuffer<T> m_waiting;
    bool m_started = false;
    bool m_rereading = false;
    bool m_once_more = false;
    bool m_live = false; ///< the stream continues where the store ends
    int m_generation = 0;
};

} // namespace kith::services

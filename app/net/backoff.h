// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRandomGenerator>

#include <algorithm>
#include <chrono>

namespace kith::net {

/// Waiting times that double from `first` to `most`, each a quarter more or less, so that the clients of a server
/// that comes back do not all knock at once.
class Backoff {
public:
    using Milliseconds = std::chrono::milliseconds;

    Backoff(Milliseconds first, Milliseconds most) : m_first(first), m_most(most), m_next(first) { }

    Milliseconds next()
    {
        const auto wait = m_next;
        m_next = std::min(m_next * 2, m_most);
        const auto quarter = static_cast<int>(wait.count() / 4);
        return wait + Milliseconds{QRandomGenerator::global()->bounded(-quarter, quarter + 1)};
    }
    void reset() { m_next = m_first; }

private:
    Milliseconds m_first;
    Milliseconds m_most;
    Milliseconds m_next;
};

} // namespace kith::net

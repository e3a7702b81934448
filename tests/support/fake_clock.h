// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/time.h"

#include <atomic>

namespace kith::tests {

/// A clock that stands still until a test moves it. Any thread.
class FakeClock final : public Clock {
public:
    /// 2026-11-21T12:00:00.000Z
    static constexpr std::int64_t k_start_ms = 1795262400000;

    Timestamp now() const override { return from_ms(m_ms.load()); }
    void set(Timestamp at) { m_ms = to_ms(at); }
    void advance(milliseconds by) { m_ms += by.count(); }

private:
    std::atomic<std::int64_t> m_ms{k_start_ms};
};

} // namespace kith::tests

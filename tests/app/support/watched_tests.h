// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/base/gui_watchdog.h"

#include <gtest/gtest.h>

namespace kith::tests {

/// Fails each test in which the watchdog found something.
class WatchdogReport final : public testing::EmptyTestEventListener {
    void OnTestStart(const testing::TestInfo&) override { app::GuiWatchdog::instance().take_findings(); }
    void OnTestEnd(const testing::TestInfo&) override
    {
        for (const auto& found : app::GuiWatchdog::instance().take_findings())
            ADD_FAILURE() << found.text();
    }
};

/// Call in main() after the application object is made, which must be a Watched<…>.
inline void watch_gui_thread()
{
    app::GuiWatchdog::instance().start({});
    testing::UnitTest::GetInstance()->listeners().Append(new WatchdogReport);
}

} // namespace kith::tests

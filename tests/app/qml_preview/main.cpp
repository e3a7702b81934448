// SPDX-License-Identifier: Apache-2.0
#include "tests/app/support/watched_tests.h"

#include <QAccessible>
#include <QGuiApplication>

int main(int count, char** arguments)
{
    ::testing::InitGoogleTest(&count, arguments);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_QUICK_BACKEND", "software");
    qputenv("LC_ALL", "C.UTF-8");
    kith::app::Watched<QGuiApplication> app(count, arguments);
    kith::tests::watch_gui_thread();
    // As if a screen reader listened.
    QAccessible::setActive(true);
    return RUN_ALL_TESTS();
}

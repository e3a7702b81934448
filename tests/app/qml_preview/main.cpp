// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QAccessible>
#include <QGuiApplication>

int main(int count, char** arguments)
{
    ::testing::InitGoogleTest(&count, arguments);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_QUICK_BACKEND", "software");
    qputenv("LC_ALL", "C.UTF-8");
    QGuiApplication app(count, arguments);
    // As if a screen reader listened.
    QAccessible::setActive(true);
    return RUN_ALL_TESTS();
}

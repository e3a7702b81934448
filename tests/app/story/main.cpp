// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/random.h"
#include "tests/app/support/watched_tests.h"

#include <QGuiApplication>
#include <QQuickStyle>
#include <QQuickWindow>

#include <gtest/gtest.h>

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    kith::app::Watched<QGuiApplication> application(argc, argv);
    kith::tests::watch_gui_thread();
    // With several windows the story goes on when one of them closes.
    QGuiApplication::setQuitOnLastWindowClosed(false);
    QQuickStyle::setStyle(QStringLiteral("Basic"));
    QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);
    if (!kith::crypto::init())
        return 1;
    return RUN_ALL_TESTS();
}

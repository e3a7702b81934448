// SPDX-License-Identifier: Apache-2.0
// The baseline of the app's first frame: an empty Qt Quick window of the same size. Writes the system's monotonic clock in
// ms when it is drawn, and ends.
#include <QGuiApplication>
#include <QQuickWindow>

#include <cstdio>
#include <ctime>

int main(int argc, char** argv)
{
    QGuiApplication application(argc, argv);
    QQuickWindow window;
    window.resize(1280, 860);
    QObject::connect(&window, &QQuickWindow::frameSwapped, &window, [] {
        timespec now{};
        clock_gettime(CLOCK_MONOTONIC, &now);
        std::printf("%.1f\n", static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6);
        QCoreApplication::exit(0);
    });
    window.show();
    return QGuiApplication::exec();
}

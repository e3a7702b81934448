// SPDX-License-Identifier: Apache-2.0
#include "app/page_picture.h"

#include "app/controller/app_controller.h"

#include <QCoreApplication>
#include <QImage>
#include <QQuickWindow>

#include <cstdio>

namespace kith::app {

PagePicture::PagePicture(QQuickWindow& window, AppController& controller, QString file, Shows shows)
    : m_window(window), m_controller(controller), m_file(std::move(file)), m_shows(shows)
{
    constexpr int k_rest_ms = 400; // longer than any motion of ours
    constexpr int k_deadline_ms = 10'000;
    m_rest.setSingleShot(true);
    m_rest.setInterval(k_rest_ms);
    m_deadline.setSingleShot(true);
    connect(&m_window, &QQuickWindow::frameSwapped, this, [this] { m_rest.start(); });
    connect(&m_rest, &QTimer::timeout, this, &PagePicture::take);
    connect(&m_deadline, &QTimer::timeout, this, &PagePicture::take);
    m_deadline.start(k_deadline_ms);
    m_rest.start();
}

void PagePicture::take()
{
    const auto state = m_controller.state();
    const bool at_home = state == QLatin1String("ready") && m_controller.home()->phase() == QLatin1String("ready");
    const bool elsewhere = state != QLatin1String("opening") && state != QLatin1String("ready");
    const bool stands = at_home || state == QLatin1String("failed") || (m_shows == Shows::AnyPage && elsewhere);
    if (!stands && m_deadline.isActive())
        return m_rest.start();
    const bool written = stands && m_window.grabWindow().save(m_file, "PNG");
    if (!written)
        std::fprintf(stderr, "kith: no picture could be made of this page.\n");
    QCoreApplication::exit(written ? 0 : 1);
}

} // namespace kith::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

class QQuickWindow;

namespace kith::app {

class AppController;

/// Writes a picture of the window once the page stands and nothing moves any more, then ends the program:
/// with 0, or with 1 and a sentence when the page does not come to rest or the file cannot be written.
class PagePicture : public QObject {
    Q_OBJECT
public:
    /// Home waits until somebody is signed in; AnyPage takes the sign-in page too.
    enum class Shows { AnyPage, Home };
    PagePicture(QQuickWindow& window, AppController& controller, QString file, Shows shows = Shows::AnyPage);

private:
    void take();

    QQuickWindow& m_window;
    AppController& m_controller;
    QString m_file;
    Shows m_shows;
    QTimer m_rest;
    QTimer m_deadline;
};

} // namespace kith::app

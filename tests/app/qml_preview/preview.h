// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QStringList>

#include <functional>
#include <memory>
#include <string>

namespace kith::app_test {

/// Kith's own window and pages over the mock `App`, off-screen. One at a time; everything QML or Qt complains about
/// while it lives is collected.
class Preview {
public:
    /// `setup` runs on the mock before the window is made.
    explicit Preview(QSize size, const std::function<void(QObject& app)>& setup = {});
    ~Preview();

    QObject& app() { return *m_app; }
    QQuickWindow& window() { return *m_window; }
    /// Kith.Ui's Theme singleton.
    QObject* theme() const;
    /// One line per warning; empty when all is well.
    std::string warnings() const;

    /// The visible item with this objectName, or nullptr.
    QQuickItem* item(const QString& name) const;
    /// Main.qml's show(): home, people, notifications, settings, compose, thread:ID.
    void show(const QString& page);
    /// Lets events run until nothing is left to polish and animations are over.
    void settle();
    /// Waits (at most 5 s) until `condition` holds; says whether it did.
    static bool wait(const std::function<bool()>& condition);
    /// What the mock was asked to do, newest last.
    QStringList calls() const;
    void click(const QString& name);
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    void type(const QString& text);
    /// Renders the window, and keeps the picture as `name`.png where KITH_SCREENSHOTS says.
    QImage picture(const QString& name);

private:
    std::unique_ptr<QQmlApplicationEngine> m_engine;
    QObject* m_app = nullptr;
    QQuickWindow* m_window = nullptr;
};

/// Every visible item of the window, overlays included.
QList<QQuickItem*> visible_items(const QQuickWindow& window);

/// Sets `properties` of an object named by a path such as "home.phase" on the mock.
void set(QObject& app, const QString& path, const QVariant& value);
QObject* child(QObject& app, const char* name);

} // namespace kith::app_test

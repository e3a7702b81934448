// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/controller/app_controller.h"
#include "tests/support/patience.h"

#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickWindow>

#include <chrono>
#include <functional>
#include <string>

namespace kith::tests {

using std::chrono::seconds;

/// The app as app/main.cpp builds it, on a profile of its own, used as a person does: what is on the page is found by its
/// object name or its words, and pressed and typed into. What is not there within the time is a std::runtime_error.
class AppWindow {
public:
    /// Opens the window and starts to open the profile; `passphrase` may be empty, then a profile that exists asks.
    AppWindow(const QString& profile, const QString& passphrase);
    ~AppWindow();
    AppWindow(const AppWindow&) = delete;
    AppWindow& operator=(const AppWindow&) = delete;

    /// Waits for a visible item of that name, at rest and enabled, and presses it in its middle.
    void click(const char* name);
    /// The same for the control that shows exactly this text.
    void click_text(const char* text);
    /// Replaces what is in a field, key by key. ASCII.
    void type(const char* name, const std::string& text);

    /// Whether a visible item of that name is there in time.
    bool shows(const char* name, seconds within = k_patience);
    /// Whether no visible item of that name is there any more, in time.
    bool hides(const char* name, seconds within = k_patience);
    /// Whether a visible text in the window contains the words in time.
    bool says(const char* words, seconds within = k_patience);
    /// Whether the list of that name shows a post with the words in time.
    bool shows_post(const char* list, const char* words, seconds within = k_patience);
    /// How many posts with the words the list shows now.
    int count_posts(const char* list, const char* words) const;
    /// Whether none of the posts with the words says that it waits, in time.
    bool shows_as_sent(const char* words, seconds within);
    /// A picture into the folder of the environment variable KITH_SCREENSHOTS, where that is set.
    void take_picture(const char* name);

    app::AppController& controller() { return m_controller; }

private:
    using Test = std::function<bool(const QQuickItem&)>;
    QQuickItem* find(const Test& wanted) const;
    QQuickItem* find(const char* name) const;
    void press(const std::function<QQuickItem*()>& find, const char* what);

    app::AppController m_controller;
    app::QmlNetwork m_network;
    QQmlApplicationEngine m_engine;
    QQuickWindow* m_window = nullptr;
};

} // namespace kith::tests

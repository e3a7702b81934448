// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/controller/app_controller.h"
#include "app/services/services.h"
#include "tests/app/network/tcp_proxy.h"
#include "tests/support/kithd_process.h"
#include "tests/support/patience.h"

#include <QTemporaryDir>
#include <QTest>

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace kith::tests {

/// The app, signed in as mira over the wire, and the server at its other end.
struct OnlineApp : testing::Test {
    KithdProcess server;
    std::unique_ptr<TcpProxy> wire = std::make_unique<TcpProxy>(server.port());
    QTemporaryDir folder;
    std::unique_ptr<app::AppController> app = std::make_unique<app::AppController>();

    void SetUp() override;
    void TearDown() override;

    /// Whether it comes to be so in time.
    static bool soon(const std::function<bool()>& it_is_so, int within_ms = kith::tests::k_patience_ms)
    {
        return QTest::qWaitFor(it_is_so, within_ms);
    }
    void write(const QString& text);
    /// How often the home page shows this text.
    int shown(const QString& text) const;
    /// What the home page shows, a line for each post; for messages.
    std::string shown_rows() const;
    /// Whether everything that was written is sent.
    bool outbox_is_empty() const;
    /// Whether the stream is open and nothing is wrong.
    bool all_is_well() const;
    /// The texts of the home timeline in the store.
    QStringList kept_posts() const;
    /// How many posts of mira's with this text the server has.
    int stored(const std::string& text) const;
    /// Posts as mira, past the app and its wire.
    void post_elsewhere(const std::string& text) const;
    HttpClient mira() const;
};

} // namespace kith::tests

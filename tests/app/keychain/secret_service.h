// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/child_process.h"

#include <QTemporaryDir>

namespace kith::tests {

/// GNOME's keyring on a D-Bus that nobody else is on, with its files in a temporary folder. It is what
/// DBUS_SESSION_BUS_ADDRESS names as long as this lives, so make it before anything connects, and once per process.
class SecretService {
public:
    /// Whether the programs that it needs are there.
    static bool can_run();

    /// Starts the bus; no keyring yet. Throws std::runtime_error when it does not start.
    SecretService();
    ~SecretService();

    /// Starts the keyring, unlocked, and waits until it is on the bus.
    void start();
    /// As a crash does it.
    void kill();
    /// As closing the lid may do it.
    void lock();
    /// With the keyring stopped: its files are gone.
    void lose_everything();

private:
    bool is_on_the_bus() const;

    QTemporaryDir m_folder;
    ChildProcess m_bus;
    ChildProcess m_keyring;
};

/// The one that main() has made; nullptr where it cannot run.
SecretService* secret_service();
void set_secret_service(SecretService* service);

} // namespace kith::tests

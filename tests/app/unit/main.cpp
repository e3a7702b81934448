// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/random.h"
#include "tests/app/support/watched_tests.h"

#include <QCoreApplication>
#include <gtest/gtest.h>

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    // The keychain of whoever runs the tests is not ours to write to.
    qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    kith::app::Watched<QCoreApplication> application(argc, argv);
    kith::tests::watch_gui_thread();
    if (!kith::crypto::init())
        return 1;
    return RUN_ALL_TESTS();
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/app/keychain/secret_service.h"

#include <QCoreApplication>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    // The keychain of whoever runs the tests is not ours.
    qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    std::unique_ptr<kith::tests::SecretService> service;
    try {
        if (kith::tests::SecretService::can_run())
            service = std::make_unique<kith::tests::SecretService>();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    QCoreApplication application(argc, argv);
    kith::tests::set_secret_service(service.get());
    return RUN_ALL_TESTS();
}

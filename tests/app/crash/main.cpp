// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/random.h"

#include <QCoreApplication>
#include <gtest/gtest.h>

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    QCoreApplication application(argc, argv);
    if (!kith::crypto::init())
        return 1;
    return RUN_ALL_TESTS();
}

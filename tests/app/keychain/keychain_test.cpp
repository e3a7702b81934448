// SPDX-License-Identifier: Apache-2.0
#include "tests/app/keychain/secret_service.h"

#include <gtest/gtest.h>

#include <memory>

using namespace kith::tests;

namespace {

/// A real Secret Service, and a profile whose key is in it.
struct RealKeychain : testing::Test {
    QTemporaryDir folder;
    std::string made; ///< "key …"

    void SetUp() override
    {
        if (!secret_service())
            GTEST_SKIP() << "gnome-keyring or D-Bus is not installed.";
        secret_service()->start();
        made = say("make");
        ASSERT_TRUE(made.starts_with("key ")) << made;
    }
    void TearDown() override
    {
        if (!secret_service())
            return;
        secret_service()->kill();
        secret_service()->lose_everything();
    }

    /// What a new start of the app says.
    std::string say(const char* command, const std::string& input = {}) const
    {
        ChildProcess::Options options;
        options.pipes = true;
        options.dies_with_us = true;
        ChildProcess child({KITH_TEST_KEYCHAIN_CHILD, command, folder.path().toStdString()}, options);
        if (!input.empty())
            child.write(input + "\n");
        const auto line = child.read_line();
        child.wait();
        return line.value_or("nothing");
    }
};

} // namespace

TEST_F(RealKeychain, GivesTheKeyBack)
{
    EXPECT_EQ(say("get"), made);
}

TEST_F(RealKeychain, GivesTheKeyBackAfterTheNextLogin)
{
    secret_service()->kill();
    secret_service()->start();
    EXPECT_EQ(say("get"), made);
}

TEST_F(RealKeychain, SaysThatItIsNotThere)
{
    secret_service()->kill();

    const auto said = say("get");

    EXPECT_TRUE(said.starts_with("error unavailable")) << said;
    secret_service()->start();
    EXPECT_EQ(say("get"), made);
}

TEST_F(RealKeychain, GivesNothingWhileItIsLockedAndTheKeyOnceItIsOpen)
{
    secret_service()->lock();

    const auto said = say("get");

    EXPECT_TRUE(said.starts_with("error ")) << said << ": nobody is there to type the keyring's password";
    secret_service()->kill();
    secret_service()->start();
    EXPECT_EQ(say("get"), made);
}

TEST_F(RealKeychain, SaysThatTheKeyIsLostAndTakesItBack)
{
    secret_service()->kill();
    secret_service()->lose_everything();
    secret_service()->start();

    const auto said = say("get");
    EXPECT_TRUE(said.starts_with("error not_found")) << said;

    EXPECT_EQ(say("put", made.substr(4)), "kept");
    EXPECT_EQ(say("get"), made);
}

// SPDX-License-Identifier: Apache-2.0
#include "app/controller/app_controller.h"
#include "tests/app/unit/app_test.h"
#include "tests/app/unit/fake_keychain.h"

#include <QDir>
#include <QFileInfo>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using app::AppController;

namespace {

const QString k_passphrase = QStringLiteral("grey herons at dusk");

struct RecoveryTest : testing::Test {
    QTemporaryDir folder;
    std::shared_ptr<FakeKeychain::Content> keychain = std::make_shared<FakeKeychain::Content>();
    std::unique_ptr<AppController> controller;

    void open()
    {
        controller.reset();
        controller = std::make_unique<AppController>(std::make_unique<FakeKeychain>(keychain));
        ASSERT_TRUE(controller->take_profile(folder.path()));
        controller->open({});
    }
    bool becomes(const char* state)
    {
        return soon([&] { return controller->state() == QLatin1String(state); });
    }
    /// A profile that has been used, with a spare key or without one.
    void make_profile(bool with_spare)
    {
        open();
        ASSERT_TRUE(becomes("offerRecovery"));
        if (with_spare) {
            controller->recovery()->make(k_passphrase);
            ASSERT_TRUE(soon([&] { return !controller->recovery()->busy(); }));
            ASSERT_TRUE(controller->recovery()->kept());
        }
        controller->leaveRecoveryOffer();
        ASSERT_TRUE(becomes("signedOut"));
        controller->setColorScheme(QStringLiteral("dark"));
        controller.reset();
    }
    QByteArray store_file() const { return content_of(folder.filePath(QStringLiteral("store.db"))); }
};

} // namespace

TEST_F(RecoveryTest, IsOfferedOnceWhenAProfileIsNew)
{
    make_profile(true);
    const auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
    EXPECT_FALSE(QFileInfo(folder.filePath(QStringLiteral("profile.recovery"))).permissions() & others);

    open();

    EXPECT_TRUE(becomes("signedOut")) << "and not offered again";
    EXPECT_TRUE(controller->recovery()->possible());
    EXPECT_TRUE(controller->recovery()->kept());
}

TEST_F(RecoveryTest, RefusesAShortPassphraseWithASentence)
{
    open();
    ASSERT_TRUE(becomes("offerRecovery"));
    controller->recovery()->make(QStringLiteral("short"));
    ASSERT_TRUE(soon([&] { return !controller->recovery()->busy(); }));
    EXPECT_TRUE(controller->recovery()->error().contains(QStringLiteral("at least 8")));
    EXPECT_FALSE(controller->recovery()->kept());
}

TEST_F(RecoveryTest, OpensALostProfileAndPutsTheKeyBack)
{
    make_profile(true);
    keychain->keys.clear();
    open();
    ASSERT_TRUE(becomes("keyLost"));
    EXPECT_TRUE(controller->failure().contains(QStringLiteral("not in the system's keychain")));

    controller->recover(QStringLiteral("not that one"));
    ASSERT_TRUE(soon([&] { return !controller->signInError().isEmpty(); }));
    EXPECT_EQ(controller->state(), QStringLiteral("keyLost"));
    controller->recover(k_passphrase);

    ASSERT_TRUE(becomes("signedOut"));
    EXPECT_TRUE(soon([&] { return controller->colorScheme() == QLatin1String("dark"); })) << "it is the same store";
    ASSERT_TRUE(soon([&] {
        const auto id = QString::fromUtf8(content_of(folder.filePath(QStringLiteral("profile.id"))));
        return keychain->keys.contains(id);
    }));
    open();
    EXPECT_TRUE(becomes("signedOut")) << "without a question";
}

TEST_F(RecoveryTest, OpensEvenWhenTheKeychainTakesNothing)
{
    make_profile(true);
    keychain->refusal = fail(Errc::unavailable, "The system's keychain cannot be used.");
    open();
    ASSERT_TRUE(becomes("keyLost"));
    controller->recover(k_passphrase);
    EXPECT_TRUE(becomes("signedOut"));
}

TEST_F(RecoveryTest, GoesOnOnceALockedKeychainIsOpened)
{
    make_profile(false);
    keychain->refusal = fail(Errc::forbidden, "The system's keychain was not opened for Kith.");
    open();
    ASSERT_TRUE(becomes("keyLost"));
    EXPECT_TRUE(controller->failure().contains(QStringLiteral("was not opened")));

    keychain->refusal.reset();
    controller->tryKeychainAgain();

    EXPECT_TRUE(becomes("signedOut"));
    EXPECT_EQ(keychain->writes, 1) << "no second key was made";
}

TEST_F(RecoveryTest, SaysThatAWrongKeyDoesNotOpenItAndChangesNothing)
{
    make_profile(true);
    const auto before = store_file();
    for (auto& [id, key] : keychain->keys)
        key = a_key(3);
    open();
    ASSERT_TRUE(becomes("keyLost"));
    EXPECT_TRUE(controller->failure().contains(QStringLiteral("does not open what is stored here")));
    EXPECT_EQ(store_file(), before);

    controller->recover(k_passphrase);
    EXPECT_TRUE(becomes("signedOut"));
}

TEST_F(RecoveryTest, StartsFreshAndKeepsTheOldProfileAside)
{
    make_profile(false);
    const auto before = store_file();
    const auto old_keys = keychain->keys.size();
    for (auto& [id, key] : keychain->keys)
        key = a_key(3);
    open();
    ASSERT_TRUE(becomes("keyLost"));

    controller->startFresh();

    ASSERT_TRUE(becomes("offerRecovery")) << "as on the first day";
    EXPECT_EQ(keychain->keys.size(), old_keys + 1) << "the old key is left alone";
    const auto aside = QDir(folder.path()).entryList({QStringLiteral("set aside*")}, QDir::Dirs);
    ASSERT_EQ(aside.size(), 1);
    EXPECT_EQ(content_of(folder.filePath(aside.first() + QStringLiteral("/store.db"))), before);
    controller->leaveRecoveryOffer();
    ASSERT_TRUE(becomes("signedOut"));
    EXPECT_EQ(controller->colorScheme(), QStringLiteral("system"));
}

TEST_F(RecoveryTest, ProfilesWithAPassphraseHaveNoOtherOne)
{
    keychain->refusal = fail(Errc::unavailable, "The system's keychain cannot be used.");
    open();
    ASSERT_TRUE(becomes("needsPassphrase"));
    controller->choosePassphrase(k_passphrase);
    ASSERT_TRUE(becomes("signedOut"));
    EXPECT_FALSE(controller->recovery()->possible());
}

TEST_F(RecoveryTest, AFirstStartThatWasCutShortBeginsAgain)
{
    make_profile(false);
    for (const auto* name : {"store.db", "store.db-wal", "store.db-shm"})
        QFile::remove(folder.filePath(QLatin1String(name)));
    keychain->keys.clear();
    open();
    EXPECT_TRUE(becomes("offerRecovery")) << "there is nothing that could be lost";
}

} // namespace kith

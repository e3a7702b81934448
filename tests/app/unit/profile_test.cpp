// SPDX-License-Identifier: Apache-2.0
#include "app/store/profile_folder.h"
#include "app/store/profile_key.h"
#include "tests/app/unit/app_test.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <gtest/gtest.h>

namespace kith {

using namespace test;
using store::ProfileFolder;
using store::ProfileKey;

namespace {

void write_file(const QString& path, const QByteArray& content, QFileDevice::Permissions permissions)
{
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.setPermissions(permissions);
}

constexpr auto k_owner = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

} // namespace

TEST(ProfileKey, ComesBackWithItsPassphraseOnly)
{
    const auto key = a_key();
    const auto wrapped = store::wrap_key(key, "eight or more");
    ASSERT_TRUE(wrapped);

    const auto right = store::unwrap_key(*wrapped, "eight or more");
    const auto wrong = store::unwrap_key(*wrapped, "eight or most");

    ASSERT_TRUE(right);
    EXPECT_TRUE(crypto::equal_in_constant_time(right->view(), key.view()));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, Errc::forbidden);
}

TEST(ProfileKey, RefusesAShortPassphrase)
{
    const auto wrapped = store::wrap_key(a_key(), "seven 7");
    ASSERT_FALSE(wrapped);
    EXPECT_EQ(wrapped.error().code, Errc::invalid);
}

TEST(ProfileKey, RefusesAFileThatWouldEatTheMachine)
{
    auto wrapped = *store::wrap_key(a_key(), "eight or more");
    const auto at = wrapped.find("67108864");
    ASSERT_NE(at, std::string::npos);
    wrapped.replace(at, 8, "99999999999");
    EXPECT_EQ(store::unwrap_key(wrapped, "eight or more").error().code, Errc::malformed);
    EXPECT_EQ(store::unwrap_key("{}", "eight or more").error().code, Errc::malformed);
    EXPECT_EQ(store::unwrap_key("", "eight or more").error().code, Errc::malformed);
}

TEST(ProfileKey, MakesAndOpensAProfileWithAPassphrase)
{
    QTemporaryDir folder;
    const auto profile = ProfileFolder::open(folder.filePath(QStringLiteral("new")));
    ASSERT_TRUE(profile);
    ProfileKey keys(**profile);
    EXPECT_EQ(keys.need(), ProfileKey::Need::NewKey);
    std::optional<crypto::Secret> made, opened;

    keys.make_with_passphrase(QStringLiteral("eight or more"), [&](Result<crypto::Secret> key) {
        if (key)
            made = std::move(*key);
    });
    ASSERT_TRUE(soon([&] { return made.has_value(); }));
    EXPECT_EQ(keys.need(), ProfileKey::Need::Passphrase);
    keys.unlock(QStringLiteral("eight or more"), [&](Result<crypto::Secret> key) {
        if (key)
            opened = std::move(*key);
    });
    ASSERT_TRUE(soon([&] { return opened.has_value(); }));

    EXPECT_TRUE(crypto::equal_in_constant_time(made->view(), opened->view()));
    const auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther |
                        QFileDevice::WriteOther;
    EXPECT_FALSE(QFileInfo(folder.filePath(QStringLiteral("new/profile.key"))).permissions() & others);
    EXPECT_FALSE(QFileInfo(folder.filePath(QStringLiteral("new"))).permissions() & others);
}

TEST(ProfileKey, SaysSoWhenThereIsNoKeychain)
{
    QTemporaryDir folder;
    const auto profile = ProfileFolder::open(folder.path());
    ASSERT_TRUE(profile);
    ProfileKey keys(**profile); // the system's, and main() has taken the session's bus away
    std::optional<Result<bool>> outcome;

    keys.make_in_keychain([&](const Result<crypto::Secret>& key) {
        outcome = key ? Result<bool>(true) : Result<bool>(key.error());
    });

    ASSERT_TRUE(soon([&] { return outcome.has_value(); }));
    ASSERT_FALSE(*outcome);
    EXPECT_EQ(outcome->error().code, Errc::unavailable);
    EXPECT_EQ(keys.need(), ProfileKey::Need::NewKey) << "nothing is left behind";
}

TEST(ProfileKey, KnowsWhenAStoreHasLostItsKey)
{
    QTemporaryDir folder;
    const auto profile = ProfileFolder::open(folder.path());
    ASSERT_TRUE(profile);
    write_file(folder.filePath(QStringLiteral("store.db")), "x", k_owner);
    EXPECT_EQ(ProfileKey(**profile).need(), ProfileKey::Need::Lost);
}

TEST(ProfileFolder, IsOpenInOneProcessOnly)
{
    QTemporaryDir folder;
    auto first = ProfileFolder::open(folder.path());
    ASSERT_TRUE(first);

    const auto second = ProfileFolder::open(folder.path());

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::conflict);
    first->reset();
    EXPECT_TRUE(ProfileFolder::open(folder.path()));
}

TEST(ProfileFolder, SetsEverythingOfAProfileAside)
{
    QTemporaryDir folder;
    const auto profile = ProfileFolder::open(folder.path());
    ASSERT_TRUE(profile);
    for (const auto* name : {"store.db", "store.db-wal", "profile.id", "profile.recovery"})
        write_file(folder.filePath(QLatin1String(name)), name, k_owner);

    const auto first = (*profile)->set_aside();
    write_file(folder.filePath(QStringLiteral("store.db")), "the next one", k_owner);
    const auto second = (*profile)->set_aside();

    ASSERT_TRUE(first && second);
    EXPECT_NE(*first, *second);
    for (const auto* name : {"store.db", "store.db-wal", "profile.id", "profile.recovery"})
        EXPECT_EQ(content_of(QFile::decodeName((*first / name).c_str())), name);
    EXPECT_FALSE((*profile)->has_store());
    EXPECT_EQ(ProfileKey(**profile).need(), ProfileKey::Need::NewKey);
}

TEST(PassphraseFile, MustBePrivate)
{
    QTemporaryDir folder;
    const auto path = folder.filePath(QStringLiteral("passphrase"));

    write_file(path, "eight or more\nsecond line\n", k_owner | QFileDevice::ReadGroup);
    EXPECT_EQ(store::read_passphrase_file(path).error().code, Errc::forbidden);
    QFile::setPermissions(path, k_owner);
    EXPECT_EQ(store::read_passphrase_file(path).value_or(std::string{}), "eight or more");
    EXPECT_EQ(store::read_passphrase_file(path + QStringLiteral("x")).error().code, Errc::not_found);
    write_file(path, "\n", k_owner);
    EXPECT_EQ(store::read_passphrase_file(path).error().code, Errc::invalid);
}

} // namespace kith

// SPDX-License-Identifier: Apache-2.0
#include "app/base/strings.h"
#include "app/store/profile_key.h"
#include "app/store/schema.h"
#include "app/store/session_table.h"
#include "app/store/store.h"
#include "app/store/timeline_table.h"
#include "tests/support/patience.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <gtest/gtest.h>

namespace kith {

namespace {

struct EarlierProfile : testing::TestWithParam<int> { };

/// Copies the fixture, for a test must not change it.
void copy_profile(int schema, const QString& into)
{
    const QDir from(QStringLiteral(KITH_FIXTURES "/schema_%1").arg(schema));
    ASSERT_TRUE(from.exists());
    for (const auto& name : from.entryList(QDir::Files)) {
        const auto copy = into + QLatin1Char('/') + name;
        ASSERT_TRUE(QFile::copy(from.filePath(name), copy));
        ASSERT_TRUE(QFile::setPermissions(copy, QFileDevice::ReadOwner | QFileDevice::WriteOwner));
    }
}

} // namespace

TEST_P(EarlierProfile, OpensWithEverythingThatWasInIt)
{
    QTemporaryDir folder;
    copy_profile(GetParam(), folder.path());
    const auto profile = store::ProfileFolder::open(folder.path());
    ASSERT_TRUE(profile);
    store::ProfileKey keys(**profile);
    ASSERT_EQ(keys.need(), store::ProfileKey::Need::Passphrase);
    std::shared_ptr<store::Store> store;
    std::optional<Result<void>> outcome;
    QObject here;
    struct Found {
        std::size_t posts = 0;
        std::string handle;
        std::int64_t version = 0, noted = 0;
        std::string mark, newest;
    };
    std::optional<Found> found;

    keys.unlock(QStringLiteral("four quiet grey herons"), [&](Result<crypto::Secret> key) {
        ASSERT_TRUE(key);
        store = store::Store::open((*profile)->store_file(), std::move(*key), &here,
                                   [&](Result<void> opened) { outcome = std::move(opened); });
    });
    ASSERT_TRUE(QTest::qWaitFor([&] { return outcome.has_value(); }, tests::k_patience_ms));
    ASSERT_TRUE(*outcome) << outcome->error().message;
    const auto look = [](sqlite::Connection& connection) {
        const auto posts = store::read_entries(connection, store::k_home, "", 100);
        return Found{.posts = posts.size(),
                     .handle = store::read_session(connection)->account.acct,
                     .version = connection.integer("PRAGMA user_version"),
                     .noted = connection.integer("SELECT max(version) FROM schema_versions"),
                     .mark = store::read_mark(connection, store::k_home),
                     .newest = posts.front().id};
    };
    store->read(&here, look, [&](Result<Found> result) { found = *result; });
    ASSERT_TRUE(QTest::qWaitFor([&] { return found.has_value(); }, tests::k_patience_ms));

    EXPECT_EQ(found->posts, 3U);
    EXPECT_EQ(found->handle, "mira");
    EXPECT_EQ(found->version, store::newest_version());
    EXPECT_EQ(found->noted, store::newest_version());
    EXPECT_EQ(found->mark, found->newest);
}

INSTANTIATE_TEST_SUITE_P(Schemas, EarlierProfile, testing::Values(1, 2));

} // namespace kith

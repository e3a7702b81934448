// SPDX-License-Identifier: Apache-2.0
#include "tests/app/unit/app_test.h"

#include <QDirIterator>
#include <QFile>

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::test {

api::Account an_account(const std::string& id, const std::string& acct)
{
    api::Account account;
    account.id = id;
    account.acct = acct;
    account.username = acct.substr(0, acct.find('@'));
    account.display_name = account.username;
    return account;
}

api::Status a_status(const std::string& id, const std::string& html)
{
    api::Status status;
    status.id = id;
    status.account = an_account("2", "tomas@harbour.example");
    status.content = html.empty() ? "<p>post " + id + "</p>" : html;
    status.created_at = from_ms(1'795'000'000'000);
    return status;
}

api::Notification a_notification(const std::string& id, const std::string& type)
{
    api::Notification item;
    item.id = id;
    item.type = type;
    item.account = an_account("2", "tomas@harbour.example");
    item.created_at = from_ms(1'795'000'000'000);
    return item;
}

services::Viewer a_viewer()
{
    return services::viewer_of(an_account("1", "mira"), "hollow.example");
}

crypto::Secret a_key(unsigned char filled_with)
{
    crypto::Secret key(32);
    std::fill(key.bytes().begin(), key.bytes().end(), std::byte{filled_with});
    return key;
}

std::shared_ptr<store::Store> open_store(const QString& file, unsigned char key)
{
    QObject here;
    std::optional<Result<void>> outcome;
    auto store = store::Store::open(file.toStdString(), a_key(key), &here,
                                    [&](Result<void> opened) { outcome = opened; });
    EXPECT_TRUE(soon([&] { return outcome.has_value(); }));
    EXPECT_TRUE(outcome && *outcome);
    return store;
}

std::shared_ptr<store::Store> memory_store()
{
    QObject here;
    std::optional<Result<void>> outcome;
    auto store = store::Store::open_in_memory(&here, [&](Result<void> opened) { outcome = opened; });
    EXPECT_TRUE(soon([&] { return outcome.has_value(); }));
    EXPECT_TRUE(outcome && *outcome)
        << (outcome && !*outcome ? outcome->error().message + outcome->error().cause : "");
    return store;
}

Result<void> try_open(const QString& file, unsigned char key)
{
    QObject here;
    std::optional<Result<void>> outcome;
    const auto store = store::Store::open(file.toStdString(), a_key(key), &here,
                                          [&](Result<void> opened) { outcome = opened; });
    EXPECT_TRUE(soon([&] { return outcome.has_value(); }));
    return outcome.value_or(Result<void>{fail(Errc::internal, "no answer")});
}

void write_to(store::Store& store, const std::function<void(sqlite::Connection&)>& work)
{
    QObject here;
    std::optional<Result<void>> outcome;
    store.write(&here, work, [&](Result<void> done) { outcome = done; });
    ASSERT_TRUE(soon([&] { return outcome.has_value(); }));
    ASSERT_TRUE(*outcome) << outcome->error().cause;
}

QVariant value(const QAbstractItemModel& model, int row, const char* role)
{
    return model.data(model.index(row, 0), model.roleNames().key(role));
}

QStringList column(const QAbstractItemModel& model, const char* role)
{
    QStringList values;
    for (int row = 0; row < model.rowCount(); ++row)
        values.append(value(model, row, role).toString());
    return values;
}

bool folder_contains(const QString& folder, const QByteArray& bytes)
{
    QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext())
        if (content_of(files.next()).contains(bytes))
            return true;
    return false;
}

QByteArray content_of(const QString& file)
{
    QFile in(file);
    EXPECT_TRUE(in.open(QIODevice::ReadOnly)) << file.toStdString();
    return in.readAll();
}

} // namespace kith::test

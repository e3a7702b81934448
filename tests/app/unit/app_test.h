// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/patience.h"

#include "app/services/post.h"
#include "app/store/session_table.h"
#include "app/store/store.h"
#include "common/api/notification.h"
#include "common/api/status.h"

#include <QAbstractItemModel>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <memory>
#include <optional>

namespace kith::test {

/// Runs the event loop until it is so, and gives up when nobody would wait any longer.
inline bool soon(const std::function<bool()>& it_is_so)
{
    return QTest::qWaitFor(it_is_so, kith::tests::k_patience_ms);
}

api::Account an_account(const std::string& id, const std::string& acct);
/// A post whose id's time is `id` itself; content "<p>post ID</p>" unless given.
api::Status a_status(const std::string& id, const std::string& html = {});
api::Notification a_notification(const std::string& id, const std::string& type = "follow");
services::Viewer a_viewer();

/// A key that is the same in every run.
crypto::Secret a_key(unsigned char filled_with = 7);

/// Opens a store and waits for it; fails the test when it does not open.
std::shared_ptr<store::Store> open_store(const QString& file, unsigned char key = 7);
std::shared_ptr<store::Store> memory_store();
/// How opening goes.
Result<void> try_open(const QString& file, unsigned char key);

/// Does something on the store's thread and waits for it.
void write_to(store::Store& store, const std::function<void(sqlite::Connection&)>& work);
template <class T>
T read_from(store::Store& store, std::function<T(sqlite::Connection&)> work)
{
    QObject here;
    std::optional<T> answer;
    bool failed = false;
    store.read(&here, work, [&](Result<T> result) {
        if (result)
            answer = std::move(*result);
        else
            failed = true;
    });
    soon([&] { return answer || failed; });
    return answer.value_or(T{});
}

/// The values of a role in all rows.
QStringList column(const QAbstractItemModel& model, const char* role);
QVariant value(const QAbstractItemModel& model, int row, const char* role);

/// Whether any file below the folder contains these bytes.
bool folder_contains(const QString& folder, const QByteArray& bytes);
QByteArray content_of(const QString& file);

} // namespace kith::test

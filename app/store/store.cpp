// SPDX-License-Identifier: Apache-2.0
#include "app/store/store.h"

#include "app/store/schema.h"

#include <QLoggingCategory>

namespace kith::store {

namespace {

Q_LOGGING_CATEGORY(log_store, "kith.store")

Error error_of(const sqlite::SqliteError& error)
{
    using Kind = sqlite::SqliteError::Kind;
    switch (error.kind()) {
    case Kind::full:
        return fail(Errc::unavailable, "The disk is full: Kith cannot keep anything new.", error.what());
    case Kind::read_only:
        return fail(Errc::unavailable, "Kith may not write to its own files: it cannot keep anything new.", error.what());
    case Kind::corrupt: return fail(Errc::internal, "Kith's store is damaged.", error.what());
    default: return fail(Errc::unavailable, "Kith's store cannot be used right now.", error.what());
    }
}

Result<std::unique_ptr<Connection>> open_and_migrate(const std::filesystem::path& file, const crypto::Secret& key)
{
    const bool in_memory = file == ":memory:";
    sqlite::OpenOptions options{.file = file,
                                .mode = in_memory ? sqlite::Mode::read_write : sqlite::Mode::create,
                                .key = key.view()};
    TRY(auto connection, Connection::open(options));
    try {
        TRY_VOID(check_version(*connection, file));
        // FULL: what was acknowledged (a draft, a post that waits) outlives a power cut too.
        if (!in_memory)
            connection->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
        connection->execute("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON");
        migrate(*connection);
    } catch (const sqlite::SqliteError& error) {
        return error_of(error);
    }
    return connection;
}

} // namespace

std::shared_ptr<Store> Store::open(std::filesystem::path file, crypto::Secret key, QObject* context,
                                   std::function<void(Result<void>)> opened)
{
    return start(std::move(file), std::make_shared<crypto::Secret>(std::move(key)), context, std::move(opened));
}

std::shared_ptr<Store> Store::open_in_memory(QObject* context, std::function<void(Result<void>)> opened)
{
    return start(":memory:", std::make_shared<crypto::Secret>(crypto::Secret::random(32)), context,
                 std::move(opened));
}

std::shared_ptr<Store> Store::start(std::filesystem::path file, std::shared_ptr<crypto::Secret> key,
                                    QObject* context, std::function<void(Result<void>)> opened)
{
    std::shared_ptr<Store> store(new Store);
    const QPointer<QObject> receiver(context);
    auto run = [self = store.get(), file = std::move(file), key = std::move(key), receiver,
                opened = std::move(opened)]() mutable {
        auto connection = open_and_migrate(file, *key);
        key.reset();
        const Result<void> outcome = connection ? Result<void>{} : Result<void>{connection.error()};
        if (!outcome)
            qCWarning(log_store, "cannot open: %s", outcome.error().cause.c_str());
        app::deliver(receiver, [opened, outcome] { opened(outcome); });
        self->work_through(connection ? connection->get() : nullptr);
    };
    store->m_thread = std::thread(std::move(run));
    return store;
}

Store::~Store()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_something_to_do.notify_one();
    m_thread.join();
}

void Store::enqueue(Task task)
{
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.push_back(std::move(task));
    }
    m_something_to_do.notify_one();
}

void Store::work_through(Connection* connection)
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_something_to_do.wait(lock, [this] { return m_closing || !m_tasks.empty(); });
        if (m_tasks.empty())
            return;
        const auto task = std::move(m_tasks.front());
        m_tasks.pop_front();
        lock.unlock();
        task(connection);
        lock.lock();
    }
}

Result<void> Store::guarded(Connection* connection, Transaction transaction, const std::function<void()>& body)
{
    if (!connection)
        return fail(Errc::unavailable, "Kith's store is not open.");
    const bool wanted = transaction == Transaction::Yes;
    try {
        if (wanted)
            connection->execute("BEGIN IMMEDIATE");
        body();
        if (wanted)
            connection->execute("COMMIT");
        return {};
    } catch (const sqlite::SqliteError& error) {
        qCWarning(log_store, "%s", error.what());
        try {
            if (connection->in_transaction())
                connection->execute("ROLLBACK");
        } catch (const sqlite::SqliteError& second) {
            qCWarning(log_store, "rolling back: %s", second.what());
        }
        return error_of(error);
    }
}

} // namespace kith::store

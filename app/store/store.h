// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/base/deliver.h"
#include "common/crypto/secret.h"
#include "common/sqlite/connection.h"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>

namespace kith::store {

using sqlite::Connection;

/// One profile's encrypted database, on a thread of its own. What is given to read() and write() runs there, one after
/// the other, in order; the answers arrive on the GUI thread, unless `context` is gone by then. The functions over
/// the tables are in the *_table.h of this folder; they throw sqlite::SqliteError, which becomes an Error here.
class Store {
public:
    /// Opens or makes the database; `opened` tells how it went: `unauthorized` for a wrong key, `conflict` for a file
    /// of a newer Kith (both leave the file as it is), `unavailable` for a disk that refuses. Until then, and after a
    /// failure, reads and writes answer `unavailable`. `key` is 32 bytes.
    static std::shared_ptr<Store> open(std::filesystem::path file, crypto::Secret key,
                                       QObject* context, std::function<void(Result<void>)> opened);
    /// A store that is gone with the program, for the demonstration and for tests.
    static std::shared_ptr<Store> open_in_memory(QObject* context, std::function<void(Result<void>)> opened);

    /// Finishes what is queued, then closes. GUI thread.
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    template <class Work, class Done>
    void read(QObject* context, Work work, Done done)
    {
        enqueue_typed(Transaction::No, context, std::move(work), std::move(done));
    }

    /// In one transaction, which an exception rolls back.
    template <class Work, class Done>
    void write(QObject* context, Work work, Done done)
    {
        enqueue_typed(Transaction::Yes, context, std::move(work), std::move(done));
    }
    /// When nobody waits for the answer; a failure is logged.
    template <class Work>
    void write(Work work)
    {
        write(nullptr, std::move(work), [](const auto&) {});
    }

private:
    enum class Transaction { No, Yes };
    using Task = std::function<void(Connection*)>;

    Store() = default;
    static std::shared_ptr<Store> start(std::filesystem::path file, std::shared_ptr<crypto::Secret> key,
                                        QObject* context, std::function<void(Result<void>)> opened);
    void work_through(Connection* connection);
    void enqueue(Task task);
    /// Runs `body`, in a transaction if wanted, and turns what it throws into an Error.
    static Result<void> guarded(Connection* connection, Transaction transaction,
                                const std::function<void()>& body);

    template <class Work, class Done>
    void enqueue_typed(Transaction transaction, QObject* context, Work work, Done done)
    {
        using T = std::invoke_result_t<Work, Connection&>;
        const QPointer<QObject> receiver(context);
        enqueue([transaction, receiver, work = std::move(work), done = std::move(done)](Connection* connection) mutable {
            if constexpr (std::is_void_v<T>) {
                auto outcome = guarded(connection, transaction, [&] { work(*connection); });
                app::deliver(receiver, [done, outcome] { done(outcome); });
            } else {
                auto value = std::make_shared<std::optional<T>>();
                const auto outcome =
                    guarded(connection, transaction, [&] { value->emplace(work(*connection)); });
                app::deliver(receiver, [done, outcome, value] {
                    if (outcome)
                        done(Result<T>(std::move(**value)));
                    else
                        done(Result<T>(outcome.error()));
                });
            }
        });
    }

    std::mutex m_mutex;
    std::condition_variable m_something_to_do;
    std::deque<Task> m_tasks;
    bool m_closing = false;
    std::thread m_thread;
};

} // namespace kith::store

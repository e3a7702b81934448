// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/notices.h"
#include "server/db/tx.h"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

namespace kith::metrics {
class Registry;
}

namespace kith::db {

using boost::asio::awaitable;

/// Interactive writes go before background ones, which get one turn in sixteen; background work stays under 5 ms a piece.
enum class Lane { interactive, background };

class Database;

/// What is done first to a database that has data and is about to get its first missing migration, which it names. Called
/// under the lock. An error leaves the database as it is.
using BeforeMigration = std::function<Result<void>(Database& database, const std::string& migration)>;

struct SqliteOptions {
    std::filesystem::path file; ///< the database; ":memory:" is not supported, readers need the file
    unsigned readers = 2;
    std::chrono::milliseconds longest_read{1000}; ///< a read that takes longer fails with `unavailable`
    bool copy_before_migration = true; ///< to kith-before-<migration>.db beside it, when it has data
};
struct PostgresOptions {
    std::string connection; ///< libpq's, for instance "host=/run/postgresql dbname=kith"
    unsigned connections = 8;
    std::chrono::milliseconds longest_read{1000}; ///< a read that takes longer fails with `unavailable`
    BeforeMigration before_migration = {};        ///< PostgreSQL copies nothing by itself
};

/// The store: two engines, one interface. Work is a plain function of a transaction:
///
///     auto work = [&](Tx& tx) { return events::create(tx, author, draft); };
///     CO_TRY(auto event, co_await db.write(work));   // name `work` on a line before (GCC 12)
///
/// The work runs on the database's threads; the coroutine goes on where it was. A returned error rolls the work's
/// own savepoint back; a thrown exception too, and it crosses to the awaiting coroutine. Work may run twice
/// (serialization failures): no moves, no outside effects; effects are jobs, events and after_commit. A pool whose
/// queue is full answers Errc::unavailable rather than queue without end.
class Database {
public:
    /// Opens the file or connects; does not migrate. Fails with a sentence (unreadable file, not a database, newer
    /// schema is found by migrate()). `context` outlives the database.
    static Result<std::unique_ptr<Database>> open(SqliteOptions options, const TxContext& context);
    static Result<std::unique_ptr<Database>> open(PostgresOptions options, const TxContext& context);

    virtual ~Database() = default;

    /// Brings the schema up to this binary's, under a lock, each migration in a transaction, in name order, forward
    /// only. Answers how many it applied. Fails when the database is of a newer version, or a recorded migration's
    /// checksum differs from ours; the data stays as it was.
    virtual Result<int> migrate() = 0;

    /// "sqlite" or "postgres".
    virtual const char* engine() const = 0;
    /// Several servers may write to it: what another has done is heard of a moment later. Else the others are commands.
    virtual bool is_shared() const = 0;

    /// Who hears what transactions say with Tx::notify.
    Notices& notices() { return m_notices; }
    /// Begins to hear the other processes on this database. For a server, once all have subscribed; commands only speak.
    virtual void listen() = 0;
    /// Tells `registry` how much waits for the database's threads, and how long it did. `registry` outlives the last work.
    virtual void measure(metrics::Registry& registry) = 0;

    /// Runs `work(Tx&) -> Result<T>` in a read-only transaction.
    template <class F>
    auto read(F work) -> awaitable<std::invoke_result_t<F, Tx&>>
    {
        std::optional<std::invoke_result_t<F, Tx&>> answer;
        std::function<bool(Tx&)> task = [&](Tx& tx) { return answer.emplace(work(tx)).has_value(); };
        if (!co_await run_read(std::move(task)))
            co_return busy();
        co_return std::move(*answer);
    }
    /// Runs `work(Tx&) -> Result<T>`; when it answers a value, that is durable before the coroutine goes on.
    template <class F>
    auto write(F work, Lane lane = Lane::interactive) -> awaitable<std::invoke_result_t<F, Tx&>>
    {
        std::optional<std::invoke_result_t<F, Tx&>> answer;
        std::function<bool(Tx&)> task = [&](Tx& tx) { return answer.emplace(work(tx)).has_value(); };
        if (!co_await run_write(std::move(task), lane))
            co_return busy();
        co_return std::move(*answer);
    }
    /// The same for commands and tests, which have no event loop: blocks the calling thread.
    template <class F>
    auto read_now(F work) -> std::invoke_result_t<F, Tx&>
    {
        std::optional<std::invoke_result_t<F, Tx&>> answer;
        run_read_now([&](Tx& tx) { return answer.emplace(work(tx)).has_value(); });
        return std::move(*answer);
    }
    template <class F>
    auto write_now(F work) -> std::invoke_result_t<F, Tx&>
    {
        std::optional<std::invoke_result_t<F, Tx&>> answer;
        run_write_now([&](Tx& tx) { return answer.emplace(work(tx)).has_value(); });
        return std::move(*answer);
    }

protected:
    using Task = std::function<bool(Tx&)>; ///< true: commit, false: roll back; throws: roll back and rethrow

    /// False when the queue is full and the task did not run.
    virtual awaitable<bool> run_read(Task task) = 0;
    virtual awaitable<bool> run_write(Task task, Lane lane) = 0;
    virtual void run_read_now(const Task& task) = 0;
    virtual void run_write_now(const Task& task) = 0;

    Notices m_notices;

private:
    static Error busy();
};

} // namespace kith::db

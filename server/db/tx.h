// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/event_bus.h"
#include "server/core/site.h"
#include "server/db/value.h"

#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace kith::trace {
struct Active;
}

namespace kith::db {

/// A statement with a name for logs and histograms. Write PostgreSQL's SQL in the subset that style.md lists;
/// parameters are $1, $2, … numbered in the order of their first appearance.
struct Query {
    const char* name;
    const char* sql;
};

/// What ends a query and is nobody's expected answer: the machine, the connection, a bug in the SQL. Caught at the
/// four borders. A row that is already there is expected, and is asked for with ON CONFLICT, never with this.
class DbError : public std::runtime_error {
public:
    enum class Kind {
        retry,       ///< serialization failure or deadlock: run the whole work again
        unavailable, ///< connection lost, disk full, read-only, locked: the client may try again later
        constraint,  ///< a constraint was broken that the work should have asked about
        bug          ///< wrong SQL, wrong type
    };
    DbError(Kind kind, const std::string& what) : std::runtime_error(what), m_kind(kind) { }
    Kind kind() const { return m_kind; }

private:
    Kind m_kind;
};

/// Something to tell when a transaction is durable; see notices.h.
struct Notice {
    std::string topic;
    std::string payload;
    friend bool operator==(const Notice&, const Notice&) = default;
};

/// What a transaction leaves to do after its commit.
struct AfterCommit {
    std::vector<Notice> notices;
    std::vector<std::function<void()>> actions;
};

struct DbMetrics;

/// What every transaction knows besides its connection. Outlives the database.
struct TxContext {
    const Clock& clock;
    IdGenerator& ids;
    const core::Site& site;
    const core::EventBus& events;
    DbMetrics* metrics = nullptr; ///< where statements are timed; null: nowhere
};

/// One transaction, or the read-only view of one. Lives inside the function given to Database::read or write;
/// never keep it. One thread at a time.
class Tx {
public:
    virtual ~Tx() = default;
    Tx(const Tx&) = delete;
    Tx& operator=(const Tx&) = delete;

    /// Runs the statement. Throws DbError.
    template <class... Args>
    Rows query(const Query& query, const Args&... args)
    {
        const std::array<Param, sizeof...(Args)> params{to_param(args)...};
        return timed(query, params).rows;
    }
    /// The first row, if there is one.
    template <class... Args>
    std::optional<Row> query_one(const Query& query, const Args&... args)
    {
        const std::array<Param, sizeof...(Args)> params{to_param(args)...};
        auto rows = timed(query, params).rows;
        if (rows.empty())
            return std::nullopt;
        return std::move(rows.front());
    }
    /// Runs the statement and says how many rows it changed.
    template <class... Args>
    std::int64_t execute(const Query& query, const Args&... args)
    {
        const std::array<Param, sizeof...(Args)> params{to_param(args)...};
        return timed(query, params).changed;
    }
    /// The same with parameters that were put together at run time. `sql` overrides `query.sql`, which names it.
    Rows query_list(const Query& query, const std::string& sql, std::span<const Param> params)
    {
        const Query built{query.name, sql.c_str()};
        return timed(built, params).rows;
    }

    Timestamp now() const { return m_now; }
    template <class IdType>
    IdType next_id()
    {
        return IdType{ids().next(m_now)};
    }
    /// An id of a moment in the past, for what was made elsewhere before it came here.
    template <class IdType>
    IdType next_id_at(Timestamp at)
    {
        return IdType{ids().next_at(at)};
    }
    /// The request and the span that this transaction belongs to, for what goes on after it; null when nobody knows.
    const trace::Active* cause() const { return m_cause.get(); }
    void set_cause(std::shared_ptr<const trace::Active> cause) { m_cause = std::move(cause); }

    const core::Site& site() const { return m_context.site; }
    const core::EventBus& events() const { return m_context.events; }

    /// Runs after the commit is durable, on the database's thread: wake something, and nothing more. Never runs when
    /// the work failed or was rolled back. Must not throw.
    void after_commit(std::function<void()> action) { m_after_commit.actions.push_back(std::move(action)); }
    /// Tells it to those who subscribed to the topic (Database::notices) once the commit is durable: in this process before
    /// the answer goes back, in the others on this database a moment later. Said twice is told once. Never told when the
    /// work failed or was rolled back. `topic`: a word of at most 40 bytes; `payload`: text of at most 1,000 bytes, ids
    /// rather than content. In a write only.
    void notify(std::string topic, std::string payload);

    /// ` FOR UPDATE SKIP LOCKED` on PostgreSQL, nothing on SQLite (one writer): for the job queue's claim.
    virtual const char* skip_locked() const = 0;
    /// ` FOR UPDATE` on PostgreSQL, nothing on SQLite.
    virtual const char* for_update() const = 0;

protected:
    struct Outcome {
        Rows rows;
        std::int64_t changed = 0;
    };
    explicit Tx(const TxContext& context) : m_context(context), m_now(context.clock.now()) { }
    virtual Outcome run(const Query& query, std::span<const Param> params) = 0;

    AfterCommit m_after_commit;

private:
    Outcome timed(const Query& query, std::span<const Param> params)
    {
        return m_context.metrics ? measured(query, params) : run(query, params);
    }
    Outcome measured(const Query& query, std::span<const Param> params);
    IdGenerator& ids();

    const TxContext& m_context;
    Timestamp m_now;
    std::shared_ptr<const trace::Active> m_cause;
};

/// Publishes a domain event to its subscribers, inside this transaction.
template <class E>
Result<void> publish(Tx& tx, const E& event)
{
    return tx.events().publish(tx, event);
}

/// "($2, $3, $4)" for in_list(2, 3): the placeholders of a list of `count` values from `$first` on. `count` 1 to 500.
std::string in_list(std::size_t first, std::size_t count);

} // namespace kith::db

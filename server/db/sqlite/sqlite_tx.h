// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/sqlite/connection.h"
#include "server/db/work_queue.h"

namespace kith::db {

/// A transaction on one of SQLite's connections; who made it begins and ends it.
class SqliteTx final : public Tx {
public:
    SqliteTx(const TxContext& context, sqlite::Connection& connection, Access access)
        : Tx(context), m_connection(connection), m_access(access)
    {
    }

    const char* skip_locked() const override { return ""; }
    const char* for_update() const override { return ""; }

    /// A statement has failed: as on PostgreSQL, nothing more can be done and nothing is kept.
    bool failed() const { return m_failed; }
    AfterCommit take_after_commit() { return std::move(m_after_commit); }

protected:
    Outcome run(const Query& query, std::span<const Param> params) override;

private:
    Outcome run_checked(const Query& query, std::span<const Param> params);

    sqlite::Connection& m_connection;
    Access m_access;
    bool m_failed = false;
};

DbError db_error(const sqlite::SqliteError& error, const char* doing);

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/postgres/postgres_connection.h"

namespace kith::db {

/// A transaction on one of PostgreSQL's sessions; who made it begins and ends it.
class PostgresTx final : public Tx {
public:
    /// No statement begins after the deadline.
    PostgresTx(const TxContext& context, PostgresConnection& connection, WorkQueue::Deadline deadline)
        : Tx(context), m_connection(connection), m_deadline(deadline)
    {
    }

    const char* skip_locked() const override { return " FOR UPDATE SKIP LOCKED"; }
    const char* for_update() const override { return " FOR UPDATE"; }

    /// A statement has failed, so the server would answer COMMIT with a silent ROLLBACK.
    bool failed() const { return m_failed; }
    AfterCommit take_after_commit() { return std::move(m_after_commit); }

protected:
    Outcome run(const Query& query, std::span<const Param> params) override;

private:
    PostgresConnection& m_connection;
    WorkQueue::Deadline m_deadline;
    bool m_failed = false;
};

} // namespace kith::db

// SPDX-License-Identifier: Apache-2.0
#include "server/db/postgres/postgres_tx.h"

namespace kith::db {

Tx::Outcome PostgresTx::run(const Query& query, std::span<const Param> params)
{
    if (m_failed)
        throw DbError(DbError::Kind::bug, std::string(query.name) + ": a statement before it has failed");
    try {
        if (std::chrono::steady_clock::now() > m_deadline)
            throw DbError(DbError::Kind::unavailable, std::string(query.name) + ": the transaction has taken too long");
        auto answer = m_connection.run(query, params);
        return Outcome{std::move(answer.rows), answer.changed};
    } catch (...) {
        m_failed = true;
        throw;
    }
}

} // namespace kith::db

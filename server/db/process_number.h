// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/database.h"

#include <chrono>
#include <memory>
#include <string>

namespace kith::db {

/// This process's number among those that write to one database: it stands in every id (common/base/id.h), so no two may
/// have the same at the same time. Leased in the table `processes`, and given back by the destructor. 0 belongs to the one
/// server of a SQLite file, which holds its data directory and needs no lease.
class ProcessNumber {
public:
    using Duration = std::chrono::milliseconds;
    /// A server's: renewed by keep(). Processes on one database may differ by 15 s in what time it is.
    static constexpr Duration k_server_lease{60000};
    /// A command's, which is not renewed.
    static constexpr Duration k_command_lease{600000};

    /// Takes a free number, and makes `ids` use it until 15 s before the lease ends. `unavailable` when all 63 are taken.
    /// Everything given outlives this object.
    static Result<std::unique_ptr<ProcessNumber>> claim(Database& database, IdGenerator& ids,
                                                        const Clock& clock, Duration lease);
    ~ProcessNumber();
    ProcessNumber(const ProcessNumber&) = delete;
    ProcessNumber& operator=(const ProcessNumber&) = delete;

    unsigned number() const { return m_number; }
    /// Makes the lease begin anew; takes another number when somebody else has ours, for we were away too long.
    awaitable<Result<void>> renew();
    /// Renews for ever. A failure is logged; once the lease has ended, transactions that want an id fail with `unavailable`.
    awaitable<void> keep();

private:
    ProcessNumber(Database& database, IdGenerator& ids, const Clock& clock, Duration lease);
    Result<unsigned> take(Tx& tx, Timestamp now) const;
    Result<unsigned> extend(Tx& tx, Timestamp now) const;
    void use(unsigned number, Timestamp since);

    Database& m_database;
    IdGenerator& m_ids;
    const Clock& m_clock;
    const Duration m_lease;
    const std::string m_mark;
    unsigned m_number = 0;
};

} // namespace kith::db

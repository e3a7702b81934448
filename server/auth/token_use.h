// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/auth/auth.h"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <mutex>
#include <unordered_map>

namespace kith::auth {

/// How far behind the record of a token's use may be.
constexpr auto k_token_use_grain = std::chrono::hours{1};

/// Records when tokens are used: at most one background write per token and hour. Any thread.
class TokenUse {
public:
    /// `database` outlives every write that note() starts.
    explicit TokenUse(db::Database& database) : m_database(database) { }

    /// Starts that write when it is due. The identity may come from a cache, and its record be old.
    void note(const boost::asio::any_io_executor& executor, const Identity& identity, Timestamp now);

private:
    bool is_due(const Identity& identity, Timestamp now);

    db::Database& m_database;
    std::mutex m_mutex;
    std::unordered_map<std::int64_t, Timestamp> m_noted; ///< token → when a write was last started
};

/// The write: token and application, where their records are older than their grain (a day for applications).
void record_use(Tx& tx, TokenId token, std::optional<ApplicationId> application);
/// The application's part of it.
void record_application_use(Tx& tx, ApplicationId application);

} // namespace kith::auth

// SPDX-License-Identifier: Apache-2.0
#include "server/auth/token_use.h"

#include "server/core/spawn.h"

namespace kith::auth {

using boost::asio::awaitable;
using db::Query;

namespace {

constexpr auto k_application_use_grain = std::chrono::hours{24};
constexpr std::size_t k_most_noted = 4096;

constexpr Query k_used{"tokens.used", R"sql(
    UPDATE oauth_tokens SET last_used_at = $1 WHERE id = $2 AND COALESCE(last_used_at, created_at) <= $3)sql"};
constexpr Query k_application_used{"tokens.application_used", R"sql(
    UPDATE oauth_applications SET last_used_at = $1
    WHERE id = $2 AND (last_used_at IS NULL OR last_used_at <= $3))sql"};

awaitable<void> write_use(db::Database& database, TokenId token, std::optional<ApplicationId> application)
{
    auto work = [&](Tx& tx) -> Result<void> {
        record_use(tx, token, application);
        return {};
    };
    // A record that could not be written is written at a later use.
    (void)co_await database.write(work, db::Lane::background);
}

} // namespace

bool TokenUse::is_due(const Identity& identity, Timestamp now)
{
    if (now - identity.last_used_at < k_token_use_grain)
        return false;
    const std::lock_guard lock{m_mutex};
    if (m_noted.size() >= k_most_noted)
        m_noted.clear(); // costs a write per token that changes nothing
    const auto [noted, added] = m_noted.try_emplace(identity.token.value, now);
    if (!added && now - noted->second < k_token_use_grain)
        return false;
    noted->second = now;
    return true;
}

void TokenUse::note(const boost::asio::any_io_executor& executor, const Identity& identity, Timestamp now)
{
    if (is_due(identity, now))
        core::spawn(executor, "token use", write_use(m_database, identity.token, identity.application));
}

void record_use(Tx& tx, TokenId token, std::optional<ApplicationId> application)
{
    tx.execute(k_used, tx.now(), token, tx.now() - k_token_use_grain);
    if (application)
        record_application_use(tx, *application);
}

void record_application_use(Tx& tx, ApplicationId application)
{
    tx.execute(k_application_used, tx.now(), application, tx.now() - k_application_use_grain);
}

} // namespace kith::auth

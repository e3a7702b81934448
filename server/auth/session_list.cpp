// SPDX-License-Identifier: Apache-2.0
#include "server/auth/session_list.h"

namespace kith::auth {

using db::Query;

namespace {

constexpr std::int64_t k_most_listed = 200;

#define KITH_SESSIONS                                                                              \
    "SELECT t.id, t.application_id, a.name, a.website, t.scopes, t.created_at, "                   \
    "COALESCE(t.last_used_at, t.created_at) "                                                      \
    "FROM oauth_tokens t LEFT JOIN oauth_applications a ON a.id = t.application_id "               \
    "WHERE t.account_id = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at "  \
    "> $2) "
constexpr Query k_list{"sessions.list", KITH_SESSIONS
                       "ORDER BY COALESCE(t.last_used_at, t.created_at) DESC, t.id DESC LIMIT $3"};
constexpr Query k_find{"sessions.find", KITH_SESSIONS "AND t.id = $3"};

Session read(const db::Row& row)
{
    Session session;
    session.token = row.id<TokenId>(0);
    session.application = row.maybe_id<ApplicationId>(1);
    session.application_name = row.maybe_text(2).value_or("Kith");
    session.website = row.maybe_text(3);
    session.scopes = row.text(4);
    session.created_at = row.time(5);
    session.last_used_at = row.time(6);
    return session;
}

} // namespace

std::vector<Session> list_sessions(Tx& tx, AccountId account)
{
    std::vector<Session> sessions;
    for (const auto& row : tx.query(k_list, account, tx.now(), k_most_listed))
        sessions.push_back(read(row));
    return sessions;
}

std::optional<Session> find_session(Tx& tx, AccountId account, TokenId token)
{
    const auto row = tx.query_one(k_find, account, tx.now(), token);
    if (!row)
        return std::nullopt;
    return read(*row);
}

} // namespace kith::auth

// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/oauth.h"

#include "server/db/database.h"
#include "server/features/support/server.h"
#include "server/jobs/chores.h"

namespace kith::oauth {

using boost::asio::awaitable;
using features::Server;

namespace {

awaitable<Result<void>> end_idle(Server& server)
{
    auto work = [&](Tx& tx) { return end_idle_tokens(tx, server.config.oauth.token_idle_days); };
    while (true) {
        CO_TRY(const bool more, co_await server.database.write(work, db::Lane::background));
        if (!more)
            co_return Result<void>{};
    }
}

} // namespace

void register_oauth(Server& server)
{
    register_applications(server);
    register_tokens(server);
    register_authorize_page(server);
    register_metadata(server);
    register_sign_in(server);
    register_session_list(server);
    constexpr std::chrono::hours k_every{1};
    server.jobs.every("idle tokens", k_every,
                      jobs::once_among_workers(server.database, "idle tokens", k_every, [&server] { return end_idle(server); }));
}

} // namespace kith::oauth

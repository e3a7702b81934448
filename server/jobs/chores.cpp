// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/chores.h"

namespace kith::jobs {

namespace {

// Timers of two workers are never quite even: without some slack a worker would find its own turn not yet come.
constexpr int k_slack_percent = 90;

constexpr db::Query k_take_turn{"chores.take_turn", R"sql(
    INSERT INTO chores (name, next_at) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at WHERE chores.next_at <= $3)sql"};

awaitable<Result<void>> in_turn(db::Database& database, const std::string& name,
                                std::chrono::milliseconds interval, const Chore& chore)
{
    auto take = [&](db::Tx& tx) -> Result<bool> {
        return tx.execute(k_take_turn, name, tx.now() + interval * k_slack_percent / 100, tx.now()) == 1;
    };
    CO_TRY(const bool ours, co_await database.write(take, db::Lane::background));
    if (!ours)
        co_return Result<void>{};
    co_return co_await chore();
}

} // namespace

Chore once_among_workers(db::Database& database, std::string name, std::chrono::milliseconds interval, Chore chore)
{
    return [&database, name = std::move(name), interval, chore = std::move(chore)] {
        return in_turn(database, name, interval, chore);
    };
}

} // namespace kith::jobs

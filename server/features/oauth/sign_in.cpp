// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/sign_in.h"

#include "common/crypto/password.h"
#include "server/core/cpu_pool.h"
#include "server/db/database.h"
#include "server/features/accounts/account.h"
#include "server/limits/sign_in_guard.h"

namespace kith::oauth {

using boost::asio::awaitable;
using db::Tx;

namespace {

/// Hashed once, so that a wrong name costs what a wrong password costs. Nobody's password.
const std::string& nobodys_hash()
{
    static const std::string hash = crypto::hash_password("nobody signs in with this").value_or(std::string{});
    return hash;
}

awaitable<Result<AccountId>> check(features::Server& server, std::string username, std::string password)
{
    std::optional<accounts::Credentials> known;
    auto look = [&](Tx& tx) -> Result<void> {
        known = accounts::find_credentials(tx, username);
        return {};
    };
    CO_TRY_VOID(co_await server.database.read(look));
    std::optional<std::string> renewed;
    auto verify = [&]() -> bool {
        const bool right = crypto::verify_password(known ? known->password_hash : nobodys_hash(), password);
        if (right && known && crypto::needs_rehash(known->password_hash))
            if (auto hash = crypto::hash_password(password))
                renewed = std::move(*hash);
        return right;
    };
    CO_TRY(const bool right, co_await server.passwords.run(verify));
    if (!right || !known)
        co_return fail(Errc::unauthorized, "The name or the password is not right.");
    auto remember = [&](Tx& tx) -> Result<void> {
        accounts::touch_activity(tx, known->id);
        if (renewed)
            accounts::set_password(tx, known->id, *renewed);
        return {};
    };
    CO_TRY_VOID(co_await server.database.write(remember));
    co_return known->id;
}

} // namespace

awaitable<Result<AccountId>> check_password(features::Server& server, http::Request& request, std::string username,
                                            std::string password)
{
    CO_TRY(auto attempt, server.sign_ins.begin(request, username));
    auto checked = co_await check(server, std::move(username), std::move(password));
    if (checked)
        attempt.succeeded();
    else if (checked.error().code != Errc::unauthorized)
        attempt.undecided();
    co_return checked;
}

} // namespace kith::oauth

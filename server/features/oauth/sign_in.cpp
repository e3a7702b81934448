// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/sign_in.h"

#include "common/crypto/password.h"
#include "server/core/cpu_pool.h"
#include "server/db/database.h"
#include "server/features/accounts/account.h"
#include "server/limits/sign_in_guard.h"

#include <exception>

namespace kith::oauth {

using boost::asio::awaitable;
using db::Tx;

namespace {

/// Hashed once, so that a wrong name costs what a wrong password costs. Nobody's password.
const std::string& nobodys_hash()
{
    static const std::string hash =
        crypto::hash_password("nobody signs in with this").value_or(std::string{});
    return hash;
}

Error not_right()
{
    return fail(Errc::unauthorized, "The name or the password is not right.");
}

awaitable<Result<Verified>> check(features::Server& server, std::string username, std::string password)
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
        co_return not_right();
    co_return Verified{known->id, known->password_hash, std::move(renewed)};
}

} // namespace

awaitable<Result<Verified>> check_password(features::Server& server, http::Request& request, std::string username,
                                           std::string password)
{
    CO_TRY(auto attempt, server.sign_ins.begin(request, username));
    std::optional<Result<Verified>> checked;
    std::exception_ptr thrown; // a database that is away throws
    try {
        checked = co_await check(server, std::move(username), std::move(password));
    } catch (...) {
        thrown = std::current_exception();
    }
    if (!checked || (!*checked && checked->error().code != Errc::unauthorized))
        attempt.undecided();
    else if (*checked)
        attempt.succeeded();
    if (thrown)
        std::rethrow_exception(thrown);
    co_return std::move(*checked);
}

Result<void> begin_sign_in(Tx& tx, const Verified& verified)
{
    const auto now = accounts::hold_credentials(tx, verified.account);
    if (!now)
        return not_right();
    if (now->password_hash != verified.password_hash)
        return fail(Errc::conflict,
                    "Your account has changed this very moment. Please sign in again.");
    if (verified.renewed_hash)
        accounts::set_password(tx, verified.account, *verified.renewed_hash);
    accounts::touch_activity(tx, verified.account);
    return {};
}

} // namespace kith::oauth
